#!/bin/sh
# What needs no running program: style, types, layers, templates, security, content, known vulnerabilities. All at once,
# told in order.
set -eu
cd "$(dirname "$0")/.."
PATH="$(pwd)/.venv/bin:$PATH"
export PATH
told=$(mktemp -d)
trap 'rm -rf "$told"' EXIT
checks=""

begin() {
  name=$1
  shift
  checks="$checks $name"
  { "$@" >"$told/$name.out" 2>&1 && echo fine >"$told/$name" || echo failed >"$told/$name"; } &
}

begin types mypy kiosk tests tools $(ls scripts/*.py 2>/dev/null)
begin style ruff check .
begin format ruff format --check .
begin layers lint-imports --no-cache --no-logo
begin templates djlint --quiet --lint kiosk/templates
begin security bandit --quiet --recursive kiosk tools --configfile pyproject.toml --severity-level medium
begin content kiosk content check --strict
begin alike python -m tools.alike
begin advisories python scripts/vulnerabilities.py
wait

left=0
for name in $checks; do
  [ "$(cat "$told/$name")" = fine ] || {
    left=$((left + 1))
    echo "--- $name"
    cat "$told/$name.out"
  }
done
for name in $checks; do
  # What could not be looked at says so in place of "fine".
  printf '%-10s %s\n' "$name" "$(grep -h '^not checked: ' "$told/$name.out" || cat "$told/$name")"
done
exit "$((left > 0))"
