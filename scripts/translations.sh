#!/bin/sh
# Collects the texts of code and templates into translations/messages.pot and carries them into each language.
# LOCALES="cy" begins a new one.
set -eu
cd "$(dirname "$0")/.."
mkdir -p translations
pot=translations/messages.pot
.venv/bin/pybabel -q extract -F pyproject.toml -o $pot.new --no-wrap --sort-by-file \
  --add-location=file --project=kiosk --copyright-holder="the kiosk authors" .
undated() { grep -v '^"POT-Creation-Date:' "$1"; }
if [ -f $pot ] && [ "$(undated $pot)" = "$(undated $pot.new)" ]; then
  rm $pot.new # the same texts: no change of a date alone
else
  mv $pot.new $pot
fi
for locale in ${LOCALES:-$(cd translations && ls -d */ | tr -d /)}; do
  if [ -f "translations/$locale/LC_MESSAGES/messages.po" ]; then
    # No guesses: a sentence that looks alike may say something else to a child.
    verb="update --no-fuzzy-matching --ignore-obsolete"
  else
    verb=init
  fi
  # shellcheck disable=SC2086  # a verb and its option
  .venv/bin/pybabel -q $verb -i $pot -d translations -l "$locale" --no-wrap
done
# A language for families alone holds only what they read first: all else would be thousands of empty messages.
.venv/bin/python -P - << 'EOF'
from pathlib import Path

from babel.messages.pofile import write_po

from kiosk.content.language import FIRST
from kiosk.wording.translations import is_for_families, messages, read_catalogue

for lang in sorted(FIRST):
    path = Path("translations", lang, "LC_MESSAGES", "messages.po")
    if path.is_file():
        catalogue = read_catalogue(path, lang)
        for message in messages(catalogue):
            if not is_for_families(message):
                catalogue.delete(message.id, message.context)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, ignore_obsolete=True)
EOF
