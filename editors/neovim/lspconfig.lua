-- threadlint for nvim-lspconfig before Neovim 0.11: read this, then `require("lspconfig").threadlint.setup({})`.

local util = require("lspconfig.util")

require("lspconfig.configs").threadlint = {
  default_config = {
    cmd = { "threadlint", "server" },
    filetypes = { "python" },
    root_dir = util.root_pattern("threadlint.toml", "pyproject.toml", "setup.py", ".git"),
    single_file_support = true,
  },
  docs = { description = "threadlint finds where Python breaks when two threads run it." },
}
