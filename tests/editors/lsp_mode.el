;;; lsp_mode.el --- What a user does in Emacs with lsp-mode  -*- lexical-binding: t -*-

;; See README.md.

;;; Code:

(load (expand-file-name "tests/editors/emacs_user.el" (getenv "THREADLINT_SOURCE")) nil t)
(package-initialize) ; as after reading the user's settings
(require 'lsp-mode)
(load (user-source "editors/emacs/threadlint.el") nil t)
(setq lsp-auto-guess-root t
      lsp-enabled-clients '(threadlint)
      lsp-auto-execute-action t
      lsp-session-file (expand-file-name "lsp-session" (getenv "HOME"))
      lsp-enable-snippet nil
      lsp-modeline-diagnostics-enable nil)

(defun lsp-user-open ()
  "Wait until the buffer has a server."
  (user-wait-for "server"
                 (lambda ()
                   (and (lsp-workspaces) (eq 'initialized (lsp--workspace-status (car (lsp-workspaces))))))))

(defun lsp-user-finding ()
  "The diagnostic of the loader, if there is one."
  (seq-find (lambda (diagnostic) (equal (lsp:diagnostic-code? diagnostic) "incomplete-initialization"))
            (gethash (lsp--fix-path-casing (buffer-file-name)) (lsp-diagnostics t))))

(defun lsp-user-hover ()
  "What is told about the name at point."
  (lsp:markup-content-value (lsp:hover-contents (lsp-request "textDocument/hover" (lsp--text-document-position-params)))))

(defun lsp-user-repair ()
  "Take the repair that is offered."
  (let ((found (lsp-user-finding)))
    (user-expect-text "finding" (lsp:diagnostic-message found) "visible before it is filled")
    (goto-char (lsp--position-to-point (lsp:range-start (lsp:diagnostic-range found))))
    (lsp-execute-code-action (seq-find #'lsp:code-action-is-preferred? (lsp-code-actions-at-point "quickfix")))))

(condition-case why
    (progn
      (lsp-workspace-folders-add default-directory)
      (add-hook 'python-mode-hook #'lsp)
      (user-play #'lsp-user-open #'lsp-user-finding #'ignore #'lsp-user-hover #'lsp-user-repair)
      (lsp-workspace-shutdown (car (lsp-workspaces))))
  (error (user-fail "%S" why)))

;;; lsp_mode.el ends here
