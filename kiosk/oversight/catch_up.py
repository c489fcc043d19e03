"""Who has to catch up: children who have not finished what was due by now, or what was done while they were away
(promise E19)."""

import enum
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import PupilName
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonPresence
from kiosk.lessons.sets import SetLesson
from kiosk.lessons.taught import LessonDone, done_together
from kiosk.oversight.completion import Cell, ClassRecord
from kiosk.storage.prepared import PreparedStatement

Known = set[tuple[uuid.UUID, str]]

_PRESENT = PreparedStatement(
    select(
        LessonPresence.pupil_id,
        LessonPresence.lesson_id,
        LessonPresence.present_on,
        LessonPresence.had_tablet,
    )
    .join(Pupil, Pupil.id == LessonPresence.pupil_id)
    .where(
        Pupil.class_group_id == bindparam("class_id"),
        Pupil.left_on.is_(None),
        LessonPresence.was_there,
        LessonPresence.present_on >= bindparam("first"),
    )
)


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


class LessonState(enum.StrEnum):
    """How one child stands with one lesson."""

    BEHIND = "behind"  # on the catch-up list
    DUE = "due"
    DONE = "done"
    ELSEWHERE = "elsewhere"  # begun or not, but neither set for the child nor done by the class


@dataclass(frozen=True)
class LessonOfChild:
    """A lesson as one child stands with it: what was done, missed and is due, nothing finer (promise E19)."""

    lesson: Lesson
    state: LessonState
    due_on: date | None
    done_on: date | None  # when the class did it together
    was_there: bool | None  # then; unknown until an adult has signed for who was there
    behind: PupilBehind | None


def catch_up(
    session: Session,
    class_group: ClassGroup,
    lessons: Mapping[str, Lesson],
    today: date,
    term_began: date,
    record: ClassRecord | None = None,
) -> list[ToCatchUp]:
    """The catch-up list of a class, the earliest due at the top; five queries, or two where its record is known.

    What is due each term lapses with the term: neither having finished it nor having been there before counts.

    A lesson without a due day that was not done together is never on the list.
    """
    record = record or ClassRecord(session, class_group, lessons, term_began)
    known = _Known(session, class_group, record, lessons, today, term_began)
    found = []
    for lesson_id in known.ids:
        children = tuple(one for child in record.pupils if (one := known.behind(child, lesson_id)))
        if children:
            now, last = known.sets.get(lesson_id), known.done.get(lesson_id)
            due_on = now.due_on if now and now.for_everybody else None
            found.append(ToCatchUp(lessons[lesson_id], due_on, last.day if last else None, children))
    return sorted(found, key=lambda one: (one.due_on or one.done_on or date.max, one.lesson.title))


def behind_in(found: Iterable[ToCatchUp]) -> set[uuid.UUID]:
    """The children on a catch-up list."""
    return {child.id for one in found for child in one.children}


def lessons_of_child(
    session: Session,
    pupil: Pupil,
    lessons: Mapping[str, Lesson],
    today: date,
    term_began: date,
) -> list[LessonOfChild]:
    """Every lesson that a child was set, that the class did, or that the child has begun; five queries.

    What to catch up stands first, then what is due, then what is done.
    """
    record = ClassRecord(session, pupil.class_group, lessons, term_began)
    known = _Known(session, pupil.class_group, record, lessons, today, term_began)
    child = PupilName(pupil.id, pupil.first_name)
    begun = (
        lesson_id for pupil_id, lesson_id in known.progress if pupil_id == pupil.id and lesson_id in lessons
    )
    found = [known.of_child(child, lesson_id) for lesson_id in dict.fromkeys((*known.ids, *begun))]
    order = list(LessonState)
    return sorted(
        (one for one in found if one),
        key=lambda one: (order.index(one.state), one.due_on or date.max, one.lesson.title),
    )


class _Known:
    """What a class was set and did together, and what its children have done of it; two queries beside its record."""

    def __init__(
        self,
        session: Session,
        group: ClassGroup,
        record: ClassRecord,
        lessons: Mapping[str, Lesson],
        today: date,
        term_began: date,
    ) -> None:
        self.today, self.lessons = today, lessons
        self.sets = {one.lesson_id: one for one in record.sets}
        self.done = done_together(session, group, lessons, term_began, today)
        self.progress = record.progress
        self._there = _presence(session, group, self.done)

    @property
    def ids(self) -> list[str]:
        """The lessons that the class was set or did."""
        return [id for id in dict.fromkeys((*self.sets, *self.done)) if id in self.lessons]

    def behind(self, child: PupilName, lesson_id: str) -> PupilBehind | None:
        """The child as the catch-up list of a lesson names them; None where they have nothing to catch up."""
        if self.progress.get((child.id, lesson_id)) is Cell.FINISHED:
            return None
        now, last = self.sets.get(lesson_id), self.done.get(lesson_id)
        was_away = last is not None and (child.id, lesson_id) not in self._there
        if not (_did_it(last, was_away) or _was_wanted(now, child.id, self.today)):
            return None
        return PupilBehind(
            child.id,
            child.first_name,
            was_away=bool(last and last.signed and was_away),
            begun=(child.id, lesson_id) in self.progress,
            again_by=_again_by(now, child.id, self.today),
        )

    def of_child(self, child: PupilName, lesson_id: str) -> LessonOfChild | None:
        """One lesson of a child; None where it is neither set for the child, nor done together, nor begun."""
        now, last, behind = self.sets.get(lesson_id), self.done.get(lesson_id), self.behind(child, lesson_id)
        cell = self.progress.get((child.id, lesson_id))
        is_set = now is not None and now.is_for(child.id)
        if not (is_set or last or cell):
            return None
        done = cell is Cell.FINISHED
        state = LessonState.DUE if is_set else LessonState.ELSEWHERE
        return LessonOfChild(
            self.lessons[lesson_id],
            LessonState.DONE if done else LessonState.BEHIND if behind else state,
            now.due_for(child.id) if now and is_set else None,
            last.day if last else None,
            (child.id, lesson_id) in self._there if last and last.signed else None,
            behind,
        )


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
    first = min((one.day for one in done.values()), default=date.max)
    return {
        (pupil_id, lesson_id)
        for pupil_id, lesson_id, day, had_tablet in _PRESENT.seen_by(
            session, {"class_id": class_group.id, "first": first}
        )
        if lesson_id in done and day >= done[lesson_id].day and (had_tablet or done[lesson_id].signed)
    }
