"""What staff do is written down, once and for good."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case import actions
from kiosk.incidents.case.case_file import Acting, CaseFile, IncidentClosed
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.case.numbers import ABOUT_STAFF, DRAWN_NUMBERS, next_number
from kiosk.incidents.case.records import record
from kiosk.incidents.case_log.entries import as_note, entries_of, note_of, note_read
from kiosk.incidents.closing.close import close
from kiosk.incidents.models import Act, Incident, IncidentEntry, Level
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access import opening, renewal
from kiosk.report.access.opening import OpenedReport
from kiosk.report.access.routes import CONCERNS, ROUTES, route_of
from kiosk.report.models import Report, ReportState
from tests.factories import opener_of
from tests.incidents.closings import decide
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of

LONDON = ZoneInfo("Europe/London")


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime.combine(datetime(2026, 11, day, tzinfo=LONDON).date(), time(hour, minute), LONDON)


class Desk:
    """An open incident in the hands of somebody, with both databases to write in."""

    def __init__(
        self, school: School, session: Session, reports: Session, who: str, concern: str, **given: Any
    ):
        self.school, self.session, self.reports = school, session, reports
        self.report_id = school.tell(concern, at(9), **given)
        school.merge(at(10))
        self.staff = school.people[who]
        self.incident = self.open(who, at(10))

    def by(self, staff: StaffMember, now: datetime) -> Acting:
        return acting(self.school.calendar, staff, now, self.session, self.reports)

    def open(self, who: str, now: datetime) -> Incident:
        return actions.open_incident(self.by(self.school.people[who], now), self.report_id).incident

    def case(self, now: datetime) -> tuple[Acting, CaseFile]:
        """What verbs take: who has it in hand, and the case."""
        by = self.by(self.staff, now)
        return by, case_of(by, self.incident)

    @property
    def report(self) -> OpenedReport:
        return opening.read_report(self.reports, self.report_id, opener_of(self.staff))

    @property
    def keys(self) -> list[bytes]:
        return self.report.case_keys

    def log(self) -> list[tuple[Act, str]]:
        entries = reversed(entries_of(self.session, self.incident.id))
        return [(entry.act, note_of(entry, self.keys) if entry.sealed_note else "") for entry in entries]


def test_the_first_opening_gives_the_number_and_the_first_line(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "coordinator", "bullying")
    assert desk.incident.number == 1
    assert desk.incident.owner_id == school.coordinator.id
    assert desk.log() == [(Act.OPENED, "")]
    assert reports_session.get_one(Report, desk.report_id).state == ReportState.OPENED


def test_opening_again_finds_the_same_incident(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "coordinator", "bullying")
    assert desk.open("coordinator2", at(10, 5)) is desk.incident
    assert desk.log() == [(Act.OPENED, ""), (Act.READ, "")]


def test_numbers_go_on_and_those_about_staff_have_their_own_by_lot(
    school: School, session: Session, reports_session: Session
) -> None:
    numbers: list[int] = []
    for who, concern, given in (
        ("coordinator", "bullying", {}),
        ("chair", "adult", {"head": "yes"}),
        ("principal", "adult", {"head": "no"}),
        ("chair", "adult", {"exclude": [school.principal.id.hex]}),
        ("dsl", "friend", {}),
    ):
        numbers.append(Desk(school, session, reports_session, who, concern, **given).incident.number)
        session.commit()
        reports_session.commit()
    assert [number for number in numbers if number not in DRAWN_NUMBERS] == [1, 2]
    drawn = [number for number in numbers if number in DRAWN_NUMBERS]
    assert len(set(drawn)) == 3


def test_a_number_that_is_taken_is_drawn_again(
    school: School, session: Session, reports_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    lots = iter([DRAWN_NUMBERS[5], DRAWN_NUMBERS[5], DRAWN_NUMBERS[7]])
    monkeypatch.setattr("kiosk.incidents.case.numbers.secrets.choice", lambda _: next(lots))
    numbers = []
    for _ in range(2):
        numbers.append(Desk(school, session, reports_session, "dsl", "adult").incident.number)
        session.commit()
        reports_session.commit()
    assert numbers == [DRAWN_NUMBERS[5], DRAWN_NUMBERS[7]]


def test_the_series_steps_over_the_numbers_that_are_drawn(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "dsl", "friend")
    desk.incident.number = DRAWN_NUMBERS.start - 1
    session.flush()
    assert next_number(session, "friend") == DRAWN_NUMBERS.stop


def test_whoever_can_be_kept_out_of_a_report_cannot_count_it() -> None:
    """A route that keeps a role out, or that a tick leads to, has no number in the series of all others."""
    ticked = {
        route_of(concern, "yes", (), head, ticked_head, about_staff=True).id
        for concern in CONCERNS
        for head in ("yes", "no", "unsure", "")
        for ticked_head in (True, False)
    }
    assert ticked | {route.id for route in ROUTES.values() if route.never} <= set(ABOUT_STAFF)


def test_danger_is_urgent_whatever_the_route(
    school: School, session: Session, reports_session: Session
) -> None:
    assert (
        Desk(school, session, reports_session, "dsl", "friend", follow="hurt").incident.level == Level.URGENT
    )
    session.commit()
    reports_session.commit()
    assert Desk(school, session, reports_session, "coordinator", "site").incident.level == Level.ROUTINE


def test_every_step_is_a_line_with_who_and_what(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "coordinator", "bullying")
    due = desk.incident.next_step_by
    record(*desk.case(at(11)), "did", {"note": "Spoke to the class."})
    record(*desk.case(at(12)), "referred", {"to": "police", "day": "2026-11-23"})
    assert desk.incident.next_step_by == due, "what is recorded leaves the clock as it is"
    actions.plan_next_step(*desk.case(at(12)), "hour", "Ring again.")
    assert desk.incident.next_step_by == at(13)
    actions.change_level(*desk.case(at(13)), Level.ROUTINE, "From Soon to Routine. Over.")
    assert desk.log() == [
        (Act.OPENED, ""),
        (Act.DID, "Spoke to the class."),
        (Act.REFERRED, as_note([("to", "police"), ("day", "2026-11-23")])),
        (Act.PLANNED, "Ring again."),
        (Act.LEVEL, "From Soon to Routine. Over."),
    ]
    assert {entry.staff_id for entry in entries_of(session, desk.incident.id)} == {school.coordinator.id}


def test_closing_needs_an_outcome(school: School, session: Session, reports_session: Session) -> None:
    Desk(school, session, reports_session, "coordinator", "bullying")
    session.flush()
    with pytest.raises(IntegrityError):  # the database takes none without
        session.execute(update(Incident).values(closed_at=at(12)))


def test_a_closed_incident_takes_no_further_step_until_it_is_taken_up_again(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "coordinator", "bullying")
    values = {"outcome": "resolved", "note": "A test of the class.", "learn": "nothing"}
    decide(desk.case(at(12))[0], desk.incident)
    by, case = desk.case(at(12))
    close(by, CaseGroup(case), values)
    assert reports_session.get_one(Report, desk.report_id).state == ReportState.CLOSED
    for adding in (
        lambda: record(by, case, "did", {"note": "More."}),
        lambda: actions.plan_next_step(by, case, "day", "More."),
        lambda: close(by, CaseGroup(case), values),
    ):
        with pytest.raises(IncidentClosed):
            adding()
    actions.reopen(*desk.case(at(13)), "It came again.")
    record(by, case, "did", {"note": "More."})
    assert desk.incident.outcome is None
    assert [act for act, _ in desk.log()] == [*(Act.OPENED, Act.TICKED, Act.CLOSED, Act.REOPENED, Act.DID)]


def test_what_is_urgent_is_planned_within_a_school_day(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "dsl", "friend", follow="hurt")
    due = desk.incident.next_step_by
    for step in ("three", "week", "keep"):
        with pytest.raises(ValueError, match="within reach"):
            actions.plan_next_step(*desk.case(at(11)), step, "Later.")
    assert desk.incident.next_step_by == due


def test_a_reading_is_one_line_an_hour_for_each_person(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "coordinator", "bullying")
    for minute in (5, 30, 59):
        note_read(session, desk.incident, desk.staff.id, at(10, minute))
    assert desk.log() == [(Act.OPENED, "")]
    note_read(session, desk.incident, school.coordinator2.id, at(10, 30))
    note_read(session, desk.incident, desk.staff.id, at(11, 1))
    assert desk.log() == [(Act.OPENED, ""), (Act.READ, ""), (Act.READ, "")]


@pytest.mark.parametrize("statement", ["change", "remove", "empty"])
def test_a_line_of_the_log_can_be_neither_changed_nor_removed(
    school: School, session: Session, reports_session: Session, statement: str
) -> None:
    Desk(school, session, reports_session, "coordinator", "bullying")
    session.commit()
    before = session.scalars(select(IncidentEntry.sealed_note)).all()
    statements: dict[str, Executable] = {
        "change": update(IncidentEntry).values(sealed_note=b"Nothing happened."),
        "remove": delete(IncidentEntry),
        "empty": text("DELETE FROM incident_entry WHERE seq = 1"),
    }
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(statements[statement])
    session.rollback()
    assert session.scalars(select(IncidentEntry.sealed_note)).all() == before


def test_stepping_aside_takes_the_reader_away_at_once_and_somebody_else_answers_for_it(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "dsl", "friend")
    actions.step_aside(*desk.case(at(11)))
    assert desk.incident.owner_id == school.dsl2.id
    with pytest.raises(opening.ReportNotYours):
        opening.read_report(reports_session, desk.report_id, opener_of(school.dsl))
    desk.staff = school.dsl2
    left = opening.read_report(reports_session, desk.report_id, opener_of(school.dsl2)).readers
    assert {reader.name for reader in left} == {"Ms dsl2", "Ms principal", "Ms principal2"}
    assert (Act.STEPPED_ASIDE, "") in desk.log()


@pytest.mark.parametrize("how", ["pass", "aside", "hand"])
def test_what_is_not_decided_yet_rings_whoever_gets_it_and_is_decided_within_the_hour_all_the_same(
    school: School, session: Session, reports_session: Session, how: str
) -> None:
    """Or else whoever it may be about opens it at night, which ends the ring, and gives it away for the morning."""
    who, concern = ("coordinator", "bullying") if how == "hand" else ("dsl", "me")
    desk = Desk(school, session, reports_session, who, concern, follow="threat" if how == "hand" else "hurt")
    reports_session.execute(delete(OutboxRow))
    acting, case = desk.case(at(22, 40))
    if how == "aside":
        actions.step_aside(acting, case)
    elif how == "hand":
        actions.hand_over(acting, case, "He hits her.")
        assert desk.incident.next_step_by == at(23, 40)
    else:
        to = next(one for one in case.report.readers if one.id == school.dsl2.id)
        actions.assign(acting, case, to, "")
    mails = {one.address: one.kind for one in reports_session.scalars(select(OutboxRow))}
    assert mails["dsl2@school.example"] is MailKind.AGAIN


def test_what_is_decided_waits_for_whoever_gets_it(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "dsl", "me", follow="hurt")
    acting, case = desk.case(at(10))
    actions.plan_next_step(acting, case, "hour", "Speak with her.")
    reports_session.execute(delete(OutboxRow))
    to = next(one for one in case.report.readers if one.id == school.dsl2.id)
    actions.assign(acting, case.fresh(), to, "")
    assert reports_session.scalars(select(OutboxRow.kind)).all() == [MailKind.NEWS]


def test_who_stepped_aside_does_not_come_back_when_the_next_one_does(
    school: School, session: Session, reports_session: Session
) -> None:
    desk = Desk(school, session, reports_session, "dsl", "friend")
    for who in ("dsl", "dsl2", "principal", "principal2", "chair"):
        desk.staff = school.people[who]
        actions.step_aside(*desk.case(at(11)))
    left = opening.read_report(reports_session, desk.report_id, opener_of(school.chair2)).readers
    assert [reader.name for reader in left] == ["Ms chair2"]
    assert desk.incident.owner_id == school.chair2.id
    desk.staff = school.chair2
    with pytest.raises(renewal.NobodyLeft):
        actions.step_aside(*desk.case(at(11)))
