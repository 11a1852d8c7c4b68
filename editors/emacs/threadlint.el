;;; threadlint.el --- Find thread-safety bugs in Python with threadlint  -*- lexical-binding: t -*-

;;; Commentary:

;; Tells eglot and lsp-mode, whichever is loaded, how to start the language server.  Neither is loaded by this.

;;; Code:

(defvar threadlint-command '("threadlint" "server")
  "How the server is started.  Its first element may be the path of a local build.")

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons '(python-mode python-ts-mode) (lambda (&rest _) threadlint-command))))

(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client :server-id 'threadlint
                    :new-connection (lsp-stdio-connection (lambda () threadlint-command))
                    :major-modes '(python-mode python-ts-mode)
                    ;; Runs beside the server that completes names and checks types.
                    :add-on? t)))

(provide 'threadlint)

;;; threadlint.el ends here
