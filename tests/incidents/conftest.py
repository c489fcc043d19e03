"""The invented school of these tests."""

from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.incidents.desk import Desk
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


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    """Readers at their desks."""
    return Desk(school, app)


@pytest.fixture
def number(desk: Desk) -> int:
    """Bullying, opened by the coordinator, who has just written down what was done."""
    number = desk.opened("coordinator", "bullying")
    assert desk.send("coordinator", number, "record/did", note="Rang her aunt.").status_code == 302
    return number
