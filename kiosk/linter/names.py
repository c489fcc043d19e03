"""Names of characters: invented ones from content/names.yml, so that no child finds their own name (promise L10)."""

import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.content.source import Schema, Text, read_yaml
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage

_USES = {"screen", "story", "passage", "stem", "label", "feedback", "alt", "told"}
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?:['’]s)?\b")
# Capitalised words that are not names: our page and Code, days, languages, answers.
_NO_NAMES = {
    "Code", "Tell", "Yes", "No", "OK", "Back", "Next", "Help", "Leave", "Year", "Internet", "Earth",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    "Mr", "Mrs", "Miss", "Ms", "Silva", "Green",  # the grown-ups of the cast
    "Mum", "Dad", "Gran", "Grandad", "Nan", "Grandma", "Grandpa",
    "English", "Welsh", "Urdu", "Polish", "British", "Britain", "England",
}  # fmt: skip


class Names(Schema):
    """Names for animals (ks1) and for people (ks2 and up)."""

    animals: tuple[Text, ...]
    people: tuple[Text, ...]


def read_names(content_dir: Path) -> Names:
    """The names that stories may use; raises ContentError."""
    return read_yaml(content_dir / "names.yml", Names)


def check_characters(passage: Passage, names: Names) -> Iterator[Finding]:
    """Find capitalised words inside sentences that are not a character's name, and people's names in ks1."""
    if passage.use not in _USES or passage.band is None:
        return
    allowed = {*names.animals, *_NO_NAMES, *(names.people if passage.band != "ks1" else ())}
    for match in _INSIDE.finditer(re.sub(r"\{[^}]*\}", "", passage.text)):
        word = re.sub(r"['’]s$", "", match[0])
        if word in names.people and passage.band == "ks1":
            yield error(passage.path, passage.line, "L10", f'"{word}": characters are animals in ks1')
        elif word not in allowed:
            yield warning(passage.path, passage.line, "L10", f'"{word}": a name that is not in names.yml?')
