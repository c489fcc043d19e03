"""A coordinator's case that turns out to be child protection goes to the safeguarding lead, and to nobody else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case import actions
from kiosk.incidents.case_log.entries import entries_of, note_of
from kiosk.incidents.models import Act, Incident, Level
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.opening import Opener, ReportNotYours, read_report
from kiosk.report.access.renewal import CannotBeHandedOver, ReaderListChanged, renew_due_keys
from kiosk.report.access.routes import CAN_BE_HANDED, HANDED_OVER, ROUTES
from kiosk.report.models import Reader, Report, ReportReader
from tests.factories import opener_of
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of

MORNING = datetime(2026, 11, 24, 10, tzinfo=UTC)


def opened(school: School, session: Session, reports: Session, who: str, concern: str) -> Incident:
    report_id = school.tell(concern, datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    school.merge(datetime(2026, 11, 23, 12, tzinfo=UTC))
    by = acting(school.calendar, school.people[who], MORNING, session, reports)
    return actions.open_incident(by, report_id).incident


def hand(
    school: School,
    session: Session,
    reports: Session,
    incident: Incident,
    opener: Opener,
    why: str = "He hits her.",
) -> None:
    staff = session.get_one(StaffMember, opener.id)
    by = replace(acting(school.calendar, staff, MORNING, session, reports), opener=opener)
    actions.hand_over(by, case_of(by, incident), why)


def test_the_lead_and_deputy_are_let_in_and_the_coordinators_taken_out(
    school: School, session: Session, reports_session: Session
) -> None:
    incident = opened(school, session, reports_session, "coordinator", "bullying")
    before = set(reports_session.scalars(select(ReportReader.wrapped)))
    hand(school, session, reports_session, incident, opener_of(school.coordinator))
    for who in ("coordinator", "coordinator2", "principal", "chair"):
        with pytest.raises(ReportNotYours):
            read_report(reports_session, incident.report_id, opener_of(school.people[who]))
    for who in ("dsl", "dsl2"):
        report = read_report(reports_session, incident.report_id, opener_of(school.people[who]))
        assert {reader.name for reader in report.readers} == {"Ms dsl", "Ms dsl2"}
    assert not before & set(reports_session.scalars(select(ReportReader.wrapped))), "no old key opens it"
    notes = [note_of(one, report.case_keys) for one in entries_of(session, incident.id)]
    assert notes == ["He hits her.", ""], "the lead reads what the coordinator wrote before"
    assert (incident.owner_id, incident.level, incident.route) == (school.dsl.id, Level.URGENT, HANDED_OVER)
    mailed = set(
        reports_session.scalars(select(OutboxRow.address).where(OutboxRow.report_id == incident.report_id))
    )
    assert {"dsl@school.example", "dsl2@school.example"} <= mailed
    row = reports_session.get_one(Report, incident.report_id)
    assert (row.route, row.retention, row.altered) == (HANDED_OVER, "protection", False)
    assert not report.differs, "what stands in clear is what the sealed text says"


def test_its_clock_is_that_of_child_protection(
    school: School, session: Session, reports_session: Session
) -> None:
    incident = opened(school, session, reports_session, "coordinator", "site")
    hand(school, session, reports_session, incident, opener_of(school.coordinator))
    assert incident.next_step_by == datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.mark.parametrize("concern", ["friend", "adult", "stranger", "images"])
def test_what_goes_to_others_already_cannot_be_handed_over(
    school: School, session: Session, reports_session: Session, concern: str
) -> None:
    incident = opened(school, session, reports_session, "dsl", concern)
    with pytest.raises(CannotBeHandedOver):
        hand(school, session, reports_session, incident, opener_of(school.dsl))


def test_nobody_is_ever_kept_out_of_what_can_be_handed_over() -> None:
    for route in CAN_BE_HANDED:
        assert ROUTES[route].readers != ("dsl",) and not ROUTES[route].never
    assert not ROUTES[HANDED_OVER].never


def test_an_absent_lead_is_passed_over_and_somebody_joins(
    school: School, session: Session, reports_session: Session
) -> None:
    incident = opened(school, session, reports_session, "coordinator", "bullying")
    reports_session.execute(update(Reader).where(Reader.id == school.dsl.id).values(absent=True))
    hand(school, session, reports_session, incident, opener_of(school.coordinator))
    report = read_report(reports_session, incident.report_id, opener_of(school.dsl2))
    assert {reader.name for reader in report.readers} == {
        "Ms dsl",
        "Ms dsl2",
        "Ms principal",
        "Ms principal2",
    }
    assert incident.owner_id == school.dsl2.id


def test_a_reader_who_has_not_seen_the_list_hands_nothing_over(
    school: School, session: Session, reports_session: Session
) -> None:
    incident = opened(school, session, reports_session, "coordinator", "bullying")
    opener = opener_of(school.coordinator)
    stale = Opener(opener.id, opener.roles, opener.private_key, seen=(7, b"another list" * 3))
    with pytest.raises(ReaderListChanged):
        hand(school, session, reports_session, incident, stale)
    assert incident.route == "bullying"


def test_a_coordinator_gets_no_key_back_by_a_later_renewal(
    school: School, session: Session, reports_session: Session
) -> None:
    incident = opened(school, session, reports_session, "coordinator", "bullying")
    hand(school, session, reports_session, incident, opener_of(school.coordinator))
    reports_session.flush()
    renew_due_keys(reports_session, opener_of(school.coordinator))
    renew_due_keys(reports_session, opener_of(school.dsl))
    with pytest.raises(ReportNotYours):
        read_report(reports_session, incident.report_id, opener_of(school.coordinator))


@pytest.mark.database("sqlite")
def test_by_the_page_the_coordinator_is_told_and_gets_no_page_of_it_any_more(
    school: School, app: Flask
) -> None:
    client = school.browser(app, school.coordinator)
    address = client.post(f"/staff/incidents/open/{school.told('bullying')}").headers["Location"]
    assert (
        client.post(f"{address}/hand", data={"note": "He hits her."}).headers["Location"]
        == "/staff/incidents/"
    )
    assert "You can no longer read it." in client.get("/staff/incidents/").text
    assert client.get(address).status_code == 404
    assert client.get(address).data == client.get("/staff/incidents/77").data
    lead = school.browser(app, school.dsl)
    assert "He hits her." in lead.get(address).text
    assert "Child protection, handed over" in lead.get("/staff/incidents/").text
    with school.databases.school.session(write=False) as session:
        acts = [one.act for one in session.scalars(select(Incident)).one().entries]
    assert acts[:2] == [Act.OPENED, Act.HANDED_OVER]
