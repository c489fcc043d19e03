"""The programme of a year: which lesson is planned for which term, and what of it each class was set and taught."""

import enum
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import year_order
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.calendar.terms import year_began
from kiosk.calendar.written import Term
from kiosk.lessons.head import STRANDS
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonTaught, ProgrammeLesson
from kiosk.lessons.sets import set_if_new
from kiosk.oversight.coverage import class_sizes, lessons_set
from kiosk.wording.messages import N_

USUAL_TERMS = 3  # how many terms a year has if the calendar lists none

Plan = Mapping[str, int]  # the number of the term in which each lesson of a year is planned


@dataclass(frozen=True)
class YearTerm:
    """A term of the school year, by its number; without days where the calendar lists none."""

    number: int
    name: str = ""
    first: date | None = None
    last: date | None = None

    def has_begun(self, today: date) -> bool:
        """Whether the term has begun."""
        return self.first is not None and self.first <= today


class PlannedState(enum.StrEnum):
    """What became of a planned lesson in one class."""

    TAUGHT = "taught"  # the class did it together, or half of the class has finished it
    SET = "set"
    LATER = "later"
    MISSING = "missing"


STATE_WORDS = {
    PlannedState.TAUGHT: N_("Taught"),
    PlannedState.SET: N_("Set"),
    PlannedState.LATER: N_("Later"),
    PlannedState.MISSING: N_("Missing"),
}


@dataclass(frozen=True)
class PlannedLesson:
    """A planned lesson of a year, with its state in each class of that year."""

    lesson: Lesson
    term: YearTerm
    states: tuple[PlannedState, ...]


@dataclass(frozen=True)
class YearProgramme:
    """What is planned for a year, term by term, and its classes."""

    year: str
    classes: tuple[ClassGroup, ...]
    lessons: tuple[PlannedLesson, ...]

    def count(self, state: PlannedState) -> int:
        """The number of pairs of class and planned lesson with this state."""
        return sum(one.states.count(state) for one in self.lessons)


def terms_of_year(listed: Sequence[Term], today: date) -> tuple[YearTerm, ...]:
    """The terms of the school year that holds `today`; three without days where the calendar lists none of it."""
    begins = year_began(today)
    ends = begins.replace(year=begins.year + 1)
    own = sorted((term for term in listed if begins <= term.first < ends), key=lambda term: term.first)
    found = tuple(YearTerm(place, term.name, term.first, term.last) for place, term in enumerate(own, 1))
    return found or tuple(YearTerm(number) for number in range(1, USUAL_TERMS + 1))


def current_term(terms: Sequence[YearTerm], today: date) -> YearTerm | None:
    """The term that has begun last; None before the first, and where none has days."""
    return next((term for term in reversed(terms) if term.has_begun(today)), None)


def plans(session: Session) -> dict[str, dict[str, int]]:
    """The planned lessons of each year; one query."""
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(select(ProgrammeLesson.year, ProgrammeLesson.lesson_id, ProgrammeLesson.term)):
        found.setdefault(row.year, {})[row.lesson_id] = row.term
    return found


def save_plan(session: Session, year: str, plan: Plan) -> None:
    """Keep this plan of a year instead of the one before; what is set for its classes stays as it is."""
    # The lock serialises two plans that are sent at once.
    classes = select(ClassGroup.id).where(ClassGroup.year == year).order_by(ClassGroup.id)
    session.scalars(classes.with_for_update()).all()
    session.execute(delete(ProgrammeLesson).where(ProgrammeLesson.year == year))
    session.add_all(ProgrammeLesson(year=year, lesson_id=id, term=term) for id, term in plan.items())
    session.flush()


def suggest_plan(lessons: Sequence[Lesson], elsewhere: Mapping[str, Plan], terms: int) -> dict[str, int]:
    """A suggested plan for a year: lessons for its age that no other year has, spread evenly over the terms."""
    taken = {id for plan in elsewhere.values() for id in plan}
    free = sorted((one for one in lessons if one.id not in taken), key=lambda one: STRANDS.index(one.strand))
    return {one.id: 1 + place * terms // len(free) for place, one in enumerate(free)}


def programme(
    session: Session,
    classes: Sequence[ClassGroup],
    lessons: Mapping[str, Lesson],
    terms: Sequence[YearTerm],
    today: date,
) -> list[YearProgramme]:
    """What is planned for the years of these classes and what became of it; five queries, whatever there is."""
    planned = plans(session)
    standing = _ClassStatus(session, classes, year_began(today))
    found = []
    for year in sorted({group.year for group in classes}, key=year_order):
        own = tuple(group for group in classes if group.year == year)
        plan = sorted(planned.get(year, {}).items(), key=lambda one: (one[1], one[0]))
        rows = [
            PlannedLesson(
                lessons[id],
                term := (terms[number - 1] if number <= len(terms) else YearTerm(number)),
                tuple(standing.state(group, id, term, today) for group in own),
            )
            for id, number in plan
            if id in lessons
        ]
        found.append(YearProgramme(year, own, tuple(rows)))
    return found


def set_term(session: Session, found: Sequence[YearProgramme], term: YearTerm, today: date) -> int:
    """Set what is planned until this term and missing in a class, for everybody, by the last day of the term.

    Returns how many lessons were set. What is set already, for everybody or for some, stays as it is.
    """
    missing = [
        (group, one.lesson)
        for year in found
        for one in year.lessons
        if one.term.number <= term.number
        for group, state in zip(year.classes, one.states, strict=True)
        if state is PlannedState.MISSING
    ]
    due_on = term.last if term.last and term.last >= today else None
    for group, lesson in missing:
        set_if_new(session, group, lesson, today, due_on)
    return len(missing)


class _ClassStatus:
    """What some classes were set, and taught since a day, and how many children have finished what since then."""

    def __init__(self, session: Session, classes: Sequence[ClassGroup], since: date) -> None:
        ids = [group.id for group in classes]
        self._set = lessons_set(session, ids)
        taught = select(LessonTaught.class_group_id, LessonTaught.lesson_id).where(
            LessonTaught.class_group_id.in_(ids), LessonTaught.taught_on >= since
        )
        self._taught = {(row.class_group_id, row.lesson_id) for row in session.execute(taught)}
        self._finished = _finishers(session, ids, since)
        self._sizes = class_sizes(session, ids)

    def state(self, group: ClassGroup, lesson_id: str, term: YearTerm, today: date) -> PlannedState:
        """The state of a lesson in a class, if it is planned for this term."""
        key = (group.id, lesson_id)
        if key in self._taught or 2 * self._finished[key] >= (self._sizes[group.id] or 1):
            return PlannedState.TAUGHT
        if key in self._set:
            return PlannedState.SET
        return PlannedState.MISSING if term.has_begun(today) else PlannedState.LATER


def _finishers(session: Session, ids: Sequence[uuid.UUID], since: date) -> Counter[tuple[uuid.UUID, str]]:
    rows = session.execute(
        select(Pupil.class_group_id, LessonProgress.lesson_id, func.count().label("children"))
        .join(LessonProgress, LessonProgress.pupil_id == Pupil.id)
        .where(Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None), LessonProgress.completed_on >= since)
        .group_by(Pupil.class_group_id, LessonProgress.lesson_id)
    )
    return Counter({(row.class_group_id, row.lesson_id): row.children for row in rows})
