"""Rules for the first five minutes and for ready answers: honest, easy, asking nothing (promises A16, C12, L2)."""

import re
from collections.abc import Iterator, Sequence

from kiosk.content.source import Source
from kiosk.linter.finding import Finding, error
from kiosk.linter.passages import Passage, texts
from kiosk.linter.report import check_told
from kiosk.wording.facts import Facts

_WRONG = {
    re.compile(r"[?؟]"): "it asks something, and the child cannot answer there",
    re.compile(r"\bcome (?:to|and)\b", re.I): "it sends for the child, who then may be seen coming",
}
_WORDS = {"title", "do", "more", "button", "never"}


def check_ready(source: Source, passages: Sequence[Passage], facts: Facts) -> Iterator[Finding]:
    """Every finding about the ready answers of an age group, apart from problems that stop them from being read."""
    yield from check_told(source, passages, facts, values=())
    for passage in passages:
        for wrong, message in _WRONG.items():
            if wrong.search(passage.text):
                yield error(source.path, passage.line, "C12", message)


def card_passages(source: Source) -> Iterator[Passage]:
    """The words of the cards, as staff read them."""
    for where, text in texts(source.data):
        if where[-1] in _WORDS:
            yield Passage(source.path, source.line(*where), text, "adult", None)
