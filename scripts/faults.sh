#!/bin/sh
# The long tests, which `make test` leaves out: what breaks under us, with as many trials as there is time for.
set -eu
cd "$(dirname "$0")/.."
FAULTS=full exec .venv/bin/python -m pytest -q -s \
  tests/faults tests/report/anonymity tests/sealing tests/backup tests/storage tests/upkeep
