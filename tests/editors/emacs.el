;;; emacs.el --- What a user does in Emacs  -*- lexical-binding: t -*-

;; From opening a file to saving its repair. See README.md.

;;; Code:

(setq inhibit-message nil
      backup-inhibited t
      create-lockfiles nil
      eglot-autoshutdown t
      last-nonmenu-event ?x)

(load (expand-file-name "editors/emacs/threadlint.el" (getenv "THREADLINT_SOURCE")) nil t)

(defconst patience 60 "Seconds to wait for anything.")

(defun fail (&rest why)
  "Say WHY and exit."
  (message "emacs: %s" (apply #'format why))
  (kill-emacs 1))

(defun wait-for (what condition)
  "Wait until CONDITION gives something, and return it.  WHAT it is says what is missing if it never does."
  (let ((limit (+ (float-time) patience))
        (answer nil))
    (while (not (setq answer (funcall condition)))
      (when (< limit (float-time)) (fail "there is no %s" what))
      (accept-process-output nil 0.01))
    answer))

(defun finding ()
  "The diagnostic that the typed line leads to, if there is one."
  (car (seq-filter (lambda (diagnostic) (eq (flymake-diagnostic-type diagnostic) 'eglot-error))
                   (flymake-diagnostics))))

;; Nobody is there to be asked: take what is proposed.
(advice-add 'completing-read :override
            (lambda (_prompt _collection &optional _predicate _match _initial _history default &rest _)
              default))

(condition-case why
    (progn
      (find-file (getenv "THREADLINT_FILE"))
      (apply #'eglot (eglot--guess-contact))
      (wait-for "server" #'eglot-managed-p)
      (goto-char (point-min))
      (forward-line 4)
      (end-of-line)
      (insert "\n" (getenv "THREADLINT_LINE"))
      (eglot--signal-textDocument/didChange)
      (let ((found (wait-for "finding" #'finding)))
        (unless (string-match-p "thread 2" (flymake-diagnostic-text found))
          (fail "the message has no steps: %s" (flymake-diagnostic-text found)))
        (goto-char (flymake-diagnostic-beg found))
        (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found) "quickfix" t))
      (eglot--signal-textDocument/didChange)
      (wait-for "repair" (lambda () (not (finding))))
      (save-buffer)
      (eglot-shutdown (eglot-current-server)))
  (error (fail "%S" why)))

;;; emacs.el ends here
