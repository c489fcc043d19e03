"""A child who asked for an answer and has none after two school days: the case says so, by its log alone."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.case_file import incident_of
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.case_log.entries import add_entry, entries_of
from kiosk.incidents.closing.close import close
from kiosk.incidents.models import Act, Incident
from kiosk.incidents.replies.send import answer_clock, answer_late, is_answered
from kiosk.report.access.opening import OpenedReport, read_report
from kiosk.report.models import Reply, Thread
from kiosk.storage.db import now_utc
from tests.factories import opener_of
from tests.incidents.answering import send
from tests.incidents.closings import decide
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of
from tests.pages import Page

LATE = "An answer was asked for; none for"
TUESDAY = datetime(2026, 11, 17, 10, 15, tzinfo=UTC)  # its slot ends at 11:00
DUE = datetime(2026, 11, 19, 11, tzinfo=UTC)


def opened(school: School, at: datetime, concern: str = "bullying", **given: Any) -> tuple[int, uuid.UUID]:
    """A report of that moment that the coordinator opened: the number of its incident, and its id."""
    report_id = school.tell(concern, at, **given)
    school.merge(now_utc())
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, school.coordinator, at, session, reports)
        return open_incident(by, report_id).incident.number, report_id


def report_of(school: School, report_id: uuid.UUID) -> OpenedReport:
    with school.databases.reports.session(write=False) as reports:
        return read_report(reports, report_id, opener_of(school.coordinator))


def is_late(school: School, number: int, now: datetime) -> bool:
    databases = school.databases
    with databases.school.session(write=False) as session, databases.reports.session(write=False) as reports:
        incident = incident_of(session, number)
        assert incident
        by = acting(school.calendar, school.coordinator, now, session, reports)
        return bool(answer_late(by, case_of(by, incident)))


def test_it_is_late_after_two_school_days_and_not_a_minute_before(school: School) -> None:
    number, _report_id = opened(school, TUESDAY, reply="yes")
    assert not is_late(school, number, DUE)
    assert is_late(school, number, DUE + timedelta(minutes=1))


def test_days_without_school_do_not_count(school: School) -> None:
    friday = TUESDAY + timedelta(days=3)
    clock = answer_clock(school.calendar, report_of(school, opened(school, friday, reply="yes")[1]), friday)
    assert clock
    assert clock.due == DUE + timedelta(days=5)


def test_who_asked_for_no_answer_waits_for_none(school: School) -> None:
    number, report_id = opened(school, TUESDAY)
    assert answer_clock(school.calendar, report_of(school, report_id), DUE) is None
    assert not is_late(school, number, DUE + timedelta(days=9))


def test_an_answer_in_the_log_ends_it_and_no_row_of_the_reports_database_does(school: School) -> None:
    """Who can write rows there must not be able to hide that a child waits (promise S10)."""
    number, _report_id = opened(school, TUESDAY, reply="yes")
    later = DUE + timedelta(days=1)
    with school.databases.reports.write() as reports:
        thread = reports.query(Thread).one()
        reports.add(Reply(thread_id=thread.id, sealed=b"forged"))
        reports.flush()
        assert is_late(school, number, later)
        reports.execute(delete(Reply))
        reports.execute(update(Thread).values(ends_on=None))
    with school.databases.school.write() as session:
        incident = incident_of(session, number, for_update=True)
        assert incident
        add_entry(session, incident, school.coordinator.id, Act.REPLIED, later)
    assert not is_late(school, number, later)


def test_a_closed_case_is_not_late(school: School) -> None:
    number, _report_id = opened(school, TUESDAY, reply="yes")
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        incident = incident_of(session, number, for_update=True)
        assert incident
        by = acting(school.calendar, school.coordinator, DUE, session, reports)
        decide(by, incident)
        values = {"outcome": "resolved", "learn": "nothing", "no_answer": "Spoken to."}
        close(by, CaseGroup(case_of(by, incident)), values)
    assert not is_late(school, number, DUE + timedelta(days=9))


def test_an_answer_in_the_log_answers_its_own_child_alone(school: School) -> None:
    numbers = [opened(school, TUESDAY, reply="yes")[0] for _ in range(2)]
    with school.databases.school.write() as session:
        one, other = (incident_of(session, number, for_update=True) for number in numbers)
        assert one and other
        for _ in range(2):
            add_entry(session, one, school.coordinator.id, Act.REPLIED, DUE)
        assert is_answered(entries_of(session, one.id)) and not is_answered(entries_of(session, other.id))


@pytest.fixture
def reader(app: Flask, school: School) -> FlaskClient:
    """The coordinator's browser."""
    return school.browser(app, school.coordinator)


def test_the_head_of_the_case_and_the_page_to_answer_say_so_until_the_child_is_answered(
    reader: FlaskClient, school: School
) -> None:
    report_id = school.told("bullying", reply="yes")
    case = reader.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    for address in (case, f"{case}/answer"):
        assert LATE in Page(reader.get(address).text).text
    assert send(reader, case, "Thank you for telling us.").status_code == 302
    for address in (case, f"{case}/answer"):
        assert LATE not in Page(reader.get(address).text).text


def test_nothing_of_it_is_said_where_no_answer_was_asked_for(reader: FlaskClient, school: School) -> None:
    case = reader.post(f"/staff/incidents/open/{school.told('bullying')}").headers["Location"]
    assert LATE not in Page(reader.get(case).text).text
    with school.databases.school.session(write=False) as session:
        assert session.query(Incident).count() == 1
