#!/bin/sh
# Writes requirements/*.txt: exact versions with hashes, for every platform. `make pins` keeps what is pinned,
# `make pins UPGRADE=1` takes the newest that pyproject.toml allows.
set -eu
cd "$(dirname "$0")/.."
[ -z "${UPGRADE:-}" ] || set -- "$@" --upgrade
compile() {
  # No index address may reach these files: uv leaves it out unless asked.
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --custom-compile-command "make pins" "$@"
}
compile requirements/uv.in -o requirements/uv.txt "$@"
compile pyproject.toml --extra test -o requirements/test.txt "$@"
compile pyproject.toml --extra build -c requirements/test.txt -o requirements/build.txt "$@"
compile pyproject.toml -c requirements/test.txt -o requirements/run.txt "$@"
compile pyproject.toml --extra postgres -c requirements/test.txt -o requirements/postgres.txt "$@"
