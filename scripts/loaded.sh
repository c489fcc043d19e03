#!/bin/sh
# Some tests twenty times beside two busy loops: what hangs on the pace of the machine fails here.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo 'Say which: make loaded FILES="tests/browser/test_waiting.py"'; exit 2; }
CHROMIUM=$(sh scripts/chromium.sh)
export CHROMIUM
busy=""
trap 'kill $busy 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
for loop in 1 2; do
  sh -c 'while :; do :; done' &
  busy="$busy $!"
done
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  echo "Round $round"
  .venv/bin/python -m pytest -q "$@"
done
