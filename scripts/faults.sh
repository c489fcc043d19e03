#!/bin/sh
# The long tests, which `make test` leaves out: what breaks under us (tests/faults) and how much we bear (tests/load).
set -eu
cd "$(dirname "$0")/.."
set --
for folder in tests/faults tests/report/anonymity tests/sealing tests/load; do
  if [ -d "$folder" ]; then set -- "$@" "$folder"; else echo "There is no $folder yet."; fi
done
if [ $# = 0 ]; then
  echo "So nothing was run."
  exit 1
fi
FAULTS=full exec .venv/bin/python -m pytest -q -s "$@"
