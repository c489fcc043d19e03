"""Help for families: steps short enough for a worried reader, and a day on which it is read again (promise F6)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from kiosk.content.language import ENGLISH, language_of
from kiosk.content.page import ParsedPage
from kiosk.content.readability import words
from kiosk.linter.facts import check_date
from kiosk.linter.finding import Finding, error
from kiosk.linter.passages import Passage, texts
from kiosk.linter.reading import check_grade
from kiosk.told.situations import STEP_WORDS, WORDS, Situation
from kiosk.wording.facts import Facts

HARDEST_GRADE = 5.0  # reading age nine to ten


def help_passages(scan: ParsedPage[Any]) -> Iterator[Passage]:
    """The words of one file; what a step says to one nation alone is looked at where the file is read."""
    for where, text in texts(scan.source.data):
        if where[-1] in WORDS:
            use = "title" if where[-1] == "title" else "told"
            line, lang = scan.source.line(*where), language_of(scan.path)
            yield Passage(scan.path, line, text, use, None, lang)  # type: ignore[arg-type]


def check_situation(
    scan: ParsedPage[Any], situation: Situation, facts: Facts, today: date
) -> Iterator[Finding]:
    """Find steps that are too long, words that are too hard, and a review that is due."""
    for index, step in enumerate(situation.steps):
        if (count := len(words(f"{step.title} {step.text.striptags()}"))) > STEP_WORDS:
            line = scan.source.line("steps", index)
            yield error(scan.path, line, "L2", f"{count} words in a step, {STEP_WORDS} at most")
    if language_of(scan.path) == ENGLISH:
        yield from check_grade(scan.path, list(help_passages(scan)), HARDEST_GRADE, None, facts)
    line = scan.source.line("review_by")
    yield from check_date(scan.path, line, "this help", situation.review_by, today)
