;;; emacs_user.el --- What a user does in Emacs, whichever client it is  -*- lexical-binding: t -*-

;; See README.md.

;;; Code:

(setq inhibit-message nil
      backup-inhibited t
      create-lockfiles nil
      last-nonmenu-event ?x)

(defconst user-patience (string-to-number (or (getenv "THREADLINT_PATIENCE") "60")) "Seconds to wait for anything.")

(defun user-source (name)
  "The file NAME of the repository."
  (expand-file-name name (getenv "THREADLINT_SOURCE")))

(defun user-fail (&rest why)
  "Say WHY and exit."
  (message "emacs: %s" (apply #'format why))
  (kill-emacs 1))

(defun user-wait-for (what condition)
  "Wait until CONDITION gives something, and return it.  WHAT it is says what is missing if it never does."
  (let ((limit (+ (float-time) user-patience))
        (answer nil))
    (while (not (setq answer (funcall condition)))
      (when (< limit (float-time)) (user-fail "there is no %s" what))
      (accept-process-output nil 0.01))
    answer))

(defun user-expect-text (what text wanted)
  "Fail unless TEXT, which is WHAT, has WANTED in it."
  (message "%s: %s" what text)
  (unless (string-match-p (regexp-quote wanted) text) (user-fail "%s does not say `%s'" what wanted)))

(defun user-rename (from to)
  "Rename the file FROM to TO, and show it.
Without a terminal Emacs hears of no change of a file, so its buffer tells."
  (find-file from)
  (rename-file from to)
  (kill-buffer)
  (find-file to))

(defun user-play (open finding changed hover repair)
  "Do what README.md says.
OPEN is called in each new buffer, CHANGED after a change of the text. FINDING gives the diagnostic of the current buffer,
HOVER what is told about the name at point; REPAIR takes the finding away."
  (find-file "shop.py")
  (funcall open)
  (when (funcall finding) (user-fail "there is a finding before the wrong line is typed"))
  (goto-char (point-min))
  (forward-line 4)
  (end-of-line)
  (insert "\n" (getenv "THREADLINT_LINE"))
  (funcall changed)
  (user-wait-for "finding" finding)
  (goto-char (point-min))
  (forward-line 1)
  (user-expect-text "hover" (user-wait-for "hover" hover) "may be seen incomplete")
  (funcall repair)
  (funcall changed)
  (user-wait-for "repair" (lambda () (not (funcall finding))))
  (save-buffer)

  (find-file "till.py")
  (funcall open)
  (user-wait-for "finding in till.py" finding)
  (funcall repair)
  (funcall changed)
  (user-wait-for "repair of till.py" (lambda () (not (funcall finding))))
  (save-buffer)

  ;; Another file is wrong only as long as the module has its name.
  (find-file "cart.py")
  (funcall open)
  (user-wait-for "finding in cart.py" finding)
  (let* ((cart (current-buffer))
         (finding-in-cart (lambda () (with-current-buffer cart (funcall finding)))))
    (user-rename "stock.py" "store.py")
    (user-wait-for "end of the finding in cart.py" (lambda () (not (funcall finding-in-cart))))
    (user-rename "store.py" "stock.py")
    (user-wait-for "finding in cart.py again" finding-in-cart)))

(provide 'emacs_user)

;;; emacs_user.el ends here
