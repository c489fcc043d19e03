"""Lessons that a class did together: an adult signs for who was there, and who was not is not forgotten.

Who came in is written down while the lesson is led: with a tablet, where only their own answers complete it for them,
or beside another child. Who did it without a tablet completes it by the adult's word, which can be taken back. Each
day is an occasion of its own.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.accounts.sign_in.current_pupil import PupilClass
from kiosk.calendar.terms import year_began
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonPresence, LessonProgress, LessonTaught
from kiosk.lessons.progress import complete_lesson, start_lesson
from kiosk.storage.prepared import PreparedStatement
from kiosk.storage.upsert import Upsert, insert_if_new

# for so long an adult may correct the attendance; later it counts as another lesson
CORRECTED_FOR = timedelta(days=7)

_DONE = PreparedStatement(
    select(
        LessonTaught.lesson_id,
        func.max(LessonTaught.taught_on),
        func.max(LessonTaught.taught_on).filter(LessonTaught.signed_by_id.is_not(None)),
    )
    .where(LessonTaught.class_group_id == bindparam("class_id"))
    .group_by(LessonTaught.lesson_id)
)
_SIGN = Upsert(LessonTaught, lambda new: {"signed_by_id": new.signed_by_id})
_TICK = Upsert(LessonPresence, lambda new: {"was_there": new.was_there, "beside_id": new.beside_id})
_COMPLETE_BY_WORD = Upsert(
    LessonProgress,
    lambda new: {"completed_on": new.completed_on, "version": new.version, "completed_by_word": True},
)


@dataclass(frozen=True)
class LessonDone:
    """The last day on which a class came to the end of a lesson, and whether an adult signed for who was there."""

    day: date
    signed: bool


class CameIn(NamedTuple):
    """A child who came into a led lesson: with a tablet of their own or beside another child, and whether they left."""

    pupil: Pupil
    has_tablet: bool = True
    left: bool = False
    beside_id: uuid.UUID | None = None


class Attendance(NamedTuple):
    """A child of a class: whether they were there when it did a lesson, and whether they have completed it.

    `beside`: the child who named them as working on the same tablet, until an adult has signed.
    """

    id: uuid.UUID
    first_name: str
    was_there: bool
    completed: bool
    had_tablet: bool = True
    beside: str = ""


@dataclass(frozen=True)
class LessonOfDay:
    """A lesson in a class on one day; what was done before `since` has lapsed."""

    class_group: ClassGroup
    lesson: Lesson
    day: date
    since: date = date.min


def record_led_lesson(
    session: Session, held: LessonOfDay, came_in: Collection[CameIn], finished_together: bool
) -> None:
    """Keep who came into a class that is led; once it came to the end, and somebody is in, it has done the lesson.

    Until an adult signs, who left is not there, and who came back is. Noted again it changes nothing: neither who has
    signed nor what an adult has ticked; nor does another child's word once an adult has signed.
    """
    class_group, lesson, today = held.class_group, held.lesson, held.day
    if finished_together and came_in:
        row = {"class_group_id": class_group.id, "lesson_id": lesson.id, "taught_on": today}
        insert_if_new(session, LessonTaught, row | {"signed_by_id": None})
    before = _of_day(session, [one.pupil for one in came_in], lesson, today)
    known, with_tablet = {one.pupil_id for one in before}, {one.pupil_id for one in before if one.had_tablet}
    signed = _is_signed(session, held)
    for pupil, has_tablet, left, beside_id in came_in:
        if has_tablet and pupil.id not in with_tablet:
            _came_in_with_tablet(session, pupil, lesson, today)
            start_lesson(session, pupil, lesson, today, held.since)
        elif not (has_tablet or signed or pupil.id in known):
            beside = {"was_there": True, "had_tablet": False, "beside_id": beside_id}
            insert_if_new(session, LessonPresence, _presence_row(pupil, lesson, today) | beside)
        if has_tablet and finished_together and not lesson.quiz and not left:
            complete_lesson(session, pupil, lesson, today)
    if not signed:
        for left in (False, True):
            ids = [one.pupil.id for one in came_in if one.left is left]
            rows = update(LessonPresence).filter_by(lesson_id=lesson.id, present_on=today)
            session.execute(rows.where(LessonPresence.pupil_id.in_(ids)).values(was_there=not left))


def sign_attendance(
    session: Session,
    staff: StaffMember,
    held: LessonOfDay,
    pupils: Sequence[Pupil],
    present: Collection[uuid.UUID],
) -> None:
    """Store which of the class's `pupils` were there, as an adult signs for it: those whose ids are in `present`.

    If nobody attended, the class has not done the lesson on that day.
    """
    lesson, day = held.lesson, held.day
    known = {one.pupil_id: one for one in _of_day(session, pupils, lesson, day)}
    done = _finished_by(session, pupils, lesson, held.since)
    for pupil in pupils:
        before = known.get(pupil.id)
        if pupil.id in present:
            had_tablet = before is not None and before.had_tablet
            if not had_tablet and pupil.id not in done:
                row = _progress_row(pupil, lesson, day) | {"completed_on": day, "completed_by_word": True}
                _COMPLETE_BY_WORD(session, row)
            ticked = {"was_there": True, "had_tablet": had_tablet, "beside_id": None}
            _TICK(session, _presence_row(pupil, lesson, day) | ticked)
        elif before:
            _take_back(session, before)
    taught = {"class_group_id": held.class_group.id, "lesson_id": lesson.id, "taught_on": day}
    if present:
        _SIGN(session, taught | {"signed_by_id": staff.id})
    else:
        session.execute(delete(LessonTaught).filter_by(**taught))


def done_together(
    session: Session, class_group: ClassGroup, lessons: Mapping[str, Lesson], term_began: date, today: date
) -> dict[str, LessonDone]:
    """The lessons that a class has done together, by id, as far as they still count; one query."""
    year = year_began(today)
    return {
        lesson_id: LessonDone(day, day == signed)
        for lesson_id, day, signed in _DONE.seen_by(session, {"class_id": class_group.id})
        if lesson_id in lessons and day >= max(year, lessons[lesson_id].since(term_began))
    }


def kept_by_class(
    rows: Session | Connection,
    class_group: ClassGroup | PupilClass,
    lessons: Mapping[str, Lesson],
    today: date,
) -> tuple[Lesson, ...]:
    """The lessons that a class was taught this school year and keeps something of, the first of them first.

    It asks for the class alone: the same for all of it, whoever was there (promise E27). What is sensitive leaves
    nothing.
    """
    query = (
        select(LessonTaught.lesson_id)
        .where(LessonTaught.class_group_id == class_group.id, LessonTaught.taught_on >= year_began(today))
        .group_by(LessonTaught.lesson_id)
        .order_by(func.min(LessonTaught.taught_on), LessonTaught.lesson_id)
    )
    taught = (lessons[id] for id in rows.scalars(query) if id in lessons)
    return tuple(lesson for lesson in taught if lesson.keeps and not lesson.quiet)


def attendance_day(last: LessonDone | None, today: date) -> date:
    """The day that an adult signs for now: the last on which the class did it, or today once that is long ago."""
    return last.day if last and timedelta(0) <= today - last.day < CORRECTED_FOR else today


def attendance(
    session: Session, class_group: ClassGroup, lesson: Lesson, day: date, since: date = date.min
) -> list[Attendance]:
    """Every child now in a class, by first name; one query. `day`: of which presence is asked; `since` as above."""
    of_day = and_(
        LessonPresence.lesson_id == lesson.id, LessonPresence.present_on == day, LessonPresence.was_there
    )
    completed = func.coalesce(LessonProgress.completed_on, date.min) >= max(since, date.min + timedelta(1))
    rows = session.execute(
        select(
            Pupil.id,
            Pupil.first_name,
            LessonPresence.pupil_id.is_not(None),
            completed,
            LessonPresence.had_tablet,
            LessonPresence.beside_id,
        )
        .outerjoin(LessonPresence, and_(LessonPresence.pupil_id == Pupil.id, of_day))
        .outerjoin(
            LessonProgress,
            and_(LessonProgress.pupil_id == Pupil.id, LessonProgress.lesson_id == lesson.id),
        )
        .where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None))
    ).all()
    names = {row[0]: row[1] for row in rows}
    found = (
        Attendance(
            id, name, bool(there), bool(done), bool(tablet), names.get(beside_id, "") if beside_id else ""
        )
        for id, name, there, done, tablet, beside_id in rows
    )
    return sorted(found, key=lambda one: one.first_name.casefold())


def forget_beside(session: Session, today: date) -> None:
    """Forget beside whom anybody worked where no adult has signed for it in time."""
    late = update(LessonPresence).where(
        LessonPresence.present_on <= today - CORRECTED_FOR, LessonPresence.beside_id.is_not(None)
    )
    session.execute(late.values(beside_id=None))


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


def _finished_by(session: Session, pupils: Collection[Pupil], lesson: Lesson, since: date) -> set[uuid.UUID]:
    query = select(LessonProgress.pupil_id).where(
        LessonProgress.lesson_id == lesson.id,
        LessonProgress.pupil_id.in_([pupil.id for pupil in pupils]),
        LessonProgress.completed_on >= since,
    )
    return set(session.scalars(query))


def _presence_row(pupil: Pupil, lesson: Lesson, day: date) -> dict[str, object]:
    return {"pupil_id": pupil.id, "lesson_id": lesson.id, "present_on": day}


def _progress_row(pupil: Pupil, lesson: Lesson, day: date) -> dict[str, object]:
    key = {"pupil_id": pupil.id, "lesson_id": lesson.id}
    return key | {"version": lesson.hash, "furthest_screen": 1, "started_on": day}


def _is_signed(session: Session, held: LessonOfDay) -> bool:
    taught = {"class_group_id": held.class_group.id, "lesson_id": held.lesson.id, "taught_on": held.day}
    signed = select(LessonTaught.signed_by_id).filter_by(**taught)
    return session.scalar(signed.where(LessonTaught.signed_by_id.is_not(None))) is not None


def _came_in_with_tablet(session: Session, pupil: Pupil, lesson: Lesson, day: date) -> None:
    """Record that a child came in with a tablet; an attendance that an adult has signed stays as it is."""
    key = _presence_row(pupil, lesson, day)
    if not insert_if_new(session, LessonPresence, key | {"was_there": True, "had_tablet": True}):
        own = update(LessonPresence).filter_by(**key)
        session.execute(own.values(had_tablet=True, beside_id=None))


def _take_back(session: Session, presence: LessonPresence) -> None:
    """Take back a child's attendance: what the adult's word completed is open again; the record of a tablet stays."""
    of_child = {"pupil_id": presence.pupil_id, "lesson_id": presence.lesson_id}
    by_word = and_(LessonProgress.completed_by_word, LessonProgress.completed_on == presence.present_on)
    begun_by_word = and_(
        LessonProgress.started_on == presence.present_on, LessonProgress.furthest_screen == 1
    )
    session.execute(delete(LessonProgress).filter_by(**of_child).where(by_word, begun_by_word))
    opened = update(LessonProgress).filter_by(**of_child).where(by_word)
    session.execute(opened.values(completed_on=None, completed_by_word=False))
    this = of_child | {"present_on": presence.present_on}
    if presence.had_tablet:
        session.execute(update(LessonPresence).filter_by(**this).values(was_there=False))
    else:
        session.execute(delete(LessonPresence).filter_by(**this))
