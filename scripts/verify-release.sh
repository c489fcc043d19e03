#!/bin/sh
# verify-release.sh FOLDER SIGNERS [FILE]: is what lies in the folder what the maintainers signed? SIGNERS has the line of
# their key ("release namespaces="kiosk-release" ssh-ed25519 ..."), which you got on another way than the files.
set -eu
signers=$(realpath "$2")
cd "$1"
if [ $# -gt 2 ]; then
  # A file that the list does not name is not looked at below.
  [ -f "$3" ] && cut -c67- SHA256SUMS | grep -qxF "$3" || { echo "kiosk: SHA256SUMS does not name $3" >&2; exit 1; }
fi
ssh-keygen -Y verify -f "$signers" -I release -n kiosk-release -s SHA256SUMS.sig <SHA256SUMS >/dev/null ||
  { echo "kiosk: SHA256SUMS is not signed by a key in $2" >&2; exit 1; }
sha256sum --check --strict --quiet --ignore-missing SHA256SUMS
echo "kiosk: signed by the maintainers, and whole"
