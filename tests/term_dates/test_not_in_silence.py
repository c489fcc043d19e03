"""Nobody changes the calendar quietly, and no change of it holds before tomorrow (promise A5)."""

import json
from datetime import UTC, datetime, time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit.log import LogAct, lines
from kiosk.calendar.file import load_calendar, read_calendar, write_calendar
from kiosk.calendar.written import from_tomorrow
from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import Databases, now_utc
from tests.factories import make_reader
from tests.term_dates.calendar_forms import YEAR, change, now_written, principal_browser

pytestmark = pytest.mark.database("sqlite")  # the calendar lies in a file


@pytest.fixture
def browser(app: Flask, session: Session, config: Config) -> FlaskClient:
    """The principal's, at a school with two terms listed."""
    return principal_browser(app, session, config)


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("hours", {"opens": "08:03"}),
        ("hours", {"closes": "13:00"}),
        ("holidays", {"first-1": "2026-11-29", "last-1": "2027-02-01", "name-1": "INSET"}),
        ("half-days", {"first-1": "2027-03-25", "closes-1": "13:15"}),
        ("terms", {"drop-0": "yes"}),
    ],
)
def test_a_change_stands_in_the_log_tells_every_reader_and_leaves_today_as_it_was(
    browser: FlaskClient, config: Config, databases: Databases, path: str, changes: dict[str, str]
) -> None:
    with databases.reports.write() as reports:
        told = {make_reader(reports, role).email for role in ("dsl", "coordinator", "chair")}
    before, now = load_calendar(config), now_utc()
    assert change(browser, path, **changes).status_code == 303
    after = load_calendar(config)
    assert after != before
    assert after.kept_at(now) == before.kept_at(now)
    with databases.school.session(write=False) as school:
        line = lines(school)[0]
        assert line.act == LogAct.CALENDAR_CHANGED and json.loads(line.details) == {"calendar": path}
    with databases.reports.session(write=False) as reports:
        assert told == set(
            reports.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.CHANGE))
        )


def test_however_often_somebody_moves_the_bell_today_keeps_the_first(
    browser: FlaskClient, config: Config
) -> None:
    """Each minute by which it moved gave the next report a slot of its own."""
    before, today = load_calendar(config), now_utc().astimezone(config.zone).date()
    for minute in ("03", "07", "11"):
        assert change(browser, "hours", opens=f"08:{minute}").status_code == 303
        now = load_calendar(config)
        assert now.hours(today) == before.hours(today)
        assert now.opens == time(8, int(minute)), "from tomorrow on"


@pytest.mark.parametrize("name", ["save_hours", "save_list", "confirm_import"])
def test_whatever_saves_the_calendar_asks_for_the_password_again(app: Flask, name: str) -> None:
    assert hasattr(app.view_functions[f"term_dates.{name}"], "kiosk_again")


@pytest.mark.parametrize(
    "now", [datetime(2026, 11, 25, 10, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC)]
)
def test_what_today_was_is_written_and_read_again(config: Config, now: datetime) -> None:
    before = load_calendar(config)
    kept = from_tomorrow(YEAR, before, now)
    write_calendar(config, kept)
    assert read_calendar(config)[0] == kept == now_written(config)
