"""The glossary: a word that a lesson explains has a meaning for its band, and every meaning is used (promise L3)."""

from collections.abc import Collection, Iterator
from pathlib import Path

from kiosk.content.language import ENGLISH
from kiosk.content.problem import ContentError
from kiosk.content.source import read_source
from kiosk.lessons.glossary import Glossary, read_glossary
from kiosk.lessons.lesson import Lesson, scan_lesson_page
from kiosk.linter.finding import Finding, error, of_problem, warning


def check_glossary(content_dir: Path, lessons: Collection[Lesson]) -> Iterator[Finding]:
    """Find words without a meaning, and meanings without a lesson; a folder without a glossary has neither."""
    path = content_dir / f"glossary.{ENGLISH}.yml"
    if not path.is_file():
        return
    try:
        glossary = read_glossary(content_dir)
    except ContentError as unreadable:
        yield from map(of_problem, unreadable.problems)
        return
    for lesson in lessons:
        yield from _words_without_meaning(lesson, glossary)
    source = read_source(path)
    used = {(word, glossary.meaning(word, lesson.band)) for lesson in lessons for word in lesson.vocabulary}
    for word, meanings in glossary.meanings.items():
        for band, meaning in meanings.items():
            if (word, meaning) not in used:
                message = f'no lesson explains "{word}" with this meaning for {band}'
                yield warning(path, source.line(word, band), "L3", message)


def _words_without_meaning(lesson: Lesson, glossary: Glossary) -> Iterator[Finding]:
    page = scan_lesson_page(lesson.folder / f"lesson.{ENGLISH}.md")
    for index, word in enumerate(lesson.vocabulary):
        if not glossary.meaning(word, lesson.band):
            line = page.source.line("vocabulary", index)
            message = f'"{word}" has no meaning for {lesson.band} or younger in glossary.{ENGLISH}.yml'
            yield error(page.path, line, "L3", message)
