#!/bin/sh
# Prints the path of a Chromium for the browser tests; installs Debian's where there is none and we may. Its shell
# without a screen comes first: it opens a page with half the work of the whole browser.
set -eu
say() { echo "$*" >&2; }

find_chromium() {
  if [ -n "${CHROMIUM:-}" ]; then
    command -v "$CHROMIUM" && return
    say "CHROMIUM names $CHROMIUM, which is no program."
    exit 1
  fi
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return
  done
  app="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
  [ -x "$app" ] && echo "$app"
}

find_chromium && exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
  say "Installing Chromium from the system's packages, for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq >&2 || true
  for package in chromium-headless-shell chromium; do
    $as_root apt-get install -y -qq "$package" >&2 && break
  done
  find_chromium && exit 0
fi
say "The browser tests need Chromium, and none was found."
say "Install it (Debian, Ubuntu: sudo apt install chromium; Fedora: sudo dnf install chromium),"
say "or name one: make test CHROMIUM=/path/to/chrome"
exit 1
