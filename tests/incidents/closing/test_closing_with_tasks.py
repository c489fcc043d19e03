"""No case is closed over something that is to do: it is done, or it stands as left in the line that closes it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.incidents.models import Act, CaseTask, Incident
from tests.incidents.closing.test_close import DECIDED
from tests.incidents.closings import ENDED, close_case, newest_asked
from tests.incidents.desks import WHAT, Desk
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    """Bullying, opened by the coordinator."""
    return Desk(school, app)


def test_nothing_is_given_to_anybody_in_a_closed_case(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2")
    assert close_case(desk.at("coordinator"), desk.address, _settled(desk, "left")).status_code == 302
    assert desk.give("coordinator", "coordinator", note="Once more") == 409
    assert desk.finish("coordinator2") == 409
    assert "With you:" not in desk.home("coordinator2") + desk.queue("coordinator2", "all")


def _settled(desk: Desk, how: str, **more: str) -> dict[str, str]:
    """The form for closing, with every task settled like this."""
    with desk.school.databases.school.session(write=False) as session:
        ids = session.scalars(select(CaseTask.id).where(CaseTask.done_on.is_(None))).all()
    return ENDED | {"learn": "nothing"} | {f"task_{one.hex}": how for one in ids} | more


def _outcome(desk: Desk) -> Any:
    with desk.school.databases.school.session(write=False) as session:
        return session.scalars(select(Incident.outcome)).one()


def test_a_case_is_not_closed_over_something_to_do(desk: Desk) -> None:
    desk.give("coordinator", "coordinator2")
    answer = close_case(desk.at("coordinator"), desk.address, ENDED)
    assert answer.status_code == 422 and WHAT in answer.text and ENDED["note"] in answer.text
    assert _outcome(desk) is None
    assert close_case(desk.at("coordinator"), desk.address, _settled(desk, "done")).status_code == 302
    assert _outcome(desk) is not None
    assert desk.acts() == [Act.OPENED, Act.TASK_SET, Act.TICKED, Act.TASK_DONE, Act.CLOSED]


def test_what_stays_to_do_stands_in_the_line_that_closes_it_and_comes_back_when_it_is_reopened(
    desk: Desk,
) -> None:
    desk.give("coordinator", "coordinator2")
    assert close_case(desk.at("coordinator"), desk.address, _settled(desk, "left")).status_code == 302
    assert f"Left to do: {WHAT}" in desk.case("coordinator")
    assert desk.acts() == [Act.OPENED, Act.TASK_SET, Act.TICKED, Act.CLOSED]
    again = {"note": "It goes on."}
    assert desk.at("coordinator").post(f"{desk.address}/reopen", data=again).status_code == 302
    assert "With you: 1 thing to do" in desk.home("coordinator2")


def test_a_second_reader_agrees_only_to_what_was_named_as_left(school: School, app: Flask) -> None:
    desk = Desk(school, app, "dsl", "friend")
    for step, form in DECIDED.items():
        desk.at("dsl").post(f"{desk.address}/{step}", data=form)
    desk.give("dsl", "dsl2")
    form = _settled(desk, "left", owner=school.dsl.id.hex)
    assert close_case(desk.at("dsl"), desk.address, form).status_code == 302
    assert f"Left to do{WHAT}" in Page(desk.at("dsl2").get(f"{desk.address}/close").text).text

    def agree() -> None:
        with school.databases.school.session(write=False) as session:
            seen = newest_asked(session, desk.number)
        desk.at("dsl2").post(f"{desk.address}/close/agree", data={"asked": seen})

    desk.give("dsl", "dsl", note="Something new")
    agree()
    assert _outcome(desk) is None, "it was given after that was asked"
    with school.databases.school.session(write=False) as session:
        new = session.scalars(select(CaseTask.id).where(CaseTask.owner_id == school.dsl.id)).one()
    desk.at("dsl").post(f"{desk.address}/tasks/{new}")
    agree()
    assert _outcome(desk) is not None
