"""Rows beside a case's log that somebody changed are made what the log says, and every reader is told (promise S10)."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.sql import Executable

from kiosk.incidents.models import Act, CaseTag, CaseTask, ComplaintClock, Incident, IncidentEntry, RiskTag
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import now_utc
from tests.faults.log_tampering import rest_triggers
from tests.incidents.closings import CHOSEN, STOPPED
from tests.incidents.desk import Desk, rows_of

TODAY, FAR = now_utc().date(), date(9999, 12, 31)
SAID = "What is recorded about this case was changed by hand"
LATE = "A complaint waits for its answer, and is late"


def by_hand(desk: Desk, *changes: Executable) -> None:
    """What somebody with the database file does."""
    with desk.school.databases.school.write() as session:
        for change in changes:
            session.execute(change)


def alarmed_addresses(desk: Desk) -> set[str]:
    """Who is to get an alarm, by the first part of the address."""
    with desk.school.databases.reports.session(write=False) as session:
        rows = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.STOP))
        return {one.partition("@")[0] for one in rows}


def with_task(desk: Desk) -> int:
    number = desk.opened("coordinator", "bullying")
    sent = {
        "note": "Ring the nurse",
        "owner": desk.school.coordinator2.id.hex,
        "due_on": "2099-01-01",
    }
    assert desk.send("coordinator", number, "tasks", **sent).status_code == 302
    return number


def with_late_complaint(desk: Desk) -> int:
    number = desk.opened("coordinator", "bullying")
    sent = {"about": "handling", "from": "parent", "day": "2025-01-06", "note": "Nobody rang."}
    assert desk.send("coordinator", number, "record/complaint", **sent).status_code == 302
    return number


@pytest.mark.parametrize(
    "change",
    [
        lambda _: delete(CaseTask),
        lambda _: update(CaseTask).values(done_on=TODAY),
        lambda desk: update(CaseTask).values(owner_id=desk.school.coordinator.id),
        lambda _: update(CaseTask).values(
            incident_id=select(Incident.id).where(Incident.number == 1).scalar_subquery()
        ),
    ],
    ids=["deleted", "done", "of somebody else", "of another case"],
)
def test_a_task_waits_for_its_owner_again(desk: Desk, change: Callable[[Desk], Executable]) -> None:
    desk.opened("coordinator", "bullying")
    number = with_task(desk)
    by_hand(desk, change(desk))
    assert not any(f"{number:04}" in row for row in rows_of(desk.queue("coordinator2", "mine")))
    assert SAID in desk.page("coordinator2", number).text
    assert any(f"{number:04}" in row for row in rows_of(desk.queue("coordinator2", "mine")))


@pytest.mark.parametrize(
    "change",
    [
        delete(ComplaintClock),
        update(ComplaintClock).values(answered_on=TODAY),
        update(ComplaintClock).values(due_on=FAR),
    ],
    ids=["deleted", "answered", "put off"],
)
def test_a_late_complaint_is_late_again(desk: Desk, change: Executable) -> None:
    number = with_late_complaint(desk)
    assert LATE in desk.queue("coordinator").text
    by_hand(desk, change)
    assert LATE not in desk.queue("coordinator").text
    assert SAID in desk.page("coordinator", number).text
    assert LATE in desk.queue("coordinator").text


def test_the_mark_at_the_third_worry_is_back_once_each_of_them_was_opened(desk: Desk) -> None:
    numbers = [desk.opened("coordinator", "bullying") for _ in range(3)]
    for number in numbers:
        assert desk.send("coordinator", number, "tags", tag="conduct").status_code == 302
    by_hand(desk, delete(CaseTag))
    assert [SAID in desk.page("coordinator", number).text for number in numbers] == [True, True, True]
    assert "Third worry of this kind" in desk.page("coordinator", numbers[0]).text
    assert "Third worry of this kind" in desk.queue("coordinator").text


def test_what_somebody_put_beside_the_log_is_gone(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    with desk.school.databases.school.session(write=False) as session:
        case = session.scalars(select(Incident.id).where(Incident.number == number)).one()
    row = {"id": uuid.uuid4(), "incident_id": case, "owner_id": desk.school.coordinator.id, "due_on": TODAY}
    by_hand(
        desk,
        insert(CaseTask).values(row),
        insert(CaseTag).values(incident_id=case, tag=RiskTag.CONDUCT),
    )
    assert SAID in desk.page("coordinator", number).text
    with desk.school.databases.school.session(write=False) as session:
        assert not session.scalars(select(CaseTask)).all()
        assert not session.scalars(select(CaseTag)).all()


def test_every_reader_is_told_once_and_the_case_and_the_queue_go_on_to_say_so(desk: Desk) -> None:
    number = with_task(desk)
    assert not alarmed_addresses(desk), "the control"
    by_hand(desk, update(CaseTask).values(done_on=TODAY))
    assert SAID in desk.page("coordinator", number).text
    assert {"coordinator", "coordinator2", "dsl", "dsl2", "principal", "chair"} <= alarmed_addresses(desk)
    with desk.school.databases.reports.write() as session:
        session.execute(delete(OutboxRow))
    assert SAID in desk.page("coordinator2", number).text and not alarmed_addresses(desk)
    assert "Changed in the database by hand" in desk.queue("coordinator2").text


def test_what_staff_do_themselves_is_no_change_by_hand(desk: Desk) -> None:
    number = with_late_complaint(desk)
    sent: list[tuple[str, dict[str, Any]]] = [
        ("tasks", {"note": "Ring", "owner": desk.school.coordinator.id.hex, "due_on": "2099-01-01"}),
        ("tags", {"tag": ["conduct", "contact"]}),
        ("tags", {"tag": "content"}),
    ]
    for step, form in sent:
        assert desk.send("coordinator", number, step, **form).status_code == 302
    (line,) = desk.lines(number, Act.COMPLAINT)
    (task,) = desk.lines(number, Act.TASK_SET)
    answered = {"complaint": line.id.hex, "how": "phone", "day": TODAY.isoformat(), "note": "Said sorry."}
    for step, form in [
        ("complaint", answered),
        (f"tasks/{task.id}", {}),
        ("record/support", {"who": "Mrs Cole", "note": "A talk", "again_on": "2099-01-01"}),
        ("done", CHOSEN),
        ("close", {"outcome": "resolved", "learn": "nothing", "again_on": STOPPED["again_on"]}),
        ("reopen", {"note": "It goes on."}),
    ]:
        assert SAID not in desk.page("coordinator", number).text
        assert desk.send("coordinator", number, step, **form).status_code == 302
    assert SAID not in desk.page("coordinator", number).text and not alarmed_addresses(desk)


@pytest.mark.parametrize("act", [Act.TASK_SET, Act.COMPLAINT, Act.TAGGED])
def test_of_a_line_that_nobody_can_open_the_row_stays(desk: Desk, act: Act) -> None:
    number = with_task(desk) if act is Act.TASK_SET else with_late_complaint(desk)
    assert desk.send("coordinator", number, "tags", tag="conduct").status_code == 302
    with desk.school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        session.execute(update(IncidentEntry).where(IncidentEntry.act == act).values(sealed_note=b"nothing"))
    page = desk.page("coordinator", number).text
    assert SAID not in page and "was changed in the database" in page
    with desk.school.databases.school.session(write=False) as session:
        rows = {
            Act.TASK_SET: len(session.scalars(select(CaseTask)).all()),
            Act.COMPLAINT: len(session.scalars(select(ComplaintClock)).all()),
            Act.TAGGED: len(session.scalars(select(CaseTag)).all()),
        }
    assert rows[act] == 1
