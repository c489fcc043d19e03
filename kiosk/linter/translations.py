"""Translations of lessons and quizzes: why English is shown in place of one, and what was left (promise L17)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kiosk.content.source import Source, content_hash, read_text
from kiosk.content.translation import NOT_TRANSLATED, TranslationState
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage
from kiosk.linter.report import check_translation
from kiosk.quizzes.quiz import Quiz
from kiosk.wording.facts import Facts


def check_shown(
    source: Source, made: TranslationState | None, english: Path, facts: Facts, quiz: Quiz | None = None
) -> Iterator[Finding]:
    """Why English is shown in the place of a file that can be read; a lesson needs its quiz in the language too."""
    if made and not made.current:
        now = content_hash(english, NOT_TRANSLATED)
        message = f"the English has changed since: say the same again, then its source_hash is {now}"
        yield warning(source.path, source.line("source_hash"), "L17", message)
    elif made and (unsaid := facts.unsaid(read_text(source.path), made.lang)):
        message = f'English is shown until facts.yml says "{unsaid[0]}" in "{made.lang}"'
        yield warning(source.path, 1, "L17", message)
    elif made and quiz and made.lang not in quiz.translations:
        message = f"English is shown until quizzes/{quiz.id}.{made.lang}.yml is there and up to date"
        yield warning(source.path, 1, "L17", message)


def still_english(passages: Iterable[Passage], english: Iterable[Passage]) -> Iterator[Finding]:
    """Lines that were left in English, or that say a side where lines turn."""
    texts = {passage.text.strip(): passage.text for passage in english}
    return check_translation([replace(one, key=one.text.strip()) for one in passages], texts)
