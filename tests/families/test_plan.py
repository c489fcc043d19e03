"""Which lesson families find: that of the half-term by the plan of the year, whatever a class or a child has done."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.families.plan import Planned, ages, find_lesson, half_now, plan_of, planned, years_of
from kiosk.oversight.programme import HalfTerm
from kiosk.site import Content

pytestmark = pytest.mark.database("sqlite")

AUTUMN = (
    HalfTerm(1, "Autumn", 1, date(2026, 9, 2), date(2026, 10, 23)),
    HalfTerm(2, "Autumn", 2, date(2026, 11, 2), date(2026, 12, 18)),
)
LISTED = (*AUTUMN, HalfTerm(3, "Spring", 1, date(2027, 1, 5), date(2027, 2, 12)), *map(HalfTerm, (4, 5, 6)))
NONE_LISTED = tuple(HalfTerm(number) for number in range(1, 7))
LESSONS: Any = {id: SimpleNamespace(id=id, status="approved") for id in ("first", "second", "fourth")}
PLAN = {"first": 1, "second": 2, "fourth": 4}


def on(day: date, halves: tuple[HalfTerm, ...] = LISTED) -> Planned | None:
    return find_lesson(planned(PLAN, LESSONS, halves), halves, day)


def test_in_a_half_term_it_is_the_lesson_of_its_plan() -> None:
    found = on(date(2026, 12, 1))
    assert found and (found.lesson.id, found.now) == ("second", True)


@pytest.mark.parametrize("day", [date(2026, 10, 28), date(2026, 12, 25), date(2027, 1, 20)])
def test_in_holidays_and_where_nothing_is_planned_it_is_the_last_one_and_so_marked(day: date) -> None:
    found = on(day)
    assert found and found.lesson.id == ("first" if day.month == 10 else "second")
    assert not found.now


def test_before_the_first_lesson_of_a_year_there_is_none() -> None:
    assert find_lesson(planned({"second": 2}, LESSONS, LISTED), LISTED, date(2026, 9, 10)) is None


def test_in_summer_it_is_the_last_one_of_the_year_that_is_over() -> None:
    assert half_now(LISTED, date(2026, 8, 20)) == (6, False)


@pytest.mark.parametrize(
    ("day", "number"),
    [((9, 1), 1), ((10, 31), 1), ((11, 1), 2), ((12, 31), 2), ((1, 1), 3), ((3, 1), 4), ((5, 1), 5), ((8, 31), 6)],
)  # fmt: skip
def test_where_a_school_lists_no_terms_the_usual_ones_count(day: tuple[int, int], number: int) -> None:
    assert half_now(NONE_LISTED, date(2027, *day)) == (number, True)


def test_a_lesson_that_nobody_may_open_or_that_is_retired_is_in_no_plan() -> None:
    retired: Any = {**LESSONS, "second": SimpleNamespace(id="second", status="retired")}
    assert [one.lesson.id for one in planned(PLAN | {"shut": 3}, retired, LISTED)] == ["first", "fourth"]


def test_the_plan_of_the_school_goes_before_kiosks_also_that_of_two_years_together() -> None:
    offered = {"3": {"a": 1}, "4": {"b": 1}, "5": {"c": 1}}
    own = {"3/4": {"d": 2}, "4": {"e": 3}}
    assert [plan_of(year, own, offered) for year in ("3", "4", "5", "N")] == [
        {"d": 2},
        {"e": 3},
        {"c": 1},
        {},
    ]


def test_only_years_that_the_school_has_are_asked_for_and_the_age_stands_beside_each() -> None:
    assert years_of(["3/4", "R", "10", "R"]) == ["R", "3", "4", "10"]
    assert years_of([])[0] == "N" and years_of([])[-1] == "13"
    assert [ages(year) for year in ("N", "R", "1", "11")] == [(3, 4), (4, 5), (5, 6), (15, 16)]


def test_every_year_of_our_plan_has_lessons(content: Content) -> None:
    for year, plan in content.year_plans.items():
        assert planned(plan, content.lessons, NONE_LISTED), year
