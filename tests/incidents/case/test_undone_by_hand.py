"""Whoever can write the database, without a key of the case, hides no line of it by a line that takes it back."""

import uuid

import pytest
from sqlalchemy import update

from kiosk.incidents.case_log.audit_link import CaseTamper, verify_cases
from kiosk.incidents.models import Act, IncidentEntry
from tests.faults.log_tampering import rest_triggers
from tests.incidents.back import acts, struck, take_back, words_after
from tests.incidents.desk import Desk
from tests.pages import Page


@pytest.mark.parametrize("sealed", ["nothing", "noise", "the sealed note of another line"])
def test_a_line_that_somebody_puts_there_by_hand_hides_nothing_and_is_told(
    desk: Desk, number: int, sealed: str
) -> None:
    (did,) = desk.lines(number, Act.DID)
    note = {"nothing": b"", "noise": b"noise"}.get(sealed, did.sealed_note)
    with desk.school.databases.school.write() as session:
        values = {"incident_id": did.incident_id, "seq": did.seq + 1, "at": did.at, "staff_id": did.staff_id}
        entry = {**values, "act": Act.TAKEN_BACK, "sealed_note": note, "id": uuid.uuid4()}
        session.execute(IncidentEntry.__table__.insert().values(**entry))  # type: ignore[attr-defined]
    page = desk.page("coordinator2", number)
    assert not struck(page) and "Rang her aunt." in page.text
    assert "was changed in the database" in page.text and "taken back by" not in page.text
    register = Page(desk.at("principal").get("/staff/incidents/register").text).text
    assert "Step recorded" in register and "Step recorded" in desk.queue("coordinator").text
    with desk.school.databases.school.session(write=False) as session:
        assert verify_cases(session, desk.school.key) == [CaseTamper.FORGED]


def test_a_taking_back_that_somebody_spoils_hides_nothing_and_is_not_written_anew(
    desk: Desk, number: int
) -> None:
    take_back(desk, "coordinator", number, Act.DID)
    with desk.school.databases.school.session(write=False) as session:
        assert verify_cases(session, desk.school.key) == []
    with desk.school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        mine = IncidentEntry.act == Act.TAKEN_BACK
        session.execute(update(IncidentEntry).where(mine).values(sealed_note=b"spoilt"))
    page = desk.page("coordinator", number)
    assert not struck(page) and "was changed in the database" in page.text
    assert take_back(desk, "coordinator", number, Act.DID).status_code == 302
    assert acts(desk, number).count(Act.TAKEN_BACK) == 1
    with desk.school.databases.school.session(write=False) as session:
        assert CaseTamper.CHANGED in verify_cases(session, desk.school.key)


def test_a_line_that_somebody_changed_is_not_taken_back(desk: Desk, number: int) -> None:
    with desk.school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        session.execute(
            update(IncidentEntry).where(IncidentEntry.act == Act.DID).values(sealed_note=b"spoilt")
        )
    assert "the line was changed in the database" in words_after(desk, "coordinator", number, Act.DID)
    assert not desk.lines(number, Act.TAKEN_BACK)


def test_a_taking_back_that_somebody_moves_to_another_case_is_told_and_not_written_anew(
    desk: Desk, number: int
) -> None:
    take_back(desk, "coordinator", number, Act.DID)
    other = desk.opened("coordinator", "bullying")
    (there,) = desk.lines(other, Act.OPENED)
    with desk.school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        mine = IncidentEntry.act == Act.TAKEN_BACK
        session.execute(update(IncidentEntry).where(mine).values(incident_id=there.incident_id))
    assert not struck(desk.page("coordinator", number)) and not struck(desk.page("coordinator", other))
    assert "the line was changed in the database" in words_after(desk, "coordinator", number, Act.DID)
