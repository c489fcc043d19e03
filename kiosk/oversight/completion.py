"""Who in a class has finished which lesson: a state for each child and lesson, with no ranks and no scores."""

import enum
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import present_names
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.conduct.code import Code
from kiosk.conduct.signing import DecisionState
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.lessons.models import LessonProgress
from kiosk.lessons.progress import LAST_DAY
from kiosk.lessons.sets import SetLesson, sets_of
from kiosk.oversight.decisions import STATE_WORDS, states_in_class
from kiosk.storage.prepared import PreparedStatement, Row
from kiosk.wording.messages import N_

Say = Callable[[str], str]
Progress = Mapping[tuple[uuid.UUID, str], "Cell"]  # by child and lesson

_PROGRESS = (
    select(LessonProgress.pupil_id, LessonProgress.lesson_id, LessonProgress.completed_on, LAST_DAY)
    .join(Pupil, Pupil.id == LessonProgress.pupil_id)
    .where(Pupil.left_on.is_(None))
)
_PROGRESS_OF_CLASS = PreparedStatement(_PROGRESS.where(Pupil.class_group_id == bindparam("class_id")))


class Cell(enum.StrEnum):
    """One child's progress in one lesson."""

    FINISHED = "finished"
    STARTED = "started"
    OPEN = "open"
    OVERDUE = "overdue"  # its day has passed, whether it was begun or not
    UNSET = "unset"


CELL_WORDS = {
    Cell.FINISHED: N_("Finished"),
    Cell.STARTED: N_("Started"),
    Cell.OPEN: N_("Not started"),
    Cell.OVERDUE: N_("Overdue"),
    Cell.UNSET: N_("Not set yet"),
}


@dataclass(frozen=True)
class Column:
    """A lesson of the class: set, or for its age group and not set yet."""

    lesson_id: str
    title: str
    is_set: bool
    finished: int

    @property
    def total(self) -> str:
        """The total at the foot; empty for a lesson that was not set."""
        return str(self.finished) if self.is_set or self.finished else ""


@dataclass(frozen=True)
class ChildRow:
    """One child of the class."""

    id: uuid.UUID
    name: str
    cells: tuple[Cell, ...]
    code: DecisionState


@dataclass(frozen=True)
class Grid:
    """A class at a glance, children by first name."""

    columns: tuple[Column, ...]
    rows: tuple[ChildRow, ...]

    @property
    def lessons_set(self) -> int:
        """How many lessons the class was set."""
        return sum(column.is_set for column in self.columns)

    @property
    def agreed(self) -> int:
        """How many children agree to the current version of the Code."""
        return sum(row.code is DecisionState.AGREED for row in self.rows)

    def first(self, behind: Collection[uuid.UUID]) -> "Grid":
        """The same with these children at the top; nobody is compared with another."""
        return replace(self, rows=tuple(sorted(self.rows, key=lambda row: row.id not in behind)))

    def only(self, behind: Collection[uuid.UUID]) -> "Grid":
        """These children alone, with totals of their own."""
        rows = tuple(row for row in self.rows if row.id in behind)
        return Grid(
            tuple(replace(one, finished=_finished(rows, place)) for place, one in enumerate(self.columns)),
            rows,
        )


class ClassRecord:
    """The children of a class, what it was set, newest first, and what they have begun and finished; three queries."""

    def __init__(
        self, session: Session, group: ClassGroup, lessons: Mapping[str, Lesson], term_began: date
    ) -> None:
        self.pupils = present_names(session, group)
        self.sets = sets_of(session, group)
        rows = _PROGRESS_OF_CLASS.seen_by(session, {"class_id": group.id})
        self.progress = _as_it_counts(rows, lessons, term_began)


def completion(
    session: Session,
    class_group: ClassGroup,
    lessons: Mapping[str, Lesson],
    code: Code | None,
    term_began: date = date.min,
    today: date = date.min,
    record: ClassRecord | None = None,
) -> Grid:
    """The grid of a class, always with four queries, or one where its record is known.

    Lessons that were set come first, in the order in which they were set; then the others for the age group. A lesson
    that is set for some children is not set yet for the others.
    """
    record = record or ClassRecord(session, class_group, lessons, term_began)
    sets = record.sets[::-1]
    set_ids = [one.lesson_id for one in sets]
    states = states_in_class(session, class_group, code) if code else {}
    others = [one.id for one in lessons_for(class_group, lessons.values()) if one.id not in set_ids]
    places = [*((one.lesson_id, one) for one in sets), *((id, None) for id in others)]
    rows = tuple(
        ChildRow(
            pupil.id,
            pupil.first_name,
            tuple(cell_of(record.progress, one, pupil.id, lesson_id, today) for lesson_id, one in places),
            states.get(pupil.id, DecisionState.NONE),
        )
        for pupil in record.pupils
    )
    columns = tuple(
        Column(
            lesson_id,
            # A lesson that no longer exists keeps its column, as children have learnt it.
            lessons[lesson_id].title if lesson_id in lessons else lesson_id,
            lesson_id in set_ids,
            _finished(rows, place),
        )
        for place, lesson_id in enumerate([*set_ids, *others])
    )
    return Grid(columns, rows)


def csv_rows(grid: Grid, say: Say) -> list[list[str]]:
    """The rows of the CSV file, as on the screen: headings, a row for each child, totals."""
    head = [say(N_("Pupil")), *(column.title for column in grid.columns), say(N_("Code"))]
    body = [
        [row.name, *(say(CELL_WORDS[cell]) for cell in row.cells), say(STATE_WORDS[row.code])]
        for row in grid.rows
    ]
    foot = [say(N_("Finished")), *(column.total for column in grid.columns), agreed_words(grid, say)]
    return [head, *body, foot]


def agreed_words(grid: Grid, say: Say) -> str:
    """How many of the children agree to the Code, in words."""
    return say(N_("%(count)s of %(total)s")) % {"count": grid.agreed, "total": len(grid.rows)}


def progress_in(
    session: Session,
    class_ids: Sequence[uuid.UUID],
    lessons: Mapping[str, Lesson],
    term_began: date,
    lesson_id: str = "",
    pupil_ids: Sequence[uuid.UUID] | None = None,
) -> Progress:
    """What the children of these classes have begun and finished, as it counts this term; one query.

    Narrowed to one lesson, or to some children, where that is asked for.
    """
    query = _PROGRESS.where(Pupil.class_group_id.in_(class_ids))
    if lesson_id:
        query = query.where(LessonProgress.lesson_id == lesson_id)
    if pupil_ids is not None:
        query = query.where(LessonProgress.pupil_id.in_(pupil_ids))
    rows = (tuple(row) for row in session.connection().execute(query))
    return _as_it_counts(rows, lessons, term_began)


def _as_it_counts(rows: Iterable[Row], lessons: Mapping[str, Lesson], term_began: date) -> Progress:
    """Rows of progress by child and lesson, without what has lapsed with its term."""
    return {
        (pupil_id, id): Cell.FINISHED if completed_on else Cell.STARTED
        for pupil_id, id, completed_on, last_day in rows
        if id not in lessons or last_day >= lessons[id].since(term_began)
    }


def cell_of(done: Progress, one: SetLesson | None, pupil_id: uuid.UUID, lesson_id: str, today: date) -> Cell:
    """One child's progress in one lesson, which is set as `one` says, or not at all."""
    cell = done.get((pupil_id, lesson_id))
    if cell is Cell.FINISHED or one is None or not one.is_for(pupil_id):
        return cell or Cell.UNSET
    return Cell.OVERDUE if one.is_overdue_for(pupil_id, today) else cell or Cell.OPEN


def _finished(rows: Sequence[ChildRow], place: int) -> int:
    return sum(row.cells[place] is Cell.FINISHED for row in rows)
