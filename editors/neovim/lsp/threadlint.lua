-- threadlint for `vim.lsp.enable("threadlint")` of Neovim 0.11 and later: for `lsp/` in a folder of the runtime path.

---@type vim.lsp.Config
return {
  cmd = { "threadlint", "server" },
  filetypes = { "python" },
  root_markers = { "threadlint.toml", "pyproject.toml", "setup.py", ".git" },
}
