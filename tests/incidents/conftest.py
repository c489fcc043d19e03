"""The invented school of these tests."""

from zoneinfo import ZoneInfo

import pytest

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.sealing.site_key import SiteKey
from tests.incidents.school import School, fill_school


@pytest.fixture
def calendar() -> SchoolCalendar:
    """Weekdays, half past eight to half past three."""
    return SchoolCalendar(ZoneInfo("Europe/London"))


@pytest.fixture
def school(databases: Databases, calendar: SchoolCalendar, key: SiteKey, config: Config) -> School:
    """A school with all its people and no report."""
    made = School(databases, calendar, key, config)
    fill_school(made)
    return made
