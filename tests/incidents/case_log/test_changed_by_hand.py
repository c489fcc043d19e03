"""Whoever changes what stands in clear about a report takes none from its readers (promise S10)."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kiosk.incidents.models import Incident, Level
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report import integrity_check
from kiosk.report.access.opening import OpenedRow, Opener, opened_row
from kiosk.report.integrity_check import check_reports, unchecked_reports
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.report.release import is_due, is_impossible_day
from kiosk.report.self_test.report import open_self_tests
from kiosk.storage.db import now_utc
from tests.factories import opener_of
from tests.incidents.school import School
from tests.pages import Page

NEXT_YEAR = timedelta(days=365)
BY_HAND = "Changed in the database by hand"
ON_THE_PAGE = "This report was changed by hand"
LATER = date(9999, 12, 31)
EARLIER = date(1, 1, 1)


@pytest.fixture
def dsl(app: Flask, school: School) -> FlaskClient:
    """The safeguarding lead's browser, with the key at hand."""
    return school.browser(app, school.dsl)


def change(school: School, **values: Any) -> None:
    """What somebody with the file does to every report in it."""
    with school.databases.reports.write() as reports:
        reports.execute(update(Report).values(**values))


def row_of(school: School, report_id: uuid.UUID) -> Report:
    """The row as it lies there now."""
    with school.databases.reports.session(write=False) as reports:
        row = reports.get_one(Report, report_id)
        reports.expunge(row)
        return row


def alarms(school: School) -> set[str]:
    """Who is to get an alarm; each at most once."""
    with school.databases.reports.session(write=False) as reports:
        rows = reports.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.STOP)).all()
    assert len(rows) == len(set(rows))
    return set(rows)


def open_address(report_id: uuid.UUID) -> str:
    """Where the queue sends who opens this report."""
    return f"/staff/incidents/open/{report_id}"


@pytest.mark.parametrize(
    "values",
    [
        {"urgent": False, "day": (now_utc() + NEXT_YEAR).date()},
        {"urgent": False, "day": LATER, "slot": 1439},
        {"urgent": False, "day": EARLIER, "slot": 0},
        {"route": "nonsense"},
        {"route": "self_test"},
        {"route": "site"},
        {"route": "head"},
        {"retention": "practice"},
        {"altered": True},
        {"state": ReportState.CLOSED},
        {"state": ReportState.OPENED},
        {"state": ReportState.CLOSED, "urgent": False, "day": LATER, "slot": 1439, "route": "nonsense"},
    ],
    ids=str,
)
def test_a_danger_report_stays_in_the_queue_whatever_its_row_says(
    values: dict[str, Any], school: School, dsl: FlaskClient
) -> None:
    report_id = school.told("friend", danger="yes")
    true = row_of(school, report_id)
    change(school, **values)
    page = dsl.get("/staff/incidents/").text
    assert open_address(report_id) in page
    row = row_of(school, report_id)
    assert (row.day, row.slot, row.route, row.urgent, row.retention) == (
        true.day,
        true.slot,
        true.route,
        true.urgent,
        true.retention,
    )
    changed = values != {"state": ReportState.OPENED}  # the only state that decides nothing
    assert (BY_HAND in page) is changed
    assert bool(alarms(school)) is changed
    assert row.altered is changed
    opened = dsl.post(open_address(report_id))
    assert opened.status_code == 302
    assert (ON_THE_PAGE in dsl.get(opened.headers["Location"]).text) is changed
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(Incident.level)).all() == [Level.URGENT]


def test_a_true_slot_that_has_not_ended_is_still_waited_for(school: School) -> None:
    """The control: what the next school day brings is no tampering, over any weekend or holiday."""
    for hour in range(24 * 8):
        now = now_utc() + timedelta(hours=hour)
        slot = school.calendar.slot_of(now)
        assert not is_impossible_day(slot.day, now.date()), now
        assert not is_due(False, school.calendar.slot_end(slot), now), now


def test_every_reader_is_told_once_also_who_may_not_read_it(school: School, dsl: FlaskClient) -> None:
    school.told("adult", head="yes")
    change(school, urgent=True)
    for _ in range(3):
        dsl.get("/staff/incidents/")
    told = alarms(school)
    assert {f"{name}@school.example" for name in ("dsl", "dsl2", "chair", "principal", "coordinator")} <= told


def test_a_change_after_the_first_look_is_found_at_the_next(school: School, dsl: FlaskClient) -> None:
    report_id = school.told("friend")
    assert BY_HAND not in dsl.get("/staff/incidents/").text
    assert not alarms(school), "the control"
    change(school, day=date(2026, 1, 1))
    assert BY_HAND in dsl.get("/staff/incidents/").text
    with school.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    change(school, altered=False)
    page = dsl.get("/staff/incidents/").text
    assert BY_HAND in page, "whoever takes the mark away is found as well"
    assert alarms(school)
    assert row_of(school, report_id).altered


def test_an_open_incident_stays_in_the_queue_and_on_its_page_whatever_its_row_says(
    school: School, dsl: FlaskClient
) -> None:
    report_id = school.told("friend")
    here = dsl.post(open_address(report_id)).headers["Location"]
    for values in (
        {"state": ReportState.NEW},
        {"state": ReportState.NEW, "day": LATER, "slot": 1439},
        {"state": ReportState.CLOSED},
        {"state": ReportState.RELEASED},
        {"route": "nonsense"},
    ):
        change(school, **values)
        assert here in dsl.get("/staff/incidents/").text, values
        assert dsl.get(here).status_code == 200, values


def test_a_page_that_is_opened_straight_away_says_it_and_puts_it_back(
    school: School, dsl: FlaskClient
) -> None:
    report_id = school.told("friend")
    here = dsl.post(open_address(report_id)).headers["Location"]
    assert ON_THE_PAGE not in dsl.get(here).text
    true = row_of(school, report_id).day
    change(school, day=date(2026, 1, 1))
    for _ in range(2):
        assert ON_THE_PAGE in dsl.get(here).text
    assert row_of(school, report_id).day == true
    assert len(alarms(school)) >= 2


def test_a_childs_report_that_somebody_calls_a_self_test_is_not_deleted(school: School) -> None:
    report_id = school.told("friend")
    with school.databases.reports.write() as reports:
        assert not open_self_tests(reports, opener_of(school.dsl), [report_id])
    assert row_of(school, report_id)


# The price


def test_a_row_that_was_compared_is_not_opened_again_until_it_changes(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        school.told("friend")
    me = opener_of(school.dsl)
    opened: list[uuid.UUID] = []

    def noted(session: Session, row: Report, opener: Opener) -> OpenedRow:
        opened.append(row.id)
        return opened_row(session, row, opener)

    monkeypatch.setattr(integrity_check, "opened_row", noted)

    def visit() -> int:
        opened.clear()
        with school.databases.reports.write() as reports:
            check_reports(reports, me, unchecked_reports(reports, me))
        return len(opened)

    assert visit() == 5
    assert visit() == 0
    school.told("friend")
    assert visit() == 1
    change(school, retention="behaviour")
    assert visit() == 6
    assert visit() == 0


def test_one_visit_opens_only_so_many_and_the_visits_after_it_the_rest(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity_check, "MOST_AT_ONCE", 4)
    for _ in range(10):
        school.told("friend")
    me = opener_of(school.dsl)
    left = []
    for _ in range(4):
        with school.databases.reports.write() as reports:
            check_reports(reports, me, unchecked_reports(reports, me))
            left.append(len(unchecked_reports(reports, me)))
    assert left == [6, 2, 0, 0]


def test_the_column_looks_the_same_before_and_after_a_reader_has_looked(
    school: School, dsl: FlaskClient
) -> None:
    school.told("friend")

    def marks() -> dict[uuid.UUID, uuid.UUID]:
        with school.databases.reports.session(write=False) as reports:
            rows = reports.execute(select(ReportReader.reader_id, ReportReader.checked))
            return {row.reader_id: row.checked for row in rows}

    before = marks()
    dsl.get("/staff/incidents/")
    after = marks()
    assert {id for id in before if before[id] != after[id]} == {school.dsl.id}, "the control"
    for mark in (*before.values(), *after.values()):
        assert (mark.version, mark.variant) == (4, uuid.RFC_4122)
    assert len({*before.values(), *after.values()}) == len(before) + 1


def test_a_digest_is_nothing_without_the_readers_own_key(school: School) -> None:
    """Who copies a reader's digest to another row, or to another reader, has compared nothing."""
    first, second = school.told("friend"), school.told("friend")
    me, other = opener_of(school.dsl), opener_of(school.dsl2)
    with school.databases.reports.write() as reports:
        check_reports(reports, me, [first])
        mark = reports.get_one(ReportReader, (first, me.id)).checked
        reports.execute(update(ReportReader).values(checked=mark))
        assert unchecked_reports(reports, me) == [second]
        assert set(unchecked_reports(reports, other)) == {first, second}


def test_a_deleted_row_is_the_stated_limit(school: School, dsl: FlaskClient) -> None:
    """docs/privacy.md says so: nothing is left that could be compared."""
    school.told("friend")
    with school.databases.reports.write() as reports:
        reports.execute(delete(Report))
        assert reports.scalar(select(func.count()).select_from(Report)) == 0
    assert BY_HAND not in Page(dsl.get("/staff/incidents/").text).text
    assert not alarms(school)


def test_the_page_of_keys_says_that_something_was_changed_but_not_what(
    school: School, dsl: FlaskClient, app: Flask
) -> None:
    said = "The reports database was changed by hand."
    school.told("friend", danger="yes")
    assert said not in dsl.get("/staff/keys").text
    change(school, urgent=False)
    assert said in dsl.get("/staff/keys").text
    page = school.browser(app, school.network).get("/staff/keys").text
    assert said in page
    assert "danger" not in page
