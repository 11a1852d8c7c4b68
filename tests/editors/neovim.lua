-- What a user does in Neovim, from opening a file to saving its repair. See README.md.

local patience_ms = 1000 * (vim.env.THREADLINT_PATIENCE or 60)

local function fail(why)
  io.stderr:write("neovim: " .. why .. "\n")
  vim.cmd("cquit 1")
end

local function wait_for(what, condition)
  if not vim.wait(patience_ms, condition, 10) then fail("there is no " .. what) end
end

local function clients()
  if vim.lsp.get_clients then return vim.lsp.get_clients({ bufnr = 0 }) end
  return vim.lsp.buf_get_clients(0)
end

local function finding(buffer)
  return vim.tbl_filter(function(diagnostic)
    return diagnostic.source == "threadlint" and diagnostic.code == "incomplete-initialization"
  end, vim.diagnostic.get(buffer or 0))[1]
end

-- What the window above the text says.
local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true), "\n")
    end
  end
end

local function expect_text(what, text, wanted)
  io.stderr:write(what .. ": " .. text .. "\n")
  if not text:find(wanted, 1, true) then fail(what .. " does not say `" .. wanted .. "`: " .. text) end
end

-- The lines of the quickfix list that a command of the editor fills.
local function list_after(what, command)
  vim.fn.setqflist({})
  command()
  wait_for(what, function() return #vim.fn.getqflist() > 0 end)
  vim.cmd("cclose")
  local lines = {}
  for _, entry in ipairs(vim.fn.getqflist()) do
    table.insert(lines, entry.lnum .. ": " .. entry.text)
  end
  return table.concat(lines, "; ")
end

local function only(kind)
  local context = { only = { kind } }
  return vim.fn.has("nvim-0.8") == 1 and { context = context } or context
end

-- Lets the editor create the test of the finding at the cursor: its text.
local function generated_test()
  local here = vim.api.nvim_get_current_buf()
  vim.ui.select = function(actions, _, choose) choose(actions[1], 1) end
  vim.lsp.buf.code_action(only("refactor"))
  local lines
  wait_for("generated test", function()
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_get_name(buffer):find("_threads%.py$") and vim.api.nvim_buf_line_count(buffer) > 1 then
        lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
        return true
      end
    end
  end)
  vim.cmd("buffer " .. here) -- newer ones show the test
  return table.concat(lines, "\n")
end

-- Takes the first repair of the finding in the shown text.
local function repair()
  local found = finding()
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  local offered
  vim.ui.select = function(actions, _, choose)
    offered = actions
    choose(actions[1], 1)
  end
  vim.lsp.buf.code_action(only("quickfix"))
  wait_for("code action", function() return offered end)
  wait_for("repair", function() return not finding() end)
end

local function type_and_repair()
  vim.cmd("edit shop.py")
  wait_for("client", function() return #clients() > 0 end)
  if finding() then fail("there is a finding before the wrong line is typed") end

  vim.bo.autoindent = false
  vim.bo.indentexpr = ""
  vim.bo.smartindent = false
  vim.cmd("normal! 5Go" .. vim.env.THREADLINT_LINE)
  wait_for("finding", finding)
  local found = finding()
  if found.severity ~= vim.diagnostic.severity.ERROR then fail("the finding is no error: " .. vim.inspect(found)) end
  local marked = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, true)[1]:sub(found.col + 1, found.end_col)
  if marked ~= 'foo.append("é🐍" + x)' then fail("the finding marks `" .. marked .. "`") end

  vim.api.nvim_win_set_cursor(0, { 2, 1 })
  vim.lsp.buf.hover()
  wait_for("hover", floating_text)
  expect_text("hover", floating_text(), "may be seen incomplete")
  vim.api.nvim_exec_autocmds("CursorMoved", {})
  vim.lsp.codelens.refresh()
  wait_for("lens", function() return vim.lsp.codelens.get(0)[1] end)
  expect_text("lens", vim.lsp.codelens.get(0)[1].command.title, "kind 3")

  expect_text("references", list_after("references", vim.lsp.buf.references), "foo")
  expect_text("writers", list_after("writers", vim.lsp.buf.incoming_calls), "bar")

  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  expect_text("test", generated_test(), "witness.check(")
  repair()
  vim.cmd("wall")
end

local function repair_lines_of_dos()
  vim.cmd("edit till.py")
  wait_for("finding in till.py", finding)
  repair()
  vim.cmd("write")
end

local function rename(from, to)
  vim.cmd("edit " .. from)
  vim.lsp.util.rename(from, to)
  vim.cmd("edit " .. to)
end

-- Another file is wrong only as long as the module has its name.
local function rename_module()
  vim.cmd("edit cart.py")
  local cart = vim.api.nvim_get_current_buf()
  wait_for("finding in cart.py", function() return finding(cart) end)
  rename("stock.py", "store.py")
  wait_for("end of the finding in cart.py", function() return not finding(cart) end)
  rename("store.py", "stock.py")
  wait_for("finding in cart.py again", function() return finding(cart) end)
end

local function play()
  type_and_repair()
  repair_lines_of_dos()
  rename_module()
  vim.cmd("wall")
  vim.cmd("qall")
end

local setup = vim.env.THREADLINT_SOURCE .. "/editors/neovim"
if vim.lsp.config then
  vim.opt.runtimepath:prepend(setup)
  vim.lsp.enable("threadlint")
else
  dofile(setup .. "/threadlint.lua")
end
vim.api.nvim_create_autocmd("VimEnter", {
  callback = function()
    vim.schedule(function()
      local is_good, why = pcall(play)
      if not is_good then fail(why) end
    end)
  end,
})
