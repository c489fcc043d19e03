"""Rules for the first five minutes and for ready answers: honest, easy, asking nothing (promises A16, C12, L2)."""

import re
from collections.abc import Iterator

from kiosk.content.source import Source
from kiosk.linter.finding import Finding, error
from kiosk.linter.passages import Passage, report_passages, texts
from kiosk.linter.report import check_told
from kiosk.wording.facts import Facts

_ASKS = re.compile(r"[?؟]")
_SUMMONS = re.compile(r"\bcome (?:to|and)\b", re.IGNORECASE)
_WORDS = {"title", "do", "more", "button", "never"}


def check_ready(source: Source, facts: Facts) -> Iterator[Finding]:
    """Every finding about the ready answers of an age group, apart from problems that stop them from being read."""
    passages = list(report_passages(source))
    yield from check_told(source, passages, facts, values=())
    for passage in passages:
        if _ASKS.search(passage.text):
            yield error(
                source.path, passage.line, "C12", "it asks something, and the child cannot answer there"
            )
        if _SUMMONS.search(passage.text):
            yield error(
                source.path, passage.line, "C12", "it sends for the child, who then may be seen coming"
            )


def card_passages(source: Source) -> Iterator[Passage]:
    """The words of the cards, as staff read them."""
    for where, text in texts(source.data):
        if where[-1] in _WORDS:
            yield Passage(source.path, source.line(*where), text, "adult", None)
