"""Setting lessons for a class or some of its children, by a day or without one, and taking them from the list again.

What a child sees of it: promise E18.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet, LessonSetPupil
from kiosk.storage.prepared import PreparedStatement, Row
from kiosk.storage.upsert import insert_if_new
from kiosk.web.forms import day_of
from kiosk.wording.messages import N_, Refused

LONGEST_AHEAD = timedelta(days=366)

_SETS = (
    select(
        LessonSet.class_group_id,
        LessonSet.lesson_id,
        LessonSet.set_on,
        LessonSet.due_on,
        LessonSet.for_everybody,
        LessonSetPupil.pupil_id,
        LessonSetPupil.due_on.label("pupil_due_on"),
    )
    .outerjoin(
        LessonSetPupil,
        and_(
            LessonSetPupil.class_group_id == LessonSet.class_group_id,
            LessonSetPupil.lesson_id == LessonSet.lesson_id,
        ),
    )
    .order_by(LessonSet.set_on.desc(), LessonSet.lesson_id)
)
_SETS_OF_CLASS = PreparedStatement(_SETS.where(LessonSet.class_group_id == bindparam("class_id")))


@dataclass(frozen=True)
class SetLesson:
    """A lesson that is set for a class, or for some of its children: `pupils`, each with the day it is due for them."""

    lesson_id: str
    set_on: date
    due_on: date | None
    for_everybody: bool
    pupils: dict[uuid.UUID, date | None]

    def is_for(self, pupil_id: uuid.UUID) -> bool:
        """Whether the lesson is set for this child."""
        return self.for_everybody or pupil_id in self.pupils

    def due_for(self, pupil_id: uuid.UUID) -> date | None:
        """The day by which the lesson is due for a child; None without one."""
        return self.pupils.get(pupil_id) or self.due_on

    def is_overdue_for(self, pupil_id: uuid.UUID, today: date) -> bool:
        """Whether the day by which the lesson was due for a child has passed."""
        due_on = self.due_for(pupil_id) if self.is_for(pupil_id) else None
        return due_on is not None and due_on < today


def sets_in(
    session: Session, classes: Sequence[ClassGroup], lesson: Lesson | None = None
) -> dict[uuid.UUID, list[SetLesson]]:
    """The lessons set for each of these classes (or one lesson alone), the newest first; one query."""
    wanted = _SETS.where(LessonSet.class_group_id.in_([group.id for group in classes]))
    if lesson:
        wanted = wanted.where(LessonSet.lesson_id == lesson.id)
    return _by_class(tuple(row) for row in session.execute(wanted))


def _by_class(rows: Iterable[Row]) -> dict[uuid.UUID, list[SetLesson]]:
    """The rows of `_SETS` as the lessons of each class, in their order."""
    found: dict[uuid.UUID, dict[str, SetLesson]] = {}
    for class_id, lesson_id, set_on, due_on, for_everybody, pupil_id, pupil_due in rows:
        of_class = found.setdefault(class_id, {})
        one = of_class.setdefault(lesson_id, SetLesson(lesson_id, set_on, due_on, for_everybody, {}))
        if pupil_id:
            one.pupils[pupil_id] = pupil_due
    return {class_id: list(of_class.values()) for class_id, of_class in found.items()}


def sets_of(session: Session, class_group: ClassGroup) -> list[SetLesson]:
    """The lessons set for a class, the newest first; one query."""
    rows = _SETS_OF_CLASS.seen_by(session, {"class_id": class_group.id})
    return _by_class(rows).get(class_group.id, [])


def set_of(session: Session, class_group: ClassGroup, lesson: Lesson) -> SetLesson | None:
    """For whom and until when one lesson is set in a class; None if it is not set."""
    return next(iter(sets_in(session, [class_group], lesson).get(class_group.id, [])), None)


def read_due(sent: str, today: date) -> date | None:
    """The day by which a lesson is due, as a form sends it; None for an empty field. Raises Refused."""
    if not sent:
        return None
    due_on = day_of(sent)
    if due_on is None:
        raise Refused(N_("Write the day as 2026-12-04, or leave it empty."))
    if not today <= due_on <= today + LONGEST_AHEAD:
        raise Refused(N_("Choose a day from today on and within a year, or leave it empty."))
    return due_on


def set_for_class(
    session: Session, class_group: ClassGroup, lesson: Lesson, today: date, due_on: date | None
) -> None:
    """Set a lesson for everybody of a class by this day; set already, it keeps its first day and gets this one."""
    _make_set(session, class_group, lesson.id, today)
    _change_lesson_set(session, class_group, lesson, due_on=due_on, for_everybody=True)


def set_lesson_for_some(
    session: Session,
    class_group: ClassGroup,
    lesson: Lesson,
    today: date,
    due_on: date | None,
    pupils: Collection[uuid.UUID],
) -> None:
    """Set a lesson for these children of a class and no others by this day."""
    _make_set(session, class_group, lesson.id, today)
    _change_lesson_set(session, class_group, lesson, due_on=None, for_everybody=False)
    _insert_for_pupils(session, class_group, lesson.id, today, due_on, pupils)


def set_if_new(
    session: Session, class_group: ClassGroup, lesson: Lesson, today: date, due_on: date | None
) -> None:
    """Set a lesson for everybody of a class by this day; one that is set already stays as it is, for whomever."""
    values = {"class_group_id": class_group.id, "lesson_id": lesson.id, "set_on": today}
    insert_if_new(session, LessonSet, {**values, "due_on": due_on, "for_everybody": True})


def set_again(
    session: Session,
    class_group: ClassGroup,
    lesson_id: str,
    today: date,
    due_on: date,
    pupils: Collection[uuid.UUID],
) -> None:
    """Set a lesson once more for these children, who have missed it; for everybody else it stays as it is."""
    _make_set(session, class_group, lesson_id, today, for_everybody=False)
    session.execute(
        delete(LessonSetPupil).where(
            *_children_of(class_group, lesson_id), LessonSetPupil.pupil_id.in_(list(pupils))
        )
    )
    _insert_for_pupils(session, class_group, lesson_id, today, due_on, pupils)


def unset_lesson(session: Session, class_group: ClassGroup, lesson: Lesson) -> None:
    """Take a lesson from the lists of a class; what children have done of it stays."""
    session.execute(delete(LessonSet).where(*_row_of(class_group, lesson.id)))


def begun_by(session: Session, class_group: ClassGroup, lesson: Lesson) -> int:
    """How many children of a class have begun a lesson, or finished it."""
    counted = (
        select(func.count())
        .select_from(LessonProgress)
        .join(Pupil, Pupil.id == LessonProgress.pupil_id)
        .where(
            Pupil.class_group_id == class_group.id,
            Pupil.left_on.is_(None),
            LessonProgress.lesson_id == lesson.id,
        )
    )
    return session.scalar(counted) or 0


def _make_set(
    session: Session, class_group: ClassGroup, lesson_id: str, today: date, for_everybody: bool = True
) -> None:
    """Make sure that a lesson is set, and hold its row: whoever sets it at the same moment waits."""
    values = {"class_group_id": class_group.id, "lesson_id": lesson_id, "set_on": today}
    row = {**values, "due_on": None, "for_everybody": for_everybody}
    held = select(LessonSet.lesson_id).where(*_row_of(class_group, lesson_id)).with_for_update()
    while not (insert_if_new(session, LessonSet, row) or session.scalar(held)):
        pass  # somebody has just taken it from the list


def _insert_for_pupils(
    session: Session,
    class_group: ClassGroup,
    lesson_id: str,
    today: date,
    due_on: date | None,
    pupils: Collection[uuid.UUID],
) -> None:
    values = {"class_group_id": class_group.id, "lesson_id": lesson_id, "set_on": today, "due_on": due_on}
    session.add_all(LessonSetPupil(**values, pupil_id=pupil_id) for pupil_id in pupils)
    session.flush()


def _children_of(class_group: ClassGroup, lesson_id: str) -> tuple[ColumnElement[bool], ...]:
    return LessonSetPupil.class_group_id == class_group.id, LessonSetPupil.lesson_id == lesson_id


def _row_of(class_group: ClassGroup, lesson_id: str) -> tuple[ColumnElement[bool], ...]:
    return LessonSet.class_group_id == class_group.id, LessonSet.lesson_id == lesson_id


def _change_lesson_set(
    session: Session, class_group: ClassGroup, lesson: Lesson, due_on: date | None, for_everybody: bool
) -> None:
    """Change for whom a lesson is set and its due day; no child has a setting of their own afterwards.

    But a child who has missed it keeps another day, where it is for everybody before and after.
    """
    row, children = _row_of(class_group, lesson.id), _children_of(class_group, lesson.id)
    if for_everybody:
        children = (*children, exists().where(*row, LessonSet.for_everybody.is_(False)))
    session.execute(delete(LessonSetPupil).where(*children))
    session.execute(update(LessonSet).where(*row).values(due_on=due_on, for_everybody=for_everybody))
