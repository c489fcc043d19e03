"""Lessons that a class did together: an adult signs for who was there, and who was not is not forgotten."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonPresence, LessonProgress, LessonTaught
from kiosk.lessons.progress import complete_lesson, start_lesson
from kiosk.upsert import InsertOrUpdate

_TAUGHT = InsertOrUpdate(
    LessonTaught, lambda new: {"taught_on": new.taught_on, "signed_by_id": new.signed_by_id}
)
_PRESENT = InsertOrUpdate(
    LessonPresence, lambda new: {"present_on": new.present_on, "at_the_board": new.at_the_board}
)


def note_taught(
    session: Session,
    staff: StaffMember,
    class_group: ClassGroup,
    lesson: Lesson,
    with_tablet: Collection[Pupil],
    today: date,
) -> None:
    """Keep that a class came to the end of a lesson today, and who was there with a tablet of their own."""
    _note(session, staff, class_group, lesson, today)
    for pupil in with_tablet:
        _be_there(session, pupil, lesson, today, at_the_board=False)
        start_lesson(session, pupil, lesson, today)


def sign_for(
    session: Session,
    staff: StaffMember,
    class_group: ClassGroup,
    lesson: Lesson,
    pupils: Sequence[Pupil],
    present: Collection[uuid.UUID],
    today: date,
) -> None:
    """Keep by an adult's word which of the class's `pupils` were there today: those whose ids are `present`.

    Who had no tablet did all of it at the board, so the lesson is completed for them; for whoever had one only
    their own answers complete it. Whoever was signed for by mistake is taken out again.
    """
    _note(session, staff, class_group, lesson, today)
    known = {one.pupil_id: one for one in _rows(session, pupils, lesson)}
    for pupil in pupils:
        before = known.get(pupil.id)
        if pupil.id not in present:
            if before:
                _take_back(session, before)
        elif before is None or before.present_on != today:
            _be_there(session, pupil, lesson, today, at_the_board=True)
            complete_lesson(session, pupil, lesson, today)


def taught_on(session: Session, class_group: ClassGroup) -> dict[str, date]:
    """The lessons that a class did together, by id, each with the last day."""
    query = select(LessonTaught.lesson_id, LessonTaught.taught_on)
    rows = session.execute(query.where(LessonTaught.class_group_id == class_group.id))
    return {row.lesson_id: row.taught_on for row in rows}


class Attendance(NamedTuple):
    """A child of a class: whether they were there when it did a lesson, and whether they have completed it."""

    id: uuid.UUID
    first_name: str
    was_there: bool
    completed: bool


def attendance(session: Session, class_group: ClassGroup, lesson: Lesson) -> list[Attendance]:
    """Every child now in a class, by first name; one query."""
    of_lesson = LessonPresence.lesson_id == lesson.id
    completed = LessonProgress.completed_on.is_not(None)
    rows = session.execute(
        select(Pupil.id, Pupil.first_name, LessonPresence.pupil_id.is_not(None), completed)
        .outerjoin(LessonPresence, and_(LessonPresence.pupil_id == Pupil.id, of_lesson))
        .outerjoin(
            LessonProgress,
            and_(LessonProgress.pupil_id == Pupil.id, LessonProgress.lesson_id == lesson.id),
        )
        .where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None))
    )
    return sorted((Attendance(*row) for row in rows), key=lambda one: one.first_name.casefold())


def _rows(session: Session, pupils: Sequence[Pupil], lesson: Lesson) -> list[LessonPresence]:
    query = select(LessonPresence).where(
        LessonPresence.lesson_id == lesson.id, LessonPresence.pupil_id.in_([pupil.id for pupil in pupils])
    )
    # Rows are written without the session noticing, so it has to read them again.
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _note(session: Session, staff: StaffMember, group: ClassGroup, lesson: Lesson, today: date) -> None:
    row = {"class_group_id": group.id, "lesson_id": lesson.id, "taught_on": today, "signed_by_id": staff.id}
    _TAUGHT(session, row)


def _be_there(session: Session, pupil: Pupil, lesson: Lesson, today: date, at_the_board: bool) -> None:
    row = {"pupil_id": pupil.id, "lesson_id": lesson.id, "present_on": today, "at_the_board": at_the_board}
    _PRESENT(session, row)


def _take_back(session: Session, presence: LessonPresence) -> None:
    """They were not there; what the adult's word completed is open again."""
    this = (LessonProgress.pupil_id == presence.pupil_id, LessonProgress.lesson_id == presence.lesson_id)
    if presence.at_the_board:
        by_word = update(LessonProgress).where(*this, LessonProgress.completed_on == presence.present_on)
        session.execute(by_word.values(completed_on=None))
    session.execute(
        delete(LessonPresence).where(
            LessonPresence.pupil_id == presence.pupil_id, LessonPresence.lesson_id == presence.lesson_id
        )
    )
