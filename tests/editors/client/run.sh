#!/bin/sh
# run.sh FOLDER [install]: gets the packages into FOLDER if need be, checks the types of the client there, and lets it do in
# the current folder what README.md says. `install` gets the packages only.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
installed=$folder/installed-$(sha256sum <"$here/package-lock.json" | cut -c1-16)
if [ ! -e "$installed" ]; then
  exec 9>"$folder/lock"
  flock 9
  if [ ! -e "$installed" ]; then
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund >log 2>&1) || { cat "$folder/log" >&2; exit 1; }
    touch "$installed"
  fi
fi
[ "${2-}" = install ] && exit 0
cp "$here"/*.mjs "$here/tsconfig.json" "$here/package.json" "$folder"
(cd "$folder" && node node_modules/typescript/bin/tsc)
node --test "$folder/client.test.mjs"
