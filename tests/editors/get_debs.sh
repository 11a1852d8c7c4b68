#!/bin/sh
# get_debs.sh FOLDER SUITE PACKAGE...: unpacks packages of another release of Debian, and all that they depend on, into
# FOLDER, and installs nothing. Downloads come from the mirror that this system uses, and must be signed by Debian.
# Does nothing when FOLDER is complete; of several that want it at a time, one makes it and the others wait.
set -eu

[ $# -ge 3 ] || { echo "usage: get_debs.sh FOLDER SUITE PACKAGE..." >&2; exit 2; }
folder=$1 suite=$2
shift 2
[ -e "$folder/complete" ] && exit 0

keys=/usr/share/keyrings/debian-archive-keyring.gpg
if ! command -v apt-get >/dev/null || [ ! -r "$keys" ]; then
  echo "get_debs: $* of Debian $suite cannot be had: this system has no apt or not the keys of Debian" >&2
  exit 1
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
exec 9>"$folder/lock"
flock 9
[ -e "$folder/complete" ] && exit 0

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -1)
apt=$folder/apt
if [ -z "$mirror" ]; then
  echo "get_debs: $* of Debian $suite cannot be had: apt knows no mirror of Debian; where it should, run: apt-get update" >&2
  exit 1
fi
rm -rf "$apt" "$folder/root"
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$folder/root"
: >"$apt/status"
echo "deb [signed-by=$keys] $mirror $suite main" >"$apt/sources.list"

private_apt() {
  apt-get -q -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::Preferences=/dev/null \
    -o Dir::Etc::PreferencesParts=/dev/null -o Dir::State="$apt" -o Dir::State::Lists="$apt/lists" -o Dir::State::status="$apt/status" \
    -o Dir::Cache="$apt" -o Dir::Cache::Archives="$apt/archives" -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Install-Recommends=false -o APT::Update::Error-Mode=any "$@"
}

if ! { private_apt update && private_apt -y --download-only install "$@"; } >"$folder/log" 2>&1; then
  tail -5 "$folder/log" >&2
  echo "get_debs: $* of Debian $suite cannot be had from $mirror; see $folder/log" >&2
  exit 1
fi
for package in "$apt"/archives/*.deb; do dpkg -x "$package" "$folder/root"; done
rm -rf "$apt"
touch "$folder/complete"
