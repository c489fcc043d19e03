"""Rules for the first five minutes and for ready answers: honest, easy, asking nothing (promises A16, C12, L2)."""

import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.content.problem import ContentError
from kiosk.content.source import Source, read_source
from kiosk.incidents.case.cards import FILE, scan_cards
from kiosk.incidents.replies.ready import NAMES
from kiosk.linter.finding import Finding, error, of_problem
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


def check_cards(content_dir: Path, facts: Facts) -> Iterator[Finding]:
    """What is wrong with the cards, and steps that name a ready answer which does not exist."""
    try:
        source, cards, problems = scan_cards(content_dir, facts)
    except ContentError as broken:
        yield from map(of_problem, broken.problems)
        return
    yield from map(of_problem, problems)
    for index, card in enumerate(cards):
        for number, step in enumerate(card.steps):
            if step.answer and step.answer not in NAMES:
                line = source.line(index, "steps", number, "answer")
                yield error(source.path, line, "L1", f'there is no ready answer "{step.answer}"')


def card_passages(content_dir: Path) -> Iterator[Passage]:
    """The words of the cards, as staff read them."""
    try:
        source = read_source(content_dir / FILE)
    except ContentError:
        return
    for where, text in texts(source.data):
        if where[-1] in _WORDS:
            yield Passage(source.path, source.line(*where), text, "adult", None)
