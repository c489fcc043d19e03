"""Starting a practice run in a test, and opening it, at moments of a school week."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from flask import Flask
from sqlalchemy import select

from kiosk.host.clock import CLOCK
from kiosk.incidents.models import PracticeRun
from kiosk.report.access.routes import PRACTICE
from kiosk.report.models import Report, ReportState
from kiosk.storage.db import now_utc
from tests.incidents.school import School

RUNS = "/staff/practice"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """It is this moment."""
    with patch.object(CLOCK, "now", lambda: moment):
        yield


def start(school: School, app: Flask, who: str) -> str:
    """Somebody starts a practice run from the page of practice runs; what that page says then."""
    client = school.browser(app, school.people[who])
    sent = client.post("/staff/keys/practice", data={"from": "practice"}, follow_redirects=True)
    assert sent.status_code == 200
    assert sent.request.path == RUNS
    return sent.text


def see(school: School, app: Flask, who: str) -> None:
    """Somebody opens the newest practice report: the first time from the list, later by its number."""
    client = school.browser(app, school.people[who])
    with school.databases.reports.session(write=False) as reports:
        states = (ReportState.NEW, ReportState.RELEASED, ReportState.OPENED)
        wanted = select(Report.id).where(Report.route == PRACTICE, Report.state.in_(states))
        report_id = reports.scalars(wanted).one()
    assert client.post(f"/staff/incidents/open/{report_id}").status_code == 302


def practice_runs(school: School) -> list[PracticeRun]:
    """Every practice run of the school, by day."""
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(PracticeRun).order_by(PracticeRun.day, PracticeRun.id)))


def made(school: School, **values: object) -> PracticeRun:
    """A practice run of today that somebody saw after 12 minutes, unless `values` say otherwise."""
    known = {"day": now_utc().date(), "in_school_time": True, "goal_minutes": 60, "minutes": 12}
    with school.databases.school.write() as session:
        run = PracticeRun(**known | values)
        session.add(run)
    return run
