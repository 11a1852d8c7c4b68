" Vim or Neovim with ALE: `source` this in vimrc, after the plugin is loaded.

call ale#linter#Define('python', {
  \ 'name': 'threadlint',
  \ 'lsp': 'stdio',
  \ 'executable': 'threadlint',
  \ 'command': '%e server',
  \ 'language': 'python',
  \ 'project_root': {buffer -> fnamemodify(ale#path#FindNearestFile(buffer, 'pyproject.toml'), ':h')}
  \ })
