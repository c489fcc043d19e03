"""Which lesson of a year's plan families find: that of this half-term, else the last that has begun."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from kiosk.accounts.classes.access import year_order
from kiosk.bands import LIMITS
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.year_plan import HALF_TERMS, Plan
from kiosk.oversight.programme import HalfTerm, current_half

NURSERY, RECEPTION = "N", "R"
YEARS = tuple(year for limits in LIMITS.values() for year in limits.years)
OLDEST_IN_NURSERY = 4
# By the month and day on which it usually begins, the number of a half-term where the school lists none.
USUAL_BEGINS = ((1, 1, 3), (2, 20, 4), (4, 15, 5), (6, 1, 6), (9, 1, 1), (11, 1, 2))


class Planned(NamedTuple):
    """A lesson of a year's plan, and its half-term; `now`: that of the half-term which runs."""

    lesson: Lesson
    half: HalfTerm
    now: bool = False


def ages(year: str) -> tuple[int, int]:
    """The ages of a year's youngest and oldest children."""
    first = (
        OLDEST_IN_NURSERY - 1
        if year == NURSERY
        else OLDEST_IN_NURSERY + (0 if year == RECEPTION else int(year))
    )
    return first, first + 1


def years_of(classes: Iterable[str]) -> list[str]:
    """The years that a school has, of those of its classes, the youngest first; all of them where it has no class."""
    there = {one for year in classes for one in year.split("/")}
    return [year for year in YEARS if year in there or not there]


def plan_of(year: str, own: Mapping[str, Plan], offered: Mapping[str, Plan]) -> Plan:
    """The plan of a year: the school's own, also one of a class of two years, else the one that kiosk offers."""
    mixed = sorted((years for years in own if year in years.split("/")), key=year_order)
    return own.get(year) or (own[mixed[0]] if mixed else offered.get(year, {}))


def planned(plan: Plan, lessons: Mapping[str, Lesson], halves: Sequence[HalfTerm]) -> list[Planned]:
    """The lessons of a plan that families can find, in the order of the year."""
    found = []
    for id, number in sorted(plan.items(), key=lambda one: (one[1], one[0])):
        lesson = lessons.get(id)
        if lesson and lesson.status != "retired":
            half = halves[number - 1] if number <= len(halves) else HalfTerm(number)
            found.append(Planned(lesson, half))
    return found


def find_lesson(listed: Collection[Planned], halves: Sequence[HalfTerm], today: date) -> Planned | None:
    """The lesson of this half-term, else the last one that has begun in this school year; None before the first."""
    number, runs = half_now(halves, today)
    begun = [one for one in listed if one.half.number <= number]
    return begun[-1]._replace(now=runs and begun[-1].half.number == number) if begun else None


def half_now(halves: Sequence[HalfTerm], today: date) -> tuple[int, bool]:
    """The number of the half-term that has begun last, and whether it still runs."""
    if any(half.first for half in halves):
        half = current_half(halves, today)
        if half is None:  # the new school year has not begun: the last half-term of the one before
            return HALF_TERMS, False
        return half.number, half.last is None or today <= half.last
    begun = [number for month, day, number in USUAL_BEGINS if (month, day) <= (today.month, today.day)]
    return begun[-1], True
