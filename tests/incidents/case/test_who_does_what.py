"""Somebody is given something to do: it is never lost, and nobody hears of it who may not read the case any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.incidents.models import Act, CaseTask, IncidentEntry
from kiosk.mail.outbox import OutboxRow
from kiosk.roles import Role
from kiosk.storage.db import now_utc
from tests.incidents.closings import ENDED, close_case
from tests.incidents.desks import WHAT, Desk
from tests.incidents.school import School, sync
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    """Bullying, opened by the coordinator."""
    return Desk(school, app)


def test_a_task_is_on_the_case_on_the_first_page_of_its_owner_and_in_their_for_me(desk: Desk) -> None:
    assert desk.give("coordinator", "coordinator2") == 302
    assert desk.acts() == [Act.OPENED, Act.TASK_SET]
    case = desk.case("coordinator")
    assert WHAT in case and "Ms coordinator2. By " in case
    assert f"Case {desk.number:04}. With you: 1 thing to do, by " in desk.home("coordinator2")
    assert WHAT not in desk.home("coordinator2"), "no words of a case on a first page"
    assert "With you: 1 thing to do, by " in desk.queue("coordinator2")
    for who in ("coordinator", "dsl", "principal"):
        assert "With you:" not in desk.home(who) and "With you:" not in desk.queue(who), who


def test_several_are_counted_with_the_day_of_the_first_and_late_ones_say_so(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2", days=0)
    desk.give("coordinator", "coordinator2", days=20, note="Ask him again")
    assert "Case 0001. With you: 2 things to do, the first by today." in desk.home("coordinator2")
    with desk.school.databases.school.write() as session:
        early = (now_utc() - timedelta(days=400)).date()
        session.execute(update(CaseTask).values(due_on=early))
    assert "the first late since" in desk.home("coordinator2")
    assert "late since" not in desk.case("coordinator2"), (
        "the page of the case goes by the log, whatever a row says"
    )


def test_what_is_to_be_done_stands_sealed_and_in_no_row_of_its_own(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2")
    with desk.school.databases.school.session(write=False) as session:
        (note,) = session.scalars(select(IncidentEntry.sealed_note).where(IncidentEntry.act == Act.TASK_SET))
    assert WHAT.encode() not in note
    assert {column.name for column in CaseTask.__table__.columns} == {
        *("id", "incident_id", "owner_id", "due_on", "done_on")
    }


def test_its_owner_is_told_by_mail_and_nobody_is_who_gives_it_to_themselves(desk: Desk) -> None:
    def mails() -> list[str]:
        with desk.school.databases.reports.session(write=False) as reports:
            return sorted(reports.scalars(select(OutboxRow.address)))

    before = mails()
    desk.give("coordinator", "coordinator")
    assert mails() == before
    desk.give("coordinator", "coordinator2")
    assert desk.school.coordinator2.email in mails()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"note": " "}, "note"),
        ({"owner": ""}, "owner"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2001-02-03"}, "due_on"),
        ({"due_on": "soon"}, "due_on"),
        ({"note": "x" * 201}, "note"),
    ],
    ids=str,
)
def test_a_mistake_stands_beside_its_field_keeps_what_was_typed_and_writes_nothing(
    desk: Desk, changed: dict[str, str], field: str
) -> None:
    due_on = now_utc().date().isoformat()
    form = {"note": WHAT, "owner": desk.school.coordinator.id.hex, "due_on": due_on} | changed
    answer = desk.at("coordinator").post(f"{desk.address}/tasks", data=form)
    assert answer.status_code == 422
    page = Page(answer.text)
    errors = [one.attrs["id"] for one in page.all("p") if one.attrs.get("class") == "field__error"]
    assert errors == [f"task-{field}-error"]
    assert form["note"].strip() in answer.text
    assert Act.TASK_SET not in desk.acts()


@pytest.mark.parametrize("who", ["teacher", "dsl", "principal", "network", "chair"])
def test_nobody_can_be_given_it_who_may_not_read_the_case(desk: Desk, who: str) -> None:
    assert desk.give("coordinator", who) == 422
    assert desk.school.people[who].id.hex not in desk.at("coordinator").get(desk.address).text


@pytest.mark.parametrize("who", ["dsl", "principal", "chair"])
def test_who_may_not_read_the_case_neither_gives_nor_does_anything(desk: Desk, who: str) -> None:
    desk.give("coordinator", "coordinator2")
    assert desk.give(who, "coordinator2") == 404
    assert desk.finish(who) == 404
    assert desk.acts() == [Act.OPENED, Act.TASK_SET]


def test_a_task_of_another_case_is_not_done_from_here(desk: Desk, school: School, app: Flask) -> None:
    desk.give("coordinator", "coordinator2")
    other = Desk(school, app)
    assert other.finish("coordinator") == 404
    assert Act.TASK_DONE not in desk.acts()


def test_sent_twice_it_is_one_task_and_done_twice_it_is_done_once(desk: Desk) -> None:
    assert [desk.give("coordinator", "coordinator2") for _ in range(2)] == [302, 302]
    assert [desk.tap_done("coordinator2"), desk.finish("coordinator")] == [302, 302]
    assert desk.acts() == [Act.OPENED, Act.TASK_SET, Act.TASK_DONE]
    assert "Done: Ms coordinator2," in desk.case("coordinator")
    assert "With you:" not in desk.home("coordinator2") + desk.queue("coordinator2")


def _leaves(school: School) -> None:
    with school.databases.school.write() as session:
        session.execute(
            update(StaffMember)
            .where(StaffMember.id == school.coordinator2.id)
            .values(left_on=now_utc().date())
        )
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == school.coordinator2.id))
    sync(school.databases)


def _loses_the_role(school: School) -> None:
    with school.databases.school.write() as session:
        session.execute(
            update(RoleHolder).where(RoleHolder.staff_id == school.coordinator2.id).values(role=Role.NETWORK)
        )
    sync(school.databases)


@pytest.mark.parametrize(
    ("change", "why"), [(_leaves, "has left"), (_loses_the_role, "has another role now")]
)
def test_what_an_owner_had_who_left_or_lost_the_role_is_with_everybody_who_may_read_it(
    desk: Desk, change: Callable[[School], None], why: str
) -> None:
    desk.give("coordinator", "coordinator2")
    change(desk.school)
    assert "Case 0001. With you: 1 thing to do" in desk.home("coordinator")
    assert "With you: 1 thing to do" in desk.queue("coordinator")
    assert f"With everybody who may read this: Ms coordinator2 {why}" in desk.case("coordinator")
    assert "With you:" not in desk.home("principal") + desk.home("chair")
    if change is _loses_the_role:
        assert "With you:" not in desk.home("coordinator2"), (
            "nor is the number told to whoever may not read it any more"
        )


def test_what_somebody_had_who_stepped_aside_is_with_the_others(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2")
    assert desk.at("coordinator2").post(f"{desk.address}/aside").status_code == 302
    assert "With you:" not in desk.home("coordinator2") + desk.queue("coordinator2")
    assert "With you: 1 thing to do" in desk.home("coordinator")
    assert WHAT in desk.case("coordinator")
    assert desk.finish("coordinator2") == 404
    assert desk.give("coordinator", "coordinator2") == 422, "and nothing is given to them again"


def test_what_a_coordinator_had_when_the_case_was_handed_over_is_with_the_lead(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2")
    assert (
        desk.at("coordinator").post(f"{desk.address}/hand", data={"note": "It is worse."}).status_code == 302
    )
    assert "With you:" not in desk.home("coordinator") + desk.home("coordinator2")
    assert "With you: 1 thing to do" in desk.home("dsl")
    assert WHAT in desk.case("dsl"), "with the new key of the case too"
    assert desk.finish("coordinator2") == 404


def test_a_row_that_somebody_moved_to_another_person_tells_them_nothing(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2")
    with desk.school.databases.school.write() as session:
        session.execute(update(CaseTask).values(owner_id=desk.school.principal.id))
    assert "With you:" not in desk.home("principal")
    assert "Ms coordinator2. By " in desk.case("coordinator"), (
        "and the page of the case says whose it is by its log"
    )


def test_a_row_that_somebody_deleted_takes_no_task_from_its_case(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2")
    with desk.school.databases.school.write() as session:
        session.execute(delete(CaseTask))
    assert WHAT in desk.case("coordinator")
    assert close_case(desk.at("coordinator"), desk.address, ENDED).status_code == 422
