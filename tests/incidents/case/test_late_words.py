"""How late something is, in school time."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.deadlines import Clock
from kiosk.incidents.kind_words import late_words

pytestmark = pytest.mark.database("sqlite")

DUE = datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture(autouse=True)
def staff_page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/staff/incidents/"):
        yield


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
    clock = Clock(due=DUE, late=True, late_minutes=minutes, share=1.0)
    assert late_words(clock, calendar) == words
