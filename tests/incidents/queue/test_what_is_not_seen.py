"""What somebody who can write the reports database takes away without a trace: a stated limit of docs/privacy.md."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import delete, select

from kiosk.incidents.models import Incident
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import EscalationStep, Report, ReportState
from kiosk.storage.db import now_utc
from kiosk.upkeep.chores.escalation import escalate_reports
from tests.incidents.queue.test_many_cases import close_many, say
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import keyed

__all__ = ["keyed"]


def test_a_report_that_was_deleted_before_anybody_opened_it_is_the_stated_limit(
    app: Flask, keyed: School
) -> None:
    dsl = keyed.browser(app, keyed.dsl)
    deleted, other = keyed.told("friend"), keyed.told("images")
    assert str(deleted) in dsl.get("/staff/incidents/").text
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(Report).where(Report.id == deleted))
    page = dsl.get("/staff/incidents/").text
    assert str(deleted) not in page
    assert str(other) in page
    assert "by hand" not in page
    assert "by hand" not in dsl.get("/staff/").text
    with keyed.databases.reports.session(write=False) as reports:
        assert reports.scalars(select(OutboxRow).where(OutboxRow.kind == MailKind.STOP)).all() == []


def test_of_a_report_that_was_opened_the_case_and_its_log_stay_when_the_row_is_deleted(
    app: Flask, keyed: School
) -> None:
    dsl, report_id = keyed.browser(app, keyed.dsl), keyed.told("friend")
    dsl.post(f"/staff/incidents/open/{report_id}")
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(Report).where(Report.id == report_id))
    with keyed.databases.school.session(write=False) as session:
        assert session.scalars(select(Incident.report_id)).all() == [report_id]
    register = Page(keyed.browser(app, keyed.principal).get("/staff/incidents/register").text)
    assert "0001 Soon Worried about someone" in register.text


def test_a_closed_report_deleted_for_a_waiting_one_hides_that_until_a_reader_opens_reports(
    app: Flask, keyed: School
) -> None:
    gone, hidden, now = close_many(keyed, keyed.dsl, 1)[0], keyed.told("friend"), now_utc()
    dsl = keyed.browser(app, keyed.dsl)
    dsl.get("/staff/incidents/")
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(Report).where(Report.id == gone))
    say(keyed, hidden, ReportState.CLOSED)
    late = keyed.calendar.next_opening(now + timedelta(days=7)) + timedelta(hours=1)
    told = select(EscalationStep.report_id).where(EscalationStep.report_id == hidden)
    for opened, found in ((False, []), (True, [hidden])):
        if opened:
            assert str(hidden) in dsl.get("/staff/incidents/").text
        escalate_reports(keyed.databases, keyed.calendar, None, late, {})
        with keyed.databases.reports.session(write=False) as reports:
            assert list(reports.scalars(told))[:1] == found
