"""The page of the queue is remembered for a minute, and never where anything changed that this person may read.

SQLite alone counts changes; in PostgreSQL each page is made anew. That what others may read changes no page and no
price is held by `test_nothing_to_infer`, whose people look again and again in one minute.
"""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.sql import Executable

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.db import now_utc
from kiosk.incidents.models import (
    Act,
    CaseOutcome,
    CaseTag,
    CaseTask,
    Closing,
    ComplaintClock,
    Incident,
    IncidentEntry,
    Level,
    RiskTag,
)
from kiosk.report import reader_chores
from kiosk.report.models import Reader, ReaderList, Report, ReportReader, ReportState, Zone
from tests.faults.log_tampering import rest_triggers
from tests.incidents.desk import CASES, Desk
from tests.incidents.looks import FEW, NOW, Looks, StoppedClock

pytestmark = pytest.mark.database("sqlite")

CASE = uuid.UUID(int=77)


def test_a_page_that_nothing_changed_costs_a_few_queries_and_is_the_same(looks: Looks) -> None:
    first = looks.at("coordinator")
    assert looks.at("coordinator") == first
    assert first[1] <= FEW
    for tab in ("all", "closed"):
        address = f"{CASES}?show={tab}"
        page, queries = looks.at("coordinator", address)
        assert queries > FEW, "the control: another page is made"
        assert looks.at("coordinator", address)[0] == page != first[0]


def test_after_the_minute_it_is_made_anew(looks: Looks, clock: StoppedClock) -> None:
    clock.says = NOW + timedelta(seconds=40)
    assert looks.at("coordinator")[1] <= FEW
    clock.says = NOW + timedelta(minutes=1)
    assert looks.at("coordinator")[1] > FEW


def test_each_person_has_a_page_of_their_own(looks: Looks) -> None:
    mine = looks.at("coordinator")[0]
    other, queries = looks.at("coordinator2")
    assert queries > FEW and other != mine
    assert looks.at("coordinator")[0] == mine


def test_words_that_a_page_says_once_are_said_once(looks: Looks) -> None:
    with looks.desk.school.databases.school.session(write=False) as session:
        number = session.query(Incident).one().number
    looks.desk.send("coordinator", number, "record/did", note="Talked to her")
    said = "Written in the log."
    assert [said in looks.at("coordinator")[0] for _ in range(3)] == [True, False, False]
    assert looks.at("coordinator")[1] <= FEW


REPORTS: dict[str, Callable[[], list[Executable]]] = {
    "day": lambda: [update(Report).values(day=date(2026, 1, 5))],
    "slot": lambda: [update(Report).values(slot=600)],
    "urgent": lambda: [update(Report).values(urgent=True)],
    "route": lambda: [update(Report).values(route="site")],
    "state": lambda: [update(Report).values(state=ReportState.CLOSED)],
    "altered": lambda: [update(Report).values(altered=True)],
    "retention": lambda: [update(Report).values(retention="practice")],
    "a report deleted": lambda: [delete(Report)],
    "a key exchanged": lambda: [update(ReportReader).values(key_mark=bytes(8))],
    "a key taken": lambda: [delete(ReportReader)],
    "a reader": lambda: [update(Reader).values(absent=True)],
    "the list": lambda: [delete(ReaderList)],
    "the zone": lambda: [update(Zone).values(published_on=None)],
}
SCHOOL: dict[str, Callable[[Desk], list[Executable]]] = {
    "level": lambda _: [update(Incident).values(level=Level.ROUTINE)],
    "owner": lambda desk: [update(Incident).values(owner_id=desk.school.dsl.id)],
    "next step": lambda _: [update(Incident).values(next_step_by=NOW - timedelta(days=1))],
    "closed": lambda _: [update(Incident).values(closed_at=NOW, outcome=CaseOutcome.RESOLVED)],
    "number": lambda _: [update(Incident).values(number=4321)],
    "report": lambda _: [update(Incident).values(report_id=CASE)],
    "a tag": lambda _: [delete(CaseTag)],
    "another tag": lambda _: [update(CaseTag).values(tag=RiskTag.CONTACT)],
    "a task done": lambda _: [update(CaseTask).values(done_on=date(2026, 11, 24))],
    "a task taken": lambda _: [delete(CaseTask)],
    "a complaint answered": lambda _: [update(ComplaintClock).values(answered_on=date(2026, 11, 24))],
    "a complaint taken": lambda _: [delete(ComplaintClock)],
    "a name": lambda desk: [
        update(StaffMember).where(StaffMember.id == desk.school.coordinator.id).values(name="Ms New")
    ],
    "somebody away": lambda _: [
        update(StaffMember).values(away_from=date(2026, 11, 24), away_until=date(2026, 11, 25))
    ],
    "somebody left": lambda desk: [
        update(StaffMember).where(StaffMember.id == desk.school.dsl.id).values(left_on=date(2026, 11, 24))
    ],
    "a role taken": lambda desk: [delete(RoleHolder).where(RoleHolder.staff_id == desk.school.dsl.id)],
    "a deputy": lambda _: [update(RoleHolder).values(deputy=True)],
}


@pytest.mark.parametrize("changes", REPORTS.values(), ids=REPORTS.keys())
def test_a_row_of_a_report_that_somebody_changes_by_hand_makes_the_page_anew(
    looks: Looks, changes: Callable[[], list[Executable]]
) -> None:
    assert looks.at("coordinator")[1] <= FEW, "the control"
    with looks.desk.school.databases.reports.write() as session:
        for one in changes():
            session.execute(one)
    assert looks.at("coordinator")[1] > FEW


@pytest.mark.parametrize("changes", SCHOOL.values(), ids=SCHOOL.keys())
def test_a_row_of_a_case_or_a_person_that_somebody_changes_by_hand_makes_the_page_anew(
    looks: Looks, changes: Callable[[Desk], list[Executable]]
) -> None:
    assert looks.at("coordinator")[1] <= FEW, "the control"
    with looks.desk.school.databases.school.write() as session:
        for one in changes(looks.desk):
            session.execute(one)
    assert looks.at("coordinator")[1] > FEW


@pytest.mark.parametrize("act", [Act.DID, Act.CLOSED, Act.REOPENED, Act.TAKEN_BACK])
def test_a_line_of_a_log_makes_the_page_anew(looks: Looks, act: Act) -> None:
    _add_line(looks, act)
    assert looks.at("coordinator")[1] > FEW


def test_a_line_that_somebody_takes_out_of_a_log_makes_the_page_anew(looks: Looks) -> None:
    with looks.desk.school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        session.execute(delete(IncidentEntry).where(IncidentEntry.act == Act.TAGGED))
    assert looks.at("coordinator")[1] > FEW


def test_that_somebody_reads_a_case_shows_in_no_list_and_changes_no_page(looks: Looks) -> None:
    page = looks.at("coordinator")[0]
    _add_line(looks, Act.READ)
    assert looks.at("coordinator") == (page, looks.at("coordinator")[1])
    assert looks.at("coordinator")[1] <= FEW


def test_a_case_asked_to_be_closed_makes_the_page_anew(looks: Looks) -> None:
    desk = looks.desk
    with desk.school.databases.school.write() as session:
        case = session.query(Incident).one().id
        row = {"incident_id": case, "asked_by_id": desk.school.dsl.id, "outcome": CaseOutcome.RESOLVED}
        session.execute(insert(Closing).values(row))
    assert looks.at("coordinator")[1] > FEW


def test_a_report_that_comes_and_is_opened_is_there_at_the_next_look(looks: Looks) -> None:
    before = looks.at("coordinator")[0]
    report_id = looks.desk.school.told("bullying")
    page = looks.at("coordinator")[0]
    assert f"open/{report_id}" in page and f"open/{report_id}" not in before
    looks.desk.at("coordinator2").post(f"{CASES}open/{report_id}")
    assert f"open/{report_id}" not in looks.at("coordinator")[0]


def test_what_others_alone_may_read_is_neither_in_the_page_nor_in_its_price(looks: Looks) -> None:
    """Also where their role would let them: the coordinator was ticked."""
    before, desk = looks.at("coordinator"), looks.desk
    school = desk.school
    ticked = [school.coordinator.id.hex]
    for concern, reader in (("bullying", "dsl"), ("friend", "dsl"), ("adult", "chair")):
        given = {"exclude": ticked, "head": "yes" if concern == "adult" else "no"}
        number = desk.opened(reader, concern, **given)
        assert looks.at("coordinator") == before, f"{concern} came and was opened"
        assert desk.send(reader, number, "record/did", note="Talked").status_code == 302
        desk.say(number, level=Level.URGENT)
        assert looks.at("coordinator") == before, f"{concern} was worked at"
    with desk.school.databases.reports.write() as session:
        session.execute(delete(Report).where(Report.route == "head"))
    assert looks.at("coordinator") == before


def test_no_page_is_remembered_before_a_key_has_compared_every_row(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_chores, "MOST_AT_ONCE", 0)
    looks.desk.school.told("bullying")
    assert looks.at("coordinator")[1] > FEW
    assert looks.at("coordinator")[1] > FEW, "something was left to compare"
    assert looks.at("coordinator")[1] <= FEW


def test_whoever_puts_the_numbers_back_as_well_is_found_after_a_minute(
    looks: Looks, clock: StoppedClock
) -> None:
    """The stated limit: a page is remembered for a minute, and what was changed by hand is said after that."""
    with looks.desk.school.databases.reports.write() as session:
        kept = session.execute(text("SELECT reader_id, changes FROM reader_change")).all()
        session.execute(update(Report).values(day=date(2026, 1, 5)))
        for reader_id, changes in kept:
            asked = text("UPDATE reader_change SET changes = :changes WHERE reader_id = :id")
            session.execute(asked, {"changes": changes, "id": reader_id})
    assert "by hand" not in looks.at("coordinator")[0]
    clock.says = NOW + timedelta(minutes=1)
    assert "Changed in the database by hand" in looks.at("coordinator")[0]


def _add_line(looks: Looks, act: Act) -> None:
    """A line that somebody puts into the log of the case by hand."""
    assert looks.at("coordinator")[1] <= FEW, "the control"
    with looks.desk.school.databases.school.write() as session:
        case = session.query(Incident).one()
        line = {"incident_id": case.id, "seq": 99, "at": now_utc(), "staff_id": case.owner_id, "act": act}
        session.execute(insert(IncidentEntry).values(id=uuid.uuid4(), sealed_note=b"", **line))
