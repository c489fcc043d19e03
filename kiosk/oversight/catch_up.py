"""Who has to catch up: children who have not finished what was due by now, or what was done while they were away
(promise E19)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import present_names
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonPresence
from kiosk.lessons.sets import SetLesson, sets_of
from kiosk.lessons.taught import LessonDone, done_together
from kiosk.oversight.completion import Cell, progress_in

Known = set[tuple[uuid.UUID, str]]


@dataclass(frozen=True)
class PupilBehind:
    """A child who has not finished a lesson."""

    id: uuid.UUID
    name: str
    was_away: bool  # whether the child was absent when the class did the lesson together
    begun: bool
    again_by: date | None  # the new due day, if the lesson was set again for this child


@dataclass(frozen=True)
class ToCatchUp:
    """A lesson that was due by now, or that the class did together, and the children who have not finished it."""

    lesson: Lesson
    due_on: date | None
    done_on: date | None
    children: tuple[PupilBehind, ...]

    @property
    def waiting(self) -> tuple[PupilBehind, ...]:
        """The children for whom the lesson has not been set again yet."""
        return tuple(one for one in self.children if one.again_by is None)


def catch_up(
    session: Session, class_group: ClassGroup, lessons: Mapping[str, Lesson], today: date, term_began: date
) -> list[ToCatchUp]:
    """The catch-up list of a class, the earliest due at the top; five queries, however many children there are.

    What is due each term lapses with the term: neither having finished it nor having been there before counts.

    A lesson without a due day that was not done together is never on the list.
    """
    names = present_names(session, class_group)
    sets = {one.lesson_id: one for one in sets_of(session, class_group)}
    done = done_together(session, class_group, lessons, term_began, today)
    progress = progress_in(session, [class_group.id], lessons, term_began)
    there = _presence(session, class_group, done)
    found = []
    for lesson_id in dict.fromkeys((*sets, *done)):
        if lesson_id not in lessons:
            continue
        now, last = sets.get(lesson_id), done.get(lesson_id)
        away = {child.id for child in names if (child.id, lesson_id) not in there} if last else set()
        children = tuple(
            PupilBehind(
                child.id,
                child.first_name,
                was_away=bool(last and last.signed and child.id in away),
                begun=(child.id, lesson_id) in progress,
                again_by=_again_by(now, child.id, today),
            )
            for child in names
            if progress.get((child.id, lesson_id)) is not Cell.FINISHED
            and (_did_it(last, child.id in away) or _was_wanted(now, child.id, today))
        )
        if children:
            due_on = now.due_on if now and now.for_everybody else None
            found.append(ToCatchUp(lessons[lesson_id], due_on, last.day if last else None, children))
    return sorted(found, key=lambda one: (one.due_on or one.done_on or date.max, one.lesson.title))


def _did_it(last: LessonDone | None, was_away: bool) -> bool:
    """Whether the class has done the lesson together; who was away is known once an adult has signed."""
    return last is not None and (last.signed or not was_away)


def _was_wanted(now: SetLesson | None, pupil_id: uuid.UUID, today: date) -> bool:
    """Whether a child should have finished a lesson by now, or was set it once more."""
    if now is None or not now.is_for(pupil_id):
        return False
    days = (now.pupils.get(pupil_id), now.due_on if now.for_everybody else None)
    return any(day is not None and day <= today for day in days)


def _again_by(now: SetLesson | None, pupil_id: uuid.UUID, today: date) -> date | None:
    own = now.pupils.get(pupil_id) if now else None
    return own if own and own > today else None


def _presence(session: Session, class_group: ClassGroup, done: Mapping[str, LessonDone]) -> Known:
    """Which children were present when the class did a lesson, or did it since; whom another child named as beside them
    only once an adult has signed for it."""
    rows = session.execute(
        select(
            LessonPresence.pupil_id,
            LessonPresence.lesson_id,
            LessonPresence.present_on,
            LessonPresence.had_tablet,
        )
        .join(Pupil, Pupil.id == LessonPresence.pupil_id)
        .where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None), LessonPresence.was_there)
    )
    return {
        (row.pupil_id, row.lesson_id)
        for row in rows
        if row.lesson_id in done
        and row.present_on >= done[row.lesson_id].day
        and (row.had_tablet or done[row.lesson_id].signed)
    }
