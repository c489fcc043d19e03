#!/bin/sh
# What needs no running program: style, types, layers, templates, security, content. All at once, told in order.
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

begin types mypy kiosk tests $(ls scripts/*.py 2>/dev/null)
begin style ruff check .
begin format ruff format --check .
begin layers lint-imports --no-cache --no-logo
begin templates djlint --quiet --lint kiosk/templates
begin security bandit --quiet --recursive kiosk --configfile pyproject.toml --severity-level medium
begin content kiosk content check
wait

left=0
for name in $checks; do
  [ "$(cat "$told/$name")" = fine ] || {
    left=$((left + 1))
    echo "--- $name"
    cat "$told/$name.out"
  }
done
for name in $checks; do printf '%-10s %s\n' "$name" "$(cat "$told/$name")"; done
exit "$((left > 0))"
