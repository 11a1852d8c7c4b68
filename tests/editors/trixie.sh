#!/bin/sh
# trixie.sh FOLDER PROGRAM ARGUMENT...: runs a program of Debian 13 on whatever this system is, with the libraries of
# Debian 13. `install` for PROGRAM gets it ready only.
set -eu

folder=$1 program=$2
shift 2
"$(dirname "$0")/get_debs.sh" "$folder" trixie neovim hx
[ "$program" = install ] && exit 0
root=$folder/root
libraries=$(dirname "$(find "$root/usr/lib" -name libc.so.6)")
loader=$(find "$root/usr/lib64" "$root/usr/lib" -name 'ld-linux*.so.*' 2>/dev/null | head -1)
export HELIX_RUNTIME="$root/usr/lib/hx/runtime" VIMRUNTIME="$root/usr/share/nvim/runtime"
case $program in
  nvim) exec "$loader" --library-path "$libraries" "$root/usr/bin/nvim" --cmd "set runtimepath+=$root/usr/lib/nvim" "$@" ;;
  hx) exec "$loader" --library-path "$libraries" "$root/usr/lib/hx/hx" "$@" ;;
  *) echo "trixie.sh: there is no $program" >&2; exit 2 ;;
esac
