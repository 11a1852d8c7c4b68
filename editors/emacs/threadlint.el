;;; threadlint.el --- Let eglot start threadlint for Python  -*- lexical-binding: t -*-

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("threadlint" "server")))

(provide 'threadlint)

;;; threadlint.el ends here
