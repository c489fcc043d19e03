#!/bin/sh
# The tests of one set (quick, main, later, rest, all: tests/sets.py), three at a time, as many wait for a server. Files
# stay together, so that each test server and browser is started once a worker. What is named after it (tests/report -k
# card) is run whatever its set.
set -eu
cd "$(dirname "$0")/.."
chosen=$1
shift
if [ "$chosen" != quick ]; then
  CHROMIUM=$(sh scripts/chromium.sh)
  export CHROMIUM
fi
# Databases commit to memory where there is enough of it: a disk's own pace is no part of what is tested here.
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 {print $4}')" -gt 3000000 ]; then
  TMPDIR=$(mktemp -d -p /dev/shm)
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
  trap 'exit 130' INT TERM
fi
# Compiled tests are kept for the next run: to read them all anew takes each worker ten seconds.
unset PYTHONDONTWRITEBYTECODE
[ $# = 0 ] || chosen=all
.venv/bin/python -m pytest -n "${WORKERS:-3}" --dist loadfile --no-loadscope-reorder -q --set "$chosen" "$@"
if [ "$chosen" = later ]; then
  sh scripts/pooled.sh
fi
