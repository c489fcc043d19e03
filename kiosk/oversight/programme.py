"""The programme of a year: which lesson is planned for which half-term, what each class was set and taught of it."""

import enum
import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import class_sizes, year_order
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import year_began
from kiosk.calendar.written import Term, days_of
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet, LessonTaught, ProgrammeLesson
from kiosk.lessons.sets import SetLesson, set_if_new
from kiosk.lessons.year_plan import HALF_TERMS, Plan
from kiosk.wording.messages import N_

APRIL = 4
LONGEST_HALF = timedelta(weeks=9)  # a term that is listed and longer than this is two half-terms
BREAK = timedelta(weeks=1)  # the least between the last day of school and the next one that parts a term


@dataclass(frozen=True)
class HalfTerm:
    """A half-term of the school year, by its number; without days where the calendar does not list it."""

    number: int
    name: str = ""  # of its term, or its own where the calendar lists half-terms as terms
    part: int = 0  # which half of its term it is, 1 or 2; 0 where the calendar lists it so
    first: date | None = None
    last: date | None = None

    def has_begun(self, today: date) -> bool:
        """Whether the half-term has begun."""
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
    half: HalfTerm
    states: tuple[PlannedState, ...]


@dataclass(frozen=True)
class YearProgramme:
    """What is planned for a year, half-term by half-term, its classes, and the half-terms without a lesson."""

    year: str
    classes: tuple[ClassGroup, ...]
    lessons: tuple[PlannedLesson, ...]
    empty: tuple[HalfTerm, ...]

    def count(self, state: PlannedState) -> int:
        """The number of pairs of class and planned lesson with this state."""
        return sum(one.states.count(state) for one in self.lessons)


def half_terms(listed: Sequence[Term], calendar: SchoolCalendar, today: date) -> tuple[HalfTerm, ...]:
    """The half-terms of the school year that holds `today`, six at least; without days where none is listed."""
    begins = year_began(today)
    ends = begins.replace(year=begins.year + 1)
    own = sorted((term for term in listed if begins <= term.first < ends), key=lambda term: term.first)
    # A school that lists its terms from January on has two half-terms behind it; from April on, four.
    gone = 0 if not own or own[0].first.month >= begins.month else 2 if own[0].first.month < APRIL else 4
    found = [HalfTerm(0)] * gone + [half for term in own for half in _halves(term, calendar)]
    found += [HalfTerm(0)] * (HALF_TERMS - len(found))
    return tuple(replace(half, number=number) for number, half in enumerate(found, 1))


def current_half(halves: Sequence[HalfTerm], today: date) -> HalfTerm | None:
    """The half-term that has begun last; None before the first, and where none has days."""
    return next((half for half in reversed(halves) if half.has_begun(today)), None)


def _halves(term: Term, calendar: SchoolCalendar) -> Iterator[HalfTerm]:
    """A listed term as it is if it is short; else its halves, parted by a week without school or in the middle."""
    days = [day for day in days_of(term) if calendar.is_school_day(day)]
    if term.last - term.first < LONGEST_HALF or len(days) < 2:
        yield HalfTerm(0, term.name, 0, term.first, term.last)
        return
    middle = len(days) // 2
    breaks = [(before, after) for before, after in pairwise(days) if after - before > BREAK]
    before, after = min(
        breaks or [(days[middle - 1], days[middle])], key=lambda one: abs(one[0] - days[middle])
    )
    yield HalfTerm(0, term.name, 1, term.first, before)
    yield HalfTerm(0, term.name, 2, after, term.last)


def plans(session: Session) -> dict[str, dict[str, int]]:
    """The planned lessons of each year; one query."""
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(select(ProgrammeLesson.year, ProgrammeLesson.lesson_id, ProgrammeLesson.term)):
        found.setdefault(row.year, {})[row.lesson_id] = row.term
    return found


def save_plan(session: Session, year: str, plan: Plan) -> None:
    """Keep this plan of a year instead of the one before; what is set for its classes stays as it is."""
    _lock_years(session, [year])
    _replace(session, {year: plan})


def adopt_plans(
    session: Session, offered: Mapping[str, Plan], years: Collection[str], replaced: Collection[str]
) -> list[str]:
    """Keep what is offered for these years; a plan that stands goes only where `replaced` names its year (promise L28).

    Returns the years whose plan is now the one that was offered.
    """
    wanted = [year for year in offered if year in years or year in replaced]
    _lock_years(session, wanted)
    standing = plans(session)
    kept = {year: offered[year] for year in wanted if year in replaced or year not in standing}
    _replace(session, kept)
    return list(kept)


def offered_plans(
    year_plans: Mapping[str, Plan], lessons: Mapping[str, Lesson], years: Collection[str]
) -> dict[str, Plan]:
    """kiosk's plan for those of some years that it has one for, without lessons that there are not or no longer."""
    usable = {id for id, lesson in lessons.items() if lesson.status != "retired"}
    found = {
        year: {id: half for id, half in year_plans.get(year, {}).items() if id in usable} for year in years
    }
    return {year: plan for year, plan in found.items() if plan}


def _lock_years(session: Session, years: Collection[str]) -> None:
    """Let two plans that are sent at once wait for one another."""
    classes = select(ClassGroup.id).where(ClassGroup.year.in_(years)).order_by(ClassGroup.id)
    session.scalars(classes.with_for_update()).all()


def _replace(session: Session, by_year: Mapping[str, Plan]) -> None:
    session.execute(delete(ProgrammeLesson).where(ProgrammeLesson.year.in_(by_year)))
    session.add_all(
        ProgrammeLesson(year=year, lesson_id=id, term=half)
        for year, plan in by_year.items()
        for id, half in plan.items()
    )
    session.flush()


def programme(
    session: Session,
    classes: Sequence[ClassGroup],
    lessons: Mapping[str, Lesson],
    halves: Sequence[HalfTerm],
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
                half := (halves[number - 1] if number <= len(halves) else HalfTerm(number)),
                tuple(standing.state(group, id, half, today) for group in own),
            )
            for id, number in plan
            if id in lessons
        ]
        taken = {row.half.number for row in rows}
        empty = tuple(half for half in halves if half.number not in taken)
        found.append(YearProgramme(year, own, tuple(rows), empty))
    return found


def set_half(session: Session, found: Sequence[YearProgramme], half: HalfTerm, today: date) -> int:
    """Set what is planned until this half-term and missing in a class, for everybody, by its last day.

    Returns how many lessons were set. What is set already, for everybody or for some, stays as it is.
    """
    missing = [
        (group, one.lesson)
        for year in found
        for one in year.lessons
        if one.half.number <= half.number
        for group, state in zip(year.classes, one.states, strict=True)
        if state is PlannedState.MISSING
    ]
    due_on = half.last if half.last and half.last >= today else None
    for group, lesson in missing:
        set_if_new(session, group, lesson, today, due_on)
    return len(missing)


def late_lessons(
    session: Session,
    classes: Sequence[ClassGroup],
    sets: Mapping[uuid.UUID, Sequence[SetLesson]],
    lessons: Mapping[str, Lesson],
    halves: Sequence[HalfTerm],
    today: date,
) -> dict[uuid.UUID, list[Lesson]]:
    """The lessons that each class should have done by now and has not; a class with none is not there.

    Those whose half-term is over, and those set for everybody whose day has passed; four queries.
    """
    over = {half.number for half in halves if half.last and half.last < today}
    planned, status = plans(session), _Taught(session, classes, year_began(today))
    found = {}
    for group in classes:
        wanted = [id for id, half in planned.get(group.year, {}).items() if half in over]
        wanted += [
            one.lesson_id
            for one in sets.get(group.id, ())
            if one.for_everybody and one.due_on and one.due_on < today
        ]
        late = [lessons[id] for id in dict.fromkeys(wanted) if id in lessons and (group, id) not in status]
        if late:
            found[group.id] = late
    return found


class _Taught:
    """The lessons that some classes did together since a day, or half of whose children have finished since then."""

    def __init__(self, session: Session, classes: Sequence[ClassGroup], since: date) -> None:
        ids = [group.id for group in classes]
        taught = select(LessonTaught.class_group_id, LessonTaught.lesson_id).where(
            LessonTaught.class_group_id.in_(ids), LessonTaught.taught_on >= since
        )
        self._taught = {(row.class_group_id, row.lesson_id) for row in session.execute(taught)}
        self._finished = _finishers(session, ids, since)
        self._sizes = class_sizes(session, ids)

    def __contains__(self, of_class: tuple[ClassGroup, str]) -> bool:
        group, key = of_class[0], (of_class[0].id, of_class[1])
        return key in self._taught or 2 * self._finished[key] >= (self._sizes[group.id] or 1)


class _ClassStatus:
    """What some classes were set, and taught since a day."""

    def __init__(self, session: Session, classes: Sequence[ClassGroup], since: date) -> None:
        self._set = _lessons_set(session, [group.id for group in classes])
        self._taught = _Taught(session, classes, since)

    def state(self, group: ClassGroup, lesson_id: str, half: HalfTerm, today: date) -> PlannedState:
        """The state of a lesson in a class, if it is planned for this half-term."""
        if (group, lesson_id) in self._taught:
            return PlannedState.TAUGHT
        if (group.id, lesson_id) in self._set:
            return PlannedState.SET
        return PlannedState.MISSING if half.has_begun(today) else PlannedState.LATER


def _lessons_set(session: Session, ids: Sequence[uuid.UUID]) -> set[tuple[uuid.UUID, str]]:
    """The lessons set for each of these classes, for everybody or for some."""
    rows = session.execute(
        select(LessonSet.class_group_id, LessonSet.lesson_id).where(LessonSet.class_group_id.in_(ids))
    )
    return {(class_id, lesson_id) for class_id, lesson_id in rows}


def _finishers(session: Session, ids: Sequence[uuid.UUID], since: date) -> Counter[tuple[uuid.UUID, str]]:
    rows = session.execute(
        select(Pupil.class_group_id, LessonProgress.lesson_id, func.count().label("children"))
        .join(LessonProgress, LessonProgress.pupil_id == Pupil.id)
        .where(Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None), LessonProgress.completed_on >= since)
        .group_by(Pupil.class_group_id, LessonProgress.lesson_id)
    )
    return Counter({(row.class_group_id, row.lesson_id): row.children for row in rows})
