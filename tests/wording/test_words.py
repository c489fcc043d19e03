"""Days, times, roles and years in words: no finer than a slot for a child, exact for staff."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.roles import Role
from kiosk.wording.words import (
    FILTERS,
    by_words,
    class_words,
    clock,
    day_words,
    moment_words,
    near_day,
    role_words,
    slot_words,
    year_words,
)

LONDON = ZoneInfo("Europe/London")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week of Monday, 23 November 2026."""
    return datetime.combine(datetime(2026, 11, day, tzinfo=LONDON).date(), time(hour, minute), LONDON)


@pytest.fixture
def calendar() -> SchoolCalendar:
    return SchoolCalendar(LONDON)


@pytest.fixture(autouse=True)
def staff_page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/staff/incidents/"):
        yield


pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize(
    ("day", "minute", "words"),
    [
        (25, 10 * 60, "Today, 10 to 11"),
        (24, 14 * 60, "Yesterday, 14 to 15:30"),
        (23, 0, "Monday, before school"),
        (26, 0, "Since school closed"),
        (3, 8 * 60 + 30, "3 November, 8:30 to 10"),
    ],
)
def test_an_arrival_is_told_as_its_slot(calendar: SchoolCalendar, day: int, minute: int, words: str) -> None:
    assert slot_words(Slot(at(day, 0).date(), minute), calendar, at(25, 16)) == words


def test_full_hours_are_said_without_minutes() -> None:
    calendar = SchoolCalendar(LONDON, opens=time(9), closes=time(15))
    assert slot_words(Slot(at(25, 0).date(), 9 * 60), calendar, at(25, 12)) == "Today, 9 to 10"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (at(25, 15, 5), "15:05"),
        (at(26, 9), "tomorrow, 9:00"),
        (at(27, 9, 30), "Friday"),
        (at(30, 9), "Monday"),
    ],
)
def test_a_deadline_is_a_time_a_day_or_a_date(calendar: SchoolCalendar, due: datetime, words: str) -> None:
    assert by_words(due, calendar, at(25, 10)) == words


def test_a_far_deadline_is_a_date(calendar: SchoolCalendar) -> None:
    far = datetime(2027, 1, 11, 9, tzinfo=LONDON)
    assert by_words(far, calendar, at(25, 10)) == "11 January 2027"


def test_what_staff_did_has_its_minute(calendar: SchoolCalendar) -> None:
    assert moment_words(at(25, 9, 58), calendar, at(25, 12)) == "Today 9:58"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (25, "Today"), (24, "Yesterday"), (26, "Tomorrow"), (19, "Thursday"), (30, "Monday"), (18, "18 November"),
    ],
)  # fmt: skip
def test_a_near_day_is_said_by_its_name(day: int, words: str) -> None:
    assert day_words(date(2026, 11, day), date(2026, 11, 25)) == words


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("day | day_and_year", "5 November 2026"),
        ("day | day_and_weekday", "Thursday 5 November 2026"),
        ("at | clock", "8:05"),
        ("at | moment", "Thursday 5 November 2026, 8:05"),
        ("role | role", "Safeguarding lead"),
        ("role | role(True)", "Safeguarding lead, deputy"),
        ("'R' | school_year", "Reception"),
        ("'5B' | class_words('5')", "5B, Year 5"),
    ],
)
def test_a_template_says_it_in_the_same_words(app: Flask, written: str, shown: str) -> None:
    at = datetime(2026, 11, 5, 8, 5, tzinfo=LONDON)
    template = app.jinja_env.from_string("{{ " + written + " }}")
    assert template.render(day=at.date(), at=at, role=Role.DSL) == shown


def test_the_app_has_every_filter(app: Flask) -> None:
    assert {name: app.jinja_env.filters[name] for name in FILTERS} == FILTERS


def test_a_time_is_said_alike_whether_it_has_a_day_or_not() -> None:
    assert clock(time(9, 5)) == clock(at(25, 9, 5)) == "9:05"


def test_a_role_is_said_in_the_language_that_is_asked_for() -> None:
    polish = {"%(role)s, deputy": "zastępca: %(role)s", "Chair of governors": "Przewodnicząca"}
    assert role_words(Role.CHAIR, deputy=True, say=polish.__getitem__) == "zastępca: Przewodnicząca"


@pytest.mark.parametrize(
    ("year", "words"), [("N", "Nursery"), ("R", "Reception"), ("5", "Year 5"), ("3/4", "Years 3 and 4")]
)
def test_a_year_is_said_as_people_say_it(year: str, words: str) -> None:
    assert year_words(year) == words
    assert class_words("Kestrels", year) == f"Kestrels, {words}"


def test_a_day_for_which_somebody_waits_has_its_weekday_and_another_year_only_where_it_is_one() -> None:
    today = date(2026, 12, 28)
    assert near_day(date(2026, 12, 31), today) == "Thursday 31 December"
    assert near_day(date(2027, 1, 4), today) == "Monday 4 January 2027"
