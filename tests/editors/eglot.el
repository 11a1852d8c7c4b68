;;; eglot.el --- What a user does in Emacs with eglot  -*- lexical-binding: t -*-

;; See README.md.

;;; Code:

(load (expand-file-name "tests/editors/emacs_user.el" (getenv "THREADLINT_SOURCE")) nil t)
(require 'eglot)
(load (user-source "editors/emacs/threadlint.el") nil t)
(setq eglot-autoshutdown t)

;; Nobody is there to be asked: take what is proposed.
(advice-add 'completing-read :override
            (lambda (_prompt _collection &optional _predicate _match _initial _history default &rest _)
              default))

(defun eglot-user-open ()
  "Wait until the buffer has a server."
  (unless (eglot-current-server) (apply #'eglot (eglot--guess-contact)))
  (user-wait-for "server" #'eglot-managed-p)
  (flymake-start)) ; otherwise left to a hook that runs after keys

(defun eglot-user-finding ()
  "The diagnostic of the loader, if there is one."
  (car (seq-filter (lambda (diagnostic) (eq (flymake-diagnostic-type diagnostic) 'eglot-error))
                   (flymake-diagnostics))))

(defun eglot-user-hover ()
  "What is told about the name at point."
  (let ((told nil))
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq told text)))
    (user-wait-for "hover" (lambda () told))))

(defun eglot-user-repair ()
  "Take the repair that is offered."
  (let ((found (eglot-user-finding)))
    (user-expect-text "finding" (flymake-diagnostic-text found) "thread 2")
    (goto-char (flymake-diagnostic-beg found))
    (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found) "quickfix" t)))

(condition-case why
    (progn
      (user-play #'eglot-user-open #'eglot-user-finding #'eglot--signal-textDocument/didChange #'eglot-user-hover
                 #'eglot-user-repair)
      (eglot-shutdown (eglot-current-server)))
  (error (user-fail "%S" why)))

;;; eglot.el ends here
