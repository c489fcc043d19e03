"""The computer's clock jumps a year ahead or back, and back again: nobody is locked out, nothing lost or deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.accounts.models import ClassWindow, StaffMember
from kiosk.audit.log import LogAct, lines
from kiosk.calendar.file import load_calendar
from kiosk.config import Config
from kiosk.host.heartbeat import last_beat
from kiosk.readers.signed_list.versions import first_reading_day
from kiosk.report.access.opening import read_report
from kiosk.report.models import Report, ReportState, Thread
from kiosk.report.replies.threads import add_reply
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Hosts, Site
from kiosk.storage.db import Databases, now_utc
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import run_round
from kiosk.web.sessions import StaffSession
from tests.accounts.doors import PASSWORD, new_browser, password_hash
from tests.factories import make_class_group, make_pupil, make_window, opener_of
from tests.incidents.school import School, fill_school
from tests.jumping_clock import YEAR, JumpingClock, computer_clock
from tests.lessons.learner import Learner, browser_of
from tests.sites import held_by, make_app, make_site, site_of

# Twenty past ten on a school day: the slot of half past nine ends in ten minutes.
MORNING = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
MINUTE, SLOT = timedelta(minutes=1), timedelta(hours=1)
JUMPS = pytest.mark.parametrize("jump", [YEAR, -YEAR], ids=["a year ahead", "a year back"])


@dataclass
class Morning:
    """A school at work, and its worker."""

    app: Flask
    school: School
    hosts: Hosts[Site]
    memory: WorkerMemory
    pupil: FlaskClient
    lead: FlaskClient

    def work(self) -> None:
        """One round of the worker."""
        with patch("kiosk.upkeep.worker.lot_falls", return_value=False):
            run_round(self.hosts, now_utc(), self.memory)

    def everything(self) -> dict[str, object]:
        """What a wrong clock could take away, or let out too early."""
        with self.school.databases.school.session(write=False) as school:
            windows = len(school.scalars(select(ClassWindow)).all())
        with self.school.databases.sessions.session(write=False) as store:
            sessions = len(store.scalars(select(StaffSession)).all())
        with self.school.databases.reports.session(write=False) as reports:
            states = sorted(reports.scalars(select(Report.state)))
            threads = len(reports.scalars(select(Thread)).all())
        return {
            "windows": windows,
            "sessions": sessions,
            "reports": states,
            "held": held_by(self.school.intake_store),
            "answers": threads,
            "pupil": self.pupil.get("/learn/").status_code,
            "lead": self.lead.get("/staff/").status_code,
            "new readers from": first_reading_day(self.school.calendar, site_of(self.app).today()),
        }


def begin(config: Config, databases: Databases, key: SiteKey) -> Morning:
    """A class at work, a lead who is signed in, a child who waits for more, and one who has just told."""
    school = School(databases, load_calendar(config), key, config)
    fill_school(school)
    app = make_app(config, databases)
    with databases.school.writing() as session:
        group = make_class_group(session)
        window = make_window(session, group, school.teacher)
        pupil = make_pupil(session, group, first_name="Amira")
        session.commit()
        child = browser_of(app, Learner(pupil, group, window, next(iter(site_of(app).lessons.values()))))
    answered = school.tell("friend", now_utc() - timedelta(days=3), reply="yes")
    school.merge(now_utc())
    with databases.reports.write() as reports:
        add_reply(
            reports, read_report(reports, answered, opener_of(school.dsl)).body, "Well done", MORNING.date()
        )
    school.tell("friend", now_utc())
    hosts = Hosts(make_site(config, databases))
    return Morning(app, school, hosts, WorkerMemory(), child, school.browser(app, school.dsl))


@pytest.fixture
def computer() -> Iterator[JumpingClock]:
    with computer_clock(MORNING) as clock:
        yield clock


@JUMPS
def test_nothing_is_locked_lost_early_or_deleted_and_all_goes_on_afterwards(
    config: Config, databases: Databases, key: SiteKey, computer: JumpingClock, jump: timedelta
) -> None:
    morning = begin(config, databases, key)
    morning.work()
    before = morning.everything()
    assert (before["reports"], before["held"]) == ([ReportState.RELEASED], 1)
    for step in (jump, -jump):
        computer.jump(step)
        computer.wait(MINUTE)
        morning.work()
        assert morning.everything() == before
    computer.wait(SLOT - 10 * MINUTE)
    morning.lead.get("/staff/")
    morning.work()
    assert morning.everything()["reports"] == [ReportState.RELEASED] * 2, "when its slot has ended"


@JUMPS
def test_a_report_that_comes_meanwhile_has_the_true_day_and_reaches_its_readers(
    config: Config, databases: Databases, key: SiteKey, computer: JumpingClock, jump: timedelta
) -> None:
    morning = begin(config, databases, key)
    computer.jump(jump)
    told = morning.school.tell("friend", now_utc())
    computer.jump(-jump)
    assert {held.due.date() for held in morning.school.intake_store.slots()} == {MORNING.date()}
    computer.wait(2 * SLOT)
    morning.work()
    with databases.reports.session(write=False) as reports:
        row = reports.get_one(Report, told)
        assert (row.day, row.state) == (MORNING.date(), ReportState.RELEASED)


@JUMPS
def test_wrong_passwords_while_the_clock_is_wrong_lock_nobody_out_afterwards(
    config: Config, databases: Databases, key: SiteKey, computer: JumpingClock, jump: timedelta
) -> None:
    morning = begin(config, databases, key)
    with databases.school.write() as session:
        session.get_one(StaffMember, morning.school.teacher.id).password_hash = password_hash()
    email = morning.school.teacher.email
    computer.jump(jump)
    for _ in range(6):
        new_browser(morning.app).post("/staff/sign-in", data={"email": email, "password": "wrong"})
    computer.jump(-jump)
    computer.wait(10 * MINUTE)
    answer = new_browser(morning.app).post("/staff/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code in {302, 303}, answer.text


@pytest.mark.main(1)
@JUMPS
def test_the_staff_page_the_log_and_the_heartbeat_say_so(
    config: Config, databases: Databases, key: SiteKey, computer: JumpingClock, jump: timedelta,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    morning = begin(config, databases, key)
    manager = morning.school.browser(morning.app, morning.school.network)
    assert "clock jumped" not in manager.get("/staff/").text
    computer.jump(jump)
    computer.wait(MINUTE)
    for _ in range(3):
        morning.work()
    assert "clock jumped" in manager.get("/staff/").text
    assert (
        "clock jumped" not in morning.school.browser(morning.app, morning.school.teacher).get("/staff/").text
    )
    said = [record.getMessage() for record in caplog.records if "clock" in record.getMessage()]
    (line,) = said
    assert line.startswith(f"the computer's clock jumped 365 days {'ahead' if jump > MINUTE else 'back'}")
    found = last_beat(config)
    assert found
    assert (found.at, found.jumped) == (MORNING + MINUTE, jump)
    with databases.school.session(write=False) as session:
        assert all(line.at <= MORNING + SLOT for line in lines(session, acts=list(LogAct)))
    computer.jump(-jump)
    computer.wait(2 * MINUTE)
    morning.work()
    assert "clock jumped" not in manager.get("/staff/").text
    assert caplog.records[-1].getMessage() == "the computer's clock is right again"


@JUMPS
@pytest.mark.database("sqlite")
def test_control_a_clock_that_is_believed_does_all_of_that(
    config: Config, databases: Databases, key: SiteKey, jump: timedelta
) -> None:
    with computer_clock(MORNING, believed=True) as computer:
        morning = begin(config, databases, key)
        before = morning.everything()
        computer.jump(jump)
        morning.work()
        after = morning.everything()
    harmed = {what for what, was in before.items() if after[what] != was}
    assert {"reports", "new readers from"} <= harmed, (
        "passed on early, and nobody new may read, or all at once"
    )
    if jump > MINUTE:
        assert {"windows", "sessions", "answers", "pupil", "lead"} <= harmed
