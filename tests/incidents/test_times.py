"""What is said about when: no finer than a slot for a child, exact for staff."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.clock import Clock
from kiosk.incidents.views.times import by_words, late_words, moment_words, slot_words

LONDON = ZoneInfo("Europe/London")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week of Monday, 23 November 2026."""
    return datetime.combine(datetime(2026, 11, day, tzinfo=LONDON).date(), time(hour, minute), LONDON)


@pytest.fixture(autouse=True)
def staff_page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/staff/incidents/"):
        yield


pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize(
    ("day", "minute", "words"),
    [
        (25, 9 * 60 + 30, "Today, 9:30 to 10:30"),
        (24, 14 * 60 + 30, "Yesterday, 14:30 to 15:30"),
        (23, 0, "Monday, before school"),
        (26, 0, "Since school closed"),
        (3, 8 * 60 + 30, "3 November, 8:30 to 9:30"),
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


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "Late"),
        (5, "Late by 5 min"),
        (185, "Late by 3 h"),
        (420, "Late by 1 school day"),
        (900, "Late by 2 school days"),
    ],
)
def test_lateness_is_told_in_school_time(calendar: SchoolCalendar, minutes: int, words: str) -> None:
    clock = Clock(due=at(25, 9), late=True, late_minutes=minutes, share=1.0)
    assert late_words(clock, calendar) == words


def test_what_staff_did_has_its_minute(calendar: SchoolCalendar) -> None:
    assert moment_words(at(25, 9, 58), calendar, at(25, 12)) == "Today 9:58"
