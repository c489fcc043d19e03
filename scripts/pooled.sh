#!/bin/sh
# Tests of verbs and pages on PostgreSQL once more, through PgBouncer with two connections to each database.
# Left out: what needs more connections at one moment to show what waits for what, and addresses with `options=`.
set -eu
cd "$(dirname "$0")/.."
if ! command -v pgbouncer >/dev/null; then
  echo "PgBouncer is not installed (apt-get install pgbouncer): its tests are left out." >&2
  exit 0
fi
KIOSK_TEST_PGBOUNCER=2 exec .venv/bin/python -m pytest -n "${WORKERS:-3}" --dist loadfile -q \
  -k "postgresql and not answers_before and not at_once and not same_moment and not together and not lock" \
  tests/quizzes tests/conduct tests/incidents/queue tests/report/intake/test_transfer.py tests/storage/test_db.py \
  tests/storage/test_prepared.py
