"""Lessons that a class did together: an adult signs for who was there, and who was not is not forgotten.

Who had a tablet is written down when the lesson ends; only their own answers complete it for them. Who did it at the
board without one completes it by the adult's word, which can be taken back. Another day is another occasion.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonPresence, LessonProgress, LessonTaught
from kiosk.lessons.progress import complete_lesson, start_lesson
from kiosk.upsert import InsertOrUpdate

CORRECTED_FOR = timedelta(days=7)  # so long an adult puts right who was there; later it is another occasion

_TAUGHT = InsertOrUpdate(
    LessonTaught, lambda new: {"taught_on": new.taught_on, "signed_by_id": new.signed_by_id}
)
_PRESENT = InsertOrUpdate(
    LessonPresence,
    lambda new: {name: new[name] for name in ("present_on", "was_there", "had_tablet", "completed_by_word")},
)


class Attendance(NamedTuple):
    """A child of a class: whether they were there when it did a lesson, and whether they have completed it."""

    id: uuid.UUID
    first_name: str
    was_there: bool
    completed: bool


def note_led(
    session: Session,
    staff: StaffMember,
    class_group: ClassGroup,
    lesson: Lesson,
    with_tablet: Collection[Pupil],
    came_to_the_end: bool,
    today: date,
) -> None:
    """Keep who was there with a tablet when a class was led today; once it came to the end it has done the lesson."""
    if came_to_the_end:
        _note(session, staff, class_group, lesson, today)
    known = {one.pupil_id: one for one in _of_day(session, with_tablet, lesson, today)}
    for pupil in with_tablet:
        by_word = pupil.id in known and known[pupil.id].completed_by_word
        _be_there(session, pupil, lesson, today, had_tablet=True, completed_by_word=by_word)
        start_lesson(session, pupil, lesson, today)


def sign_for(
    session: Session,
    staff: StaffMember,
    class_group: ClassGroup,
    lesson: Lesson,
    pupils: Sequence[Pupil],
    present: Collection[uuid.UUID],
    day: date,
    since: date | None = None,
) -> None:
    """Keep by an adult's word which of the class's `pupils` were there on a day: those whose ids are `present`.

    `since`: what was completed before it has lapsed. Where nobody was there, the class has not done it on that day.
    """
    known = {one.pupil_id: one for one in _of_day(session, pupils, lesson, day)}
    done = _completed(session, pupils, lesson, since)
    for pupil in pupils:
        before = known.get(pupil.id)
        if pupil.id not in present:
            if before:
                _take_back(session, before)
            continue
        had_tablet = before is not None and before.had_tablet
        by_word = before is not None and before.completed_by_word
        if not had_tablet and pupil.id not in done:
            complete_lesson(session, pupil, lesson, day)
            by_word = True
        _be_there(session, pupil, lesson, day, had_tablet, by_word)
    if present:
        _note(session, staff, class_group, lesson, day)
    else:
        of_day = and_(LessonTaught.class_group_id == class_group.id, LessonTaught.taught_on == day)
        session.execute(delete(LessonTaught).where(of_day, LessonTaught.lesson_id == lesson.id))


def taught_on(session: Session, class_group: ClassGroup) -> dict[str, date]:
    """The lessons that a class did together, by id, each with the last day."""
    query = select(LessonTaught.lesson_id, LessonTaught.taught_on)
    rows = session.execute(query.where(LessonTaught.class_group_id == class_group.id))
    return {row.lesson_id: row.taught_on for row in rows}


def occasion(last: date | None, today: date) -> date:
    """The day that an adult signs for now: the last on which the class did it, or today once that is long ago."""
    return last if last and timedelta(0) <= today - last < CORRECTED_FOR else today


def attendance(
    session: Session, class_group: ClassGroup, lesson: Lesson, day: date, since: date | None = None
) -> list[Attendance]:
    """Every child now in a class, by first name; one query. `day`: of which presence is asked; `since` as above."""
    of_day = and_(
        LessonPresence.lesson_id == lesson.id, LessonPresence.present_on == day, LessonPresence.was_there
    )
    completed = and_(
        LessonProgress.completed_on.is_not(None), LessonProgress.completed_on >= (since or date.min)
    )
    rows = session.execute(
        select(Pupil.id, Pupil.first_name, LessonPresence.pupil_id.is_not(None), completed)
        .outerjoin(LessonPresence, and_(LessonPresence.pupil_id == Pupil.id, of_day))
        .outerjoin(
            LessonProgress,
            and_(LessonProgress.pupil_id == Pupil.id, LessonProgress.lesson_id == lesson.id),
        )
        .where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None))
    )
    found = (Attendance(row[0], row[1], bool(row[2]), bool(row[3])) for row in rows)
    return sorted(found, key=lambda one: one.first_name.casefold())


def _of_day(
    session: Session, pupils: Collection[Pupil], lesson: Lesson, day: date
) -> Sequence[LessonPresence]:
    query = select(LessonPresence).where(
        LessonPresence.lesson_id == lesson.id,
        LessonPresence.present_on == day,
        LessonPresence.pupil_id.in_([pupil.id for pupil in pupils]),
    )
    # Rows are written without the session noticing, so it has to read them again.
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _completed(
    session: Session, pupils: Collection[Pupil], lesson: Lesson, since: date | None
) -> set[uuid.UUID]:
    query = select(LessonProgress.pupil_id).where(
        LessonProgress.lesson_id == lesson.id,
        LessonProgress.pupil_id.in_([pupil.id for pupil in pupils]),
        LessonProgress.completed_on >= (since or date.min),
    )
    return set(session.scalars(query))


def _note(session: Session, staff: StaffMember, group: ClassGroup, lesson: Lesson, day: date) -> None:
    row = {"class_group_id": group.id, "lesson_id": lesson.id, "taught_on": day, "signed_by_id": staff.id}
    _TAUGHT(session, row)


def _be_there(
    session: Session, pupil: Pupil, lesson: Lesson, day: date, had_tablet: bool, completed_by_word: bool
) -> None:
    row = {"pupil_id": pupil.id, "lesson_id": lesson.id, "present_on": day, "was_there": True}
    _PRESENT(session, row | {"had_tablet": had_tablet, "completed_by_word": completed_by_word})


def _take_back(session: Session, presence: LessonPresence) -> None:
    """They were not there; what the adult's word completed is open again, and that they had a tablet stays known."""
    if presence.completed_by_word:
        this = (
            LessonProgress.pupil_id == presence.pupil_id,
            LessonProgress.lesson_id == presence.lesson_id,
            LessonProgress.completed_on == presence.present_on,
        )
        session.execute(update(LessonProgress).where(*this).values(completed_on=None))
    row = and_(LessonPresence.pupil_id == presence.pupil_id, LessonPresence.lesson_id == presence.lesson_id)
    session.execute(delete(LessonPresence).where(row, ~LessonPresence.had_tablet))
    session.execute(update(LessonPresence).where(row).values(was_there=False, completed_by_word=False))
