"""The invented school of these tests."""

from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.sealing.site_key import SiteKey
from tests.incidents.desk import Desk
from tests.incidents.looks import Looks, StoppedClock
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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """The clock of these tests."""
    stopped = StoppedClock()
    monkeypatch.setattr("kiosk.db.CLOCK", stopped)
    return stopped


@pytest.fixture
def looks(clock: StoppedClock, desk: Desk) -> Looks:
    """The coordinator has opened a case, set a task and noted a complaint; another report waits."""
    number = desk.opened("coordinator", "bullying")
    assert desk.send("coordinator", number, "tags", tag="conduct").status_code == 302
    task = {"note": "Ring", "owner": desk.school.coordinator2.id.hex, "due_on": "2099-01-01"}
    assert desk.send("coordinator", number, "tasks", **task).status_code == 302
    complaint = {"about": "handling", "from": "parent", "day": "2026-11-23", "note": "Nobody rang."}
    assert desk.send("coordinator", number, "record/complaint", **complaint).status_code == 302
    desk.school.told("bullying")
    made = Looks(desk)
    for _ in range(2):  # the first says what was sent, and so is not remembered
        made.at("coordinator")
    return made
