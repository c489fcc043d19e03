#!/bin/sh
# Makes .venv ready: `scripts/setup.sh build` for running kiosk, `scripts/setup.sh test` for testing it too.
# `scripts/setup.sh build postgres` adds what PostgreSQL needs; .extras remembers it, so that every update and every
# rebuilt .venv has it too. Quick when nothing changed: it compares what was installed with what is asked for, and leaves.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-build}
say() { echo "$*" >&2; }

# Behind a filter that inspects TLS the machine trusts the filter's certificate. So do pip and uv, unless told otherwise.
for trusted in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
  if [ -r "$trusted" ]; then
    export SSL_CERT_FILE="$trusted" PIP_CERT="${PIP_CERT:-$trusted}"
    break
  fi
done

# A driver of PostgreSQL that somebody installed by hand is kept as well, and from now on at its pinned version.
if [ ! -f .venv/kiosk-test ] && [ -n "$(find .venv/lib -maxdepth 3 -name psycopg -type d 2>/dev/null)" ]; then
  echo postgres > .extras
fi
case ${2:-} in
  "") ;;
  postgres) echo postgres > .extras ;;
  *) say "setup.sh knows no extra $2, only postgres."; exit 2 ;;
esac

pinned() {
  # For tests everything is installed; otherwise what the pages need, and what was added to it.
  echo "requirements/$1.txt"
  if [ "$1" = build ] && [ -f .extras ]; then echo requirements/postgres.txt; fi
}

wanted() {
  # Where the folder stands is part of it: a moved .venv starts programs from its old place.
  pwd
  cat requirements/uv.txt $(pinned "$1") pyproject.toml | cksum
}

usable() {
  "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

make_venv() {
  for python in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    if usable "$python"; then
      say "Making .venv with $("$python" --version) ..."
      rm -rf .venv
      "$python" -m venv .venv
      return
    fi
  done
  say "kiosk needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt install python3 python3-venv)."
  exit 1
}

install() {
  usable .venv/bin/python && [ "$(cat .venv/kiosk-home 2>/dev/null || pwd)" = "$(pwd)" ] || make_venv
  pwd > .venv/kiosk-home
  [ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r requirements/uv.txt
  say "Installing" $(pinned "$1") "..."
  VIRTUAL_ENV="$(pwd)/.venv" .venv/bin/uv pip install --quiet --compile-bytecode --require-hashes \
    $(pinned "$1" | sed 's/^/-r /')
  say "Installing kiosk and building its static files ..."
  VIRTUAL_ENV="$(pwd)/.venv" .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
  # Compiled once here, so that the site starts in seconds where Python may not write beside its files.
  .venv/bin/python -m compileall -q kiosk
  wanted "$1" > ".venv/kiosk-$1"
}

have() { [ -f ".venv/kiosk-$1" ] && [ "$(wanted "$1")" = "$(cat ".venv/kiosk-$1")" ]; }

# Installing for tests covers running: what they share is pinned alike.
if ! have "$kind" && ! { [ "$kind" = build ] && have test; }; then
  install "$kind"
fi
# The build looks at every file itself, but takes a second to start; a folder is newer too where a file went.
stamps=kiosk/static/built/.stamps.json
if [ ! -f $stamps ] || [ -n "$(find kiosk/static/css kiosk/static/js kiosk/build.py kiosk/building licences \
    content/pictures.yml translations ! -name __pycache__ ! -name '*.pyc' -newer $stamps 2>/dev/null)" ]; then
  .venv/bin/python -P kiosk/build.py --quiet
fi
