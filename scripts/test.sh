#!/bin/sh
# Every test, two at a time; files stay together, so that each test server and browser is started once a worker.
set -eu
cd "$(dirname "$0")/.."
CHROMIUM=$(sh scripts/chromium.sh)
export CHROMIUM
exec .venv/bin/python -m pytest -n "${WORKERS:-2}" --dist loadfile -q "$@"
