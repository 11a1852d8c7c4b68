-- Starts threadlint for Python files in Neovim 0.7 to 0.10, without plugins. Later ones have `lsp/threadlint.lua`.

local config = { name = "threadlint", cmd = { "threadlint", "server" } }
local markers = { "threadlint.toml", "pyproject.toml", "setup.py", ".git" }

-- The folder above `file` that holds one of the markers, else the folder of `file`.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  for _, marker in ipairs(markers) do
    local found = vim.fn.findfile(marker, folder .. ";")
    if found == "" then found = vim.fn.finddir(marker, folder .. ";") end
    if found ~= "" then return vim.fn.fnamemodify(found, ":p:h" .. (vim.fn.isdirectory(found) == 1 and ":h" or "")) end
  end
  return folder
end

local clients = {} -- before Neovim 0.8: the client of each root

vim.api.nvim_create_autocmd("FileType", {
  pattern = "python",
  callback = function(event)
    local root = root_of(vim.api.nvim_buf_get_name(event.buf))
    local options = vim.tbl_extend("force", config, { root_dir = root })
    if vim.lsp.start then
      vim.lsp.start(options)
      return
    end
    clients[root] = clients[root] or vim.lsp.start_client(options)
    vim.lsp.buf_attach_client(event.buf, clients[root])
  end,
})
