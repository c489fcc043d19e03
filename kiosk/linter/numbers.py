"""Finds ages, laws, phone numbers and dates in prose, and names that a child could have (promises L10, L12)."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from kiosk.content.source import Schema, Text, read_yaml
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage

_USES = {"screen", "story", "passage", "stem", "label", "feedback", "means", "alt", "told"}
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?:['’]s)?\b")
# Capitalised words that the check does not take for names: our page and Code, days, languages, answers.
_NO_NAMES = {
    "Code", "Tell", "Yes", "No", "OK", "Back", "Next", "Help", "Leave", "Year", "Internet", "Earth",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    "Mr", "Mrs", "Miss", "Ms", "Silva", "Green",  # the grown-ups of the cast
    "Mum", "Dad", "Gran", "Grandad", "Nan", "Grandma", "Grandpa",
    "English", "Welsh", "Urdu", "Polish", "British", "Britain", "England",
}  # fmt: skip
# What is allowed: placeholders, school years, and times and counts in an invented message.
_FREE = re.compile(r"\{[^}]*\}|\b[Yy]ears? \d+(?:(?:,| to| and| or|-|–) ?(?:[Yy]ear )?\d+)*")
_FREE_KEY = "chooser.ks"  # keys of lines that name an age band by its school years, in any language
_FREE_USES = {"message", "help", "belief"}

_DIGITS = {
    "an age": re.compile(r"(?<![\d.,])(?:13|16|18)(?![\d.,:]\d|\d)|\b\d+\+"),
    "a phone number": re.compile(
        r"(?<!\d)(?:0\d{2,4}[ -]?\d{3,}[\d ]*|999|101|111|112|85258|7726|116 123)(?!\d)"
    ),
    "a year": re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)"),
}
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WORDS = {
    "an age": re.compile(
        r"\b(?:thirteen|sixteen|eighteen)\b|\b(?:under|over)[- ]\d+s?\b|\baged? \d+|\b\d+[- ]years?[- ]olds?\b",
        re.I,
    ),
    "a law": re.compile(r"\b(?:[A-Z]\w+ )+Act\b|\b(?:UK )?GDPR\b"),
    "a date": re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})\b|\b(?:{_MONTHS}) \d{{1,2}}\b"),
}


class Names(Schema):
    """Names for animals (ks1) and for people (ks2 and up)."""

    animals: tuple[Text, ...]
    people: tuple[Text, ...]
    girls: tuple[Text, ...] = ()  # who of the people is a girl, and who a boy; of some it is not said
    boys: tuple[Text, ...] = ()


def read_names(content_dir: Path) -> Names:
    """The names that stories may use; raises ContentError."""
    return read_yaml(content_dir / "names.yml", Names)


def check_characters(passage: Passage, names: Names) -> Iterator[Finding]:
    """Find capitalised words inside sentences that are not a character's name, and people's names in ks1."""
    if passage.use not in _USES or passage.band is None or not passage.english:
        return
    allowed = {*names.animals, *_NO_NAMES, *(names.people if passage.band != "ks1" else ())}
    for match in _INSIDE.finditer(re.sub(r"\{[^}]*\}", "", passage.text)):
        word = re.sub(r"['’]s$", "", match[0])
        if word in names.people and passage.band == "ks1":
            yield error(passage.path, passage.line, "L10", f'"{word}": characters are animals in ks1')
        elif word not in allowed:
            yield warning(passage.path, passage.line, "L10", f'"{word}": a name that is not in names.yml?')


def check_numbers(passage: Passage) -> Iterator[Finding]:
    """Find ages, laws, phone numbers and dates in the passage, in any language."""
    if passage.use in _FREE_USES or passage.key.startswith(_FREE_KEY):
        return
    text = _FREE.sub(lambda match: " " * len(match[0]), passage.text)
    found: set[tuple[int, str]] = set()
    for kind, pattern in [*_DIGITS.items(), *(_WORDS.items() if passage.english else ())]:
        for match in pattern.finditer(text):
            line = passage.line_at(match.start())
            if (line, kind) not in found:
                found.add((line, kind))
                message = f'"{match[0].strip()}" is {kind}: write {{fact:id}} or {{help:id}}'
                yield error(passage.path, line, "L12", message)


def check_names(passage: Passage, names: Collection[str]) -> Iterator[Finding]:
    """Find names of helplines in lessons, quizzes and Codes, where they would become outdated."""
    if passage.use in _FREE_USES | {"report"} or not passage.english:
        return
    for name in names:
        for match in re.finditer(rf"\b{re.escape(name)}\b", passage.text):
            line = passage.line_at(match.start())
            yield warning(passage.path, line, "L12", f'"{name}" is a helpline: write {{help:id.name}}')
