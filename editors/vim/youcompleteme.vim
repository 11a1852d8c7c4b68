" Vim with YouCompleteMe: `source` this in vimrc, before the plugin is loaded.

let g:ycm_language_server = get(g:, 'ycm_language_server', []) + [{
  \ 'name': 'threadlint',
  \ 'cmdline': ['threadlint', 'server'],
  \ 'filetypes': ['python'],
  \ 'project_root_files': ['pyproject.toml', 'setup.py', '.git']
  \ }]
