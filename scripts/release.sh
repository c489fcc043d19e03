#!/bin/sh
# release.sh FOLDER [KEY]: the release of the commit that is checked out: source, wheel, packages for Debian 13, their
# sums, and with a key of the maintainers the signature. The same commit gives the same bytes.
set -eu
cd "$(dirname "$0")/.."
mkdir -p "$1"
folder=$(realpath "$1") key=${2:-}
[ -z "$key" ] || key=$(realpath "$key")
[ -z "$(ls -A "$folder")" ] || { echo "release.sh: $folder is not empty" >&2; exit 1; }
sh scripts/setup.sh build
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What is committed, and nothing that lies beside it.
git -c tar.umask=0022 archive HEAD | tar --extract --directory "$work"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
ln -s "$(pwd)/.venv" "$work/.venv"
(cd "$work" && umask 022 && .venv/bin/python -P -m hatchling build -d "$folder" >&2)
for arch in ${ARCHITECTURES:-amd64 arm64}; do
  sh "$work/scripts/package/deb.sh" "$folder"/kiosk-*.whl "$folder" "$arch"
done
cd "$folder"
sha256sum -- * >"$work/SHA256SUMS"
mv "$work/SHA256SUMS" .
[ -z "$key" ] || ssh-keygen -q -Y sign -f "$key" -n kiosk-release SHA256SUMS
