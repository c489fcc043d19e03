"""Translations of Codes and report pages: no line left in English, no "left" or "right" (promise L17)."""

import re
from collections.abc import Iterable, Iterator, Mapping

from kiosk.content.language import direction
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage

_SIDES = {"ur": re.compile(r"(?<!\w)(?:دائیں|بائیں)(?!\w)")}
_FILLED = re.compile(r"\{[^{}]*\}")  # a fact or a number has words of its own in each language
SAME_LETTERS = 12  # shorter lines may be the same, such as "OK" or "{n} / {total}"


def check_translation(passages: Iterable[Passage], english: Mapping[str, str]) -> Iterator[Finding]:
    """Compare each line of a translation with the English of its key."""
    for passage in passages:
        original = english.get(passage.key, "")
        if len(_FILLED.sub("", original)) >= SAME_LETTERS and passage.text.strip() == original.strip():
            yield warning(passage.path, passage.line, "L17", f'"{passage.key}" is still English')
        sides = _SIDES.get(passage.lang)
        if direction(passage.lang) == "rtl" and sides and (match := sides.search(passage.text)):
            yield warning(passage.path, passage.line, "L17", f'"{match[0]}": the page is mirrored')
