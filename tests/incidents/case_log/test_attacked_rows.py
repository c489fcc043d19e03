"""Whoever writes rows of cases hides none from its readers, silences no mail, and makes no page of staff fail."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.audit.log import LogEntry
from kiosk.audit.verify import verify_log
from kiosk.incidents.case_log.audit_link import CaseTamper, verify_cases
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import now_utc
from kiosk.upkeep.chores.late_cases import tell_of_late_cases
from tests.incidents.closing.test_close import Case
from tests.incidents.closings import CHOSEN
from tests.incidents.school import School

LATE = (MailKind.LATE, MailKind.AGAIN)  # the latter about what was to be decided within the hour
MONDAY = datetime(2026, 11, 30, 11, tzinfo=UTC)
PAGES = ("/staff/", "/staff/incidents/", "/staff/incidents/?tab=all", "/staff/incidents/1")


@pytest.fixture
def danger(school: School, app: Flask) -> Case:
    """Somebody is in danger, opened by the safeguarding lead."""
    return Case(school, app, "dsl", "other", danger="yes")


def say(school: School, **values: Any) -> None:
    """What somebody with the database writes into the row of the case."""
    with school.databases.school.write() as session:
        session.execute(update(Incident).values(values))


def listed(case: Case, who: str = "dsl") -> bool:
    """Whether this person's queue shows the case."""
    return 'href="/staff/incidents/1"' in case.at(who).get("/staff/incidents/").text


def late_mails(school: School) -> set[str]:
    """Who is told that something is late, or rung about it."""
    say(school, next_step_by=MONDAY - timedelta(hours=1))
    tell_of_late_cases(school.databases, school.calendar, None, MONDAY)
    with school.databases.reports.session(write=False) as session:
        return set(session.scalars(select(OutboxRow.address).where(OutboxRow.kind.in_(LATE))))


def test_a_row_that_says_closed_hides_no_case_that_nobody_closed(danger: Case, school: School) -> None:
    say(school, closed_at=now_utc(), outcome=CaseOutcome.RESOLVED)
    assert listed(danger)
    assert late_mails(school) == {"dsl@school.example", "dsl2@school.example"}


def test_nor_one_that_was_closed_once_and_reopened(school: School, app: Flask) -> None:
    case = Case(school, app, "coordinator", "bullying")
    assert case.send("coordinator", "done", CHOSEN) == 302
    assert case.send("coordinator", "close", {"outcome": "resolved", "learn": "nothing"}) == 302
    assert not listed(case, "coordinator")
    assert case.send("coordinator", "reopen", {"note": "It goes on."}) == 302
    say(school, closed_at=now_utc(), outcome=CaseOutcome.RESOLVED)
    assert listed(case, "coordinator")


@pytest.mark.parametrize("route", ["site", "head", "nothing"])
def test_a_route_that_somebody_wrote_into_the_row_hides_no_case_and_silences_no_mail(
    danger: Case, school: School, route: str
) -> None:
    say(school, route=route)
    assert listed(danger)
    assert {danger.at("dsl").get(page).status_code for page in PAGES} == {200}
    assert danger.at("principal").get("/staff/incidents/register").status_code == 200
    assert late_mails(school) == {"dsl@school.example", "dsl2@school.example"}


def test_a_case_that_was_handed_over_when_the_power_went_is_there_for_the_safeguarding_lead(
    school: School, app: Flask
) -> None:
    case = Case(school, app, "coordinator", "site")
    assert case.send("coordinator", "hand", {"note": "It may show a child."}) == 302
    say(school, route="site", level=Level.ROUTINE, owner_id=school.coordinator.id)  # as before
    assert listed(case)
    assert late_mails(school) == {"dsl@school.example", "dsl2@school.example"}


@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=UTC),
        datetime(1, 12, 31, 23, tzinfo=UTC),
        datetime(1970, 12, 31, 23, tzinfo=UTC),
        datetime.max.replace(microsecond=0, tzinfo=UTC),
    ],
    ids=str,
)
def test_a_clock_of_another_age_makes_no_page_fail_and_no_mail(
    danger: Case, school: School, moment: datetime
) -> None:
    say(school, next_step_by=moment)
    assert {danger.at("dsl").get(page).status_code for page in PAGES} == {200}
    tell_of_late_cases(school.databases, school.calendar, None, MONDAY)
    say(school, opened_at=moment)
    assert {danger.at("dsl").get(page).status_code for page in PAGES} == {200}


def test_what_becomes_urgent_again_does_not_keep_the_long_clock_that_was_planned_in_between(
    danger: Case, school: School
) -> None:
    for step, form in (
        ("plan", {"next_step": "hour", "note": "Ring home."}),
        ("level", {"level": "routine", "note": "It is nothing."}),
        ("plan", {"next_step": "week", "note": "Wait."}),
        ("level", {"level": "urgent", "note": "It is something."}),
    ):
        assert danger.send("dsl", step, form) == 302
    with school.databases.school.session(write=False) as session:
        due = session.scalars(select(Incident.next_step_by)).one()
    assert due <= school.calendar.add_school_time(now_utc(), school.calendar.school_day_minutes())


def test_a_forged_line_of_the_log_that_nobody_can_parse_is_found_and_stops_no_proof(
    danger: Case, school: School
) -> None:
    with school.databases.school.write() as session:
        session.add(
            LogEntry(
                seq=999, at=MONDAY, act="case_line", details="[" * 100_000, previous=b"", hash=b"", mark=b""
            )
        )
    with school.databases.school.session(write=False) as session:
        assert verify_log(session, school.key)
        assert CaseTamper.CHANGED in verify_cases(session, school.key)


@pytest.mark.parametrize("act", [Act.DID, Act.RANG, Act.TICKED, Act.CLOSE_ASKED])
def test_a_line_that_somebody_put_into_the_log_keeps_no_reader_from_the_childs_words(
    danger: Case, school: School, act: Act
) -> None:
    with school.databases.school.write() as session:
        incident = session.scalars(select(Incident)).one()
        line = {"incident_id": incident.id, "seq": 77, "at": now_utc(), "staff_id": school.dsl.id}
        session.add(IncidentEntry(**line, act=act, sealed_note=b"nobody can open this"))
    page = danger.at("dsl").get(danger.address)
    assert page.status_code == 200 and "was changed in the database" in page.text
    assert danger.at("dsl2").get(f"{danger.address}/close").status_code == 200
    assert danger.send("dsl2", "rang", {"who": "999"}) == 302
    assert danger.agree("dsl2") == 302
    assert danger.outcome() is None
