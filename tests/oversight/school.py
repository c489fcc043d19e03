"""What children of a test school have done, and how many queries a page needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.conduct.code import Code
from kiosk.conduct.models import Decision, Mode, SignOff
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import complete_lesson, start_lesson
from kiosk.quizzes.models import AnswerTally
from kiosk.quizzes.quiz import Quiz
from kiosk.storage.db import Databases
from tests.factories import make_class_group, make_pupil
from tests.pages import Element, Page

DAY = date(2026, 11, 24)


def fill_class(
    session: Session, count: int, teacher: StaffMember | None = None, **changes: Any
) -> ClassGroup:
    """A class with so many children, called by letters."""
    group = make_class_group(session, teacher=teacher, **changes)
    for number in range(count):
        make_pupil(session, group, first_name=f"{chr(65 + number % 26)}{number:02}")
    session.flush()
    session.refresh(group, ["pupils"])
    return group


def children(group: ClassGroup) -> list[Pupil]:
    """The children of a class by name."""
    return sorted(group.pupils, key=lambda pupil: pupil.first_name)


def finish(session: Session, pupils: list[Pupil], lesson: Lesson) -> None:
    """These children have finished a lesson."""
    for pupil in pupils:
        start_lesson(session, pupil, lesson, DAY)
        complete_lesson(session, pupil, lesson, DAY)


def decide(
    session: Session, pupil: Pupil, code: Code, decision: Decision = Decision.AGREE, **changes: Any
) -> SignOff:
    """A child has decided about a Code."""
    values: dict[str, Any] = {
        "pupil_id": pupil.id,
        "code_id": code.id,
        "code_version": code.version,
        "code_hash": code.hash,
        "lang": "en",
        "mode": Mode.KEY,
        "decision": decision,
        "decided_on": DAY,
    }
    row = SignOff(**values | changes)
    session.add(row)
    session.flush()
    return row


def tally(session: Session, group: ClassGroup, quiz: Quiz, question: str, **counts: int) -> None:
    """First answers of a class to one question, by option."""
    session.add_all(
        AnswerTally(
            class_group_id=group.id,
            quiz_id=quiz.id,
            version=quiz.hash,
            question_id=question,
            option_id=option,
            count=count,
        )
        for option, count in counts.items()
    )
    session.flush()


@contextmanager
def counted_queries(databases: Databases) -> Iterator[list[str]]:
    """Every statement that the school and reports databases are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    engines = (databases.school.engine, databases.reports.engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def table_rows(page: Page, number: int = 0) -> list[list[str]]:
    """The words of every row of a table; a drawn cell says what its label says."""
    table = page.all("table")[number]
    return [[_words(cell) for cell in row.find_all("th", "td")] for row in table.find_all("tr")]


def _words(cell: Element) -> str:
    drawn = [svg.attrs.get("aria-label", "") for svg in cell.find_all("svg")]
    return cell.text or " ".join(drawn)
