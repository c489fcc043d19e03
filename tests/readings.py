"""Reading a folder of content as kiosk does at start, one kind at a time."""

from pathlib import Path

from kiosk.conduct.code import Codes, read_codes
from kiosk.content.pictures import read_pictures
from kiosk.lessons.lesson import Lesson, read_lessons
from kiosk.lessons.scenes.cast import read_cast
from kiosk.public.articles import Articles, read_articles
from kiosk.quizzes.misconception import read_misconceptions
from kiosk.quizzes.quiz import Quiz, read_quizzes
from kiosk.report.form.wording import Wording, read_wordings
from kiosk.wording.facts import read_facts


def lessons_in(folder: Path) -> dict[str, Lesson]:
    """Every lesson of a content folder."""
    return read_lessons(folder, read_facts(folder), read_pictures(folder), read_cast(folder))


def quizzes_in(folder: Path) -> dict[str, Quiz]:
    """Every quiz of a content folder."""
    facts, pictures = read_facts(folder), read_pictures(folder)
    misconceptions, cast = read_misconceptions(folder), read_cast(folder)
    return read_quizzes(folder, lessons_in(folder), facts, pictures, misconceptions, cast)


def codes_in(folder: Path) -> Codes:
    """Every Code of a content folder."""
    return read_codes(folder, read_facts(folder), read_pictures(folder))


def wordings_in(folder: Path) -> dict[tuple[str, str], Wording]:
    """Every wording of the report pages of a content folder."""
    return read_wordings(folder, read_facts(folder))


def articles_in(folder: Path) -> Articles:
    """Every page of the families' part of a content folder."""
    return read_articles(folder, read_facts(folder))
