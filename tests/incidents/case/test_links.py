"""Cases that belong together: both logs say so, and nobody learns of a case that they may not read."""

import uuid
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event, select, update

from kiosk.incidents.case.links import hold_cases
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.access.renewal import step_aside
from kiosk.web import request_sessions
from tests.factories import opener_of
from tests.faults.log_tampering import rest_triggers
from tests.incidents.desk import Desk, part, rows_of
from tests.incidents.school import School
from tests.pages import Page

NONE_SUCH = "There is no case with this number that you may read."
LINE = "linked it to another case"


def report_of(desk: Desk, number: int) -> uuid.UUID:
    """The report of a case."""
    with desk.school.databases.school.session(write=False) as session:
        return session.scalars(select(Incident.report_id).where(Incident.number == number)).one()


def links(desk: Desk, number: int) -> int:
    """How many lines of a log link it to another case."""
    return len(desk.lines(number, Act.LINKED))


def test_both_logs_say_so_and_each_page_leads_to_the_other(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    assert desk.send("dsl", one, "link", number=f"{other:04}").status_code == 302
    assert (links(desk, one), links(desk, other)) == (1, 1)
    for here, there, kind in (
        (one, other, "Someone met online"),
        (other, one, "Worried about someone"),
    ):
        page = desk.page("dsl2", here)
        assert page.link(f"Case {there:04}") == f"/staff/incidents/{there}"
        assert kind in part(page, "belonging") and LINE in page.text
        assert f"{there:04}".encode() not in desk.lines(here, Act.LINKED)[0].sealed_note


def test_said_again_from_either_side_it_adds_nothing(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    for who, here, there in (("dsl", one, other), ("dsl", one, other), ("dsl2", other, one)):
        assert desk.send(who, here, "link", number=str(there)).status_code == 302
    assert (links(desk, one), links(desk, other)) == (1, 1)


def test_two_people_who_link_the_same_two_at_once_from_both_ends_write_one_line_in_each(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    ready, answers = Barrier(2), list[int]()
    for who in ("dsl", "dsl2"):
        desk.at(who)  # signed in before

    def send(who: str, here: int, there: int) -> None:
        ready.wait()
        answers.append(desk.send(who, here, "link", number=str(there)).status_code)

    hands = [Thread(target=send, args=args) for args in (("dsl", one, other), ("dsl2", other, one))]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert answers == [302, 302]
    assert (links(desk, one), links(desk, other)) == (1, 1)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("typed", ["7", "0", "", "four", "9" * 30, "-1", "１"])
def test_a_number_that_nobody_has_is_corrected_beside_its_field(desk: Desk, typed: str) -> None:
    number = desk.opened("dsl", "friend")
    answer = desk.send("dsl", number, "link", number=typed)
    assert answer.status_code == 422
    assert (NONE_SUCH if typed else "Write the number of the other case.") in answer.text
    assert Page(answer.text).value("number") == typed, "what was typed is kept"
    assert links(desk, number) == 0


@pytest.mark.database("sqlite")
def test_one_that_others_read_is_answered_as_one_that_does_not_exist_at_the_same_price(desk: Desk) -> None:
    number, hidden = desk.opened("coordinator", "bullying"), desk.opened("dsl", "friend")
    staff = desk.opened("chair", "adult", head="yes")
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    for database in (desk.school.databases.school, desk.school.databases.reports):
        event.listen(database.engine, "before_cursor_execute", note)

    def answer(typed: int) -> tuple[int, str, int]:
        asked.clear()
        got = desk.send("coordinator", number, "link", number=str(typed))
        return got.status_code, got.text.replace(f'value="{typed}"', ""), len(asked)

    answer(hidden)
    nobodys = answer(4711)
    assert nobodys[0] == 422 and NONE_SUCH in nobodys[1]
    assert answer(hidden) == answer(staff) == nobodys
    assert links(desk, number) == links(desk, hidden) == links(desk, staff) == 0


def test_who_may_not_read_the_other_learns_nothing_of_it(desk: Desk) -> None:
    """The coordinator reads bullying that goes on, and not the worry about a friend that the lead links to it."""
    both, hidden = desk.opened("dsl", "bullying", follow="threat"), desk.opened("dsl", "friend")
    before, listed = desk.page("coordinator", both).text, desk.queue("coordinator").text
    before = desk.page("coordinator", both).text  # the reading itself has added a line
    register = Page(desk.at("principal").get("/staff/incidents/register").text).text
    assert desk.send("dsl", both, "link", number=str(hidden)).status_code == 302
    assert LINE in desk.page("dsl", both).text, "the control"
    assert desk.page("coordinator", both).text == before
    assert rows_of(desk.queue("coordinator")) and desk.queue("coordinator").text == listed
    assert Page(desk.at("principal").get("/staff/incidents/register").text).text == register


def test_who_is_kept_out_of_one_while_the_form_waits_for_both_links_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the other one and its lock, the person who links it steps aside from it."""
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    window = School.browser(desk.school, desk.app, desk.school.dsl)

    def wait_for_both(*both: object) -> None:
        monkeypatch.setattr("kiosk.incidents.case.links.hold_cases", hold_cases)
        # What the request has read so far is let go, as a look takes no lock; SQLite has one writer alone.
        request_sessions.school().rollback()
        request_sessions.reports().rollback()
        with desk.school.databases.reports.write() as reports:
            step_aside(reports, report_of(desk, other), opener_of(desk.school.dsl))

    monkeypatch.setattr("kiosk.incidents.case.links.hold_cases", wait_for_both)
    answer = window.post(f"/staff/incidents/{one}/link", data={"number": str(other)})
    assert answer.status_code == 422 and NONE_SUCH in answer.text
    assert links(desk, one) == links(desk, other) == 0


@pytest.mark.database("sqlite")
def test_who_steps_aside_from_the_other_is_not_shown_it_any_more(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    desk.send("dsl", one, "link", number=str(other))
    assert LINE in desk.page("dsl2", one).text
    desk.send("dsl2", other, "aside")
    page = desk.page("dsl2", one)
    assert LINE not in page.text and f"Case {other:04}" not in page.text
    assert LINE in desk.page("dsl", one).text


@pytest.mark.database("sqlite")
def test_a_case_about_staff_is_linked_only_where_exactly_the_same_people_may_read_both(desk: Desk) -> None:
    ordinary = desk.opened("dsl", "friend")
    staff = [desk.opened("dsl", "adult", head="no") for _ in range(2)]
    head = desk.opened("dsl", "adult", head="yes")
    for here, there in ((staff[0], ordinary), (ordinary, staff[0]), (staff[0], head)):
        answer = desk.send("dsl", here, "link", number=str(there))
        assert answer.status_code == 422 and "exactly the same people" in answer.text
    assert [links(desk, one) for one in (ordinary, staff[0], head)] == [0, 0, 0]
    assert desk.send("dsl", staff[0], "link", number=str(staff[1])).status_code == 302
    assert desk.page("principal", staff[1]).link(f"Case {staff[0]:04}")


@pytest.mark.database("sqlite")
def test_where_one_of_them_was_ticked_in_the_other_case_about_staff_they_are_not_linked(desk: Desk) -> None:
    ticked = [desk.school.principal.id.hex]
    hidden = desk.opened("dsl", "adult", head="no", exclude=ticked)
    seen = desk.opened("principal", "adult", head="no")
    assert desk.send("dsl", seen, "link", number=str(hidden)).status_code == 422
    assert links(desk, seen) == links(desk, hidden) == 0


@pytest.mark.database("sqlite")
def test_a_case_is_not_linked_to_itself(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    assert desk.send("coordinator", number, "link", number=str(number)).status_code == 422
    assert links(desk, number) == 0


@pytest.mark.database("sqlite")
def test_a_closed_case_is_linked_from_an_open_one_and_links_nothing_itself(desk: Desk) -> None:
    one, closed = desk.opened("coordinator", "bullying"), desk.opened("coordinator", "bullying")
    desk.close("coordinator", closed, outcome="resolved", note="Over.")
    assert desk.send("coordinator", closed, "link", number=str(one)).status_code == 409
    assert links(desk, one) == links(desk, closed) == 0
    assert desk.send("coordinator", one, "link", number=str(closed)).status_code == 302
    assert "closed" in part(desk.page("coordinator", one), "belonging")
    assert "Closed: Dealt with in school" in desk.page("coordinator", closed).text, "it stays closed"


def test_a_line_that_somebody_changed_links_nothing_and_is_told(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    desk.send("dsl", one, "link", number=str(other))
    with desk.school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        here = IncidentEntry.id == desk.lines(one, Act.LINKED)[0].id
        session.execute(update(IncidentEntry).where(here).values(sealed_note=b"0001"))
    page = desk.page("dsl", one)
    assert f"Case {other:04}" not in part(page, "belonging")
    assert "was changed in the database" in page.text
