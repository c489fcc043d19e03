"""A case is closed with all that go on in it, or none of them is (promises Q4 and Q9)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.db import now_utc
from kiosk.incidents.models import Act, CaseOutcome, Incident, Level, PlannedChange
from kiosk.report.way_back import answers_for
from kiosk.sealing.picture_code import code_of, thread_of
from tests.incidents.closings import ENDED, newest_asked
from tests.incidents.desk import Desk, part
from tests.incidents.joining import acts, followers, is_closed, join, joined, row
from tests.incidents.test_closing import DECIDED
from tests.pages import Page

# What a page says does not hang on the kind of database; closing all of them is tried on both below.
sqlite_alone = pytest.mark.database("sqlite")
OVER = {"outcome": "resolved", "note": "They talked."}


def close(desk: Desk, who: str, number: int, **changed: Any) -> int:
    """This person closes a case, or asks a second reader."""
    sent = ENDED | {"owner": desk.school.people[who].id.hex} | changed
    return desk.send(who, number, "close", **sent).status_code


def agree(desk: Desk, who: str, number: int) -> str:
    """This person agrees to what was asked last; what the next page says."""
    with desk.school.databases.school.session(write=False) as session:
        asked = newest_asked(session, number)
    desk.send(who, number, "close/agree", asked=asked)
    return desk.page(who, number).text


def read_all(desk: Desk, who: str, *numbers: int) -> None:
    """This person reads each of these."""
    for number in numbers:
        desk.page(who, number)


def state(desk: Desk, nonce: str) -> str:
    """What the way back of the child says who sent the form with this random word."""
    with desk.school.databases.reports.session(write=False) as reports:
        found = answers_for(reports, thread_of(desk.school.key, code_of(desk.school.key, nonce)))
        assert found is not None
        return found.state


def asked_to_close(desk: Desk, **given: Any) -> tuple[int, int]:
    """Two joined cases of a worried friend; the lead decided what is to decide, and asks to close them."""
    follower, leading = joined(desk, "dsl", "friend", **given)
    for step, form in DECIDED.items():
        assert desk.send("dsl", leading, step, **form).status_code == 302
    assert close(desk, "dsl", leading) == 302
    return follower, leading


def test_all_are_closed_with_one_outcome_a_line_in_each_log_and_a_word_to_each_child(desk: Desk) -> None:
    nonces = "n" * 24, "m" * 24
    follower, leading = (desk.opened("coordinator", "bullying", reply="yes", nonce=one) for one in nonces)
    join(desk, "coordinator", follower, leading)
    assert desk.send("coordinator", leading, "close", **OVER).status_code == 302
    for number in (follower, leading):
        assert row(desk, number).outcome is CaseOutcome.RESOLVED
        assert acts(desk, number) == [Act.OPENED, Act.MERGED, Act.CLOSED]
        assert "They talked." in part(desk.page("coordinator", number), "log")
    assert [state(desk, one) for one in nonces] == ["closed", "closed"]
    assert row(desk, follower).follows_id is None


def test_what_is_severe_in_one_that_follows_takes_a_second_reader_who_has_read_all(desk: Desk) -> None:
    follower, leading = desk.opened("coordinator", "bullying"), desk.opened("coordinator", "bullying")
    assert (
        desk.send("coordinator2", follower, "level", level="urgent", note="He was hurt.").status_code == 302
    )
    join(desk, "coordinator", follower, leading)
    desk.say(leading, level=Level.SOON)  # by hand: what follows is asked by itself
    assert desk.send("coordinator", leading, "close", **OVER).status_code == 422, "it needs a debrief"
    assert close(desk, "coordinator", leading) == 409, "and what must be decided first"
    for step, form in DECIDED.items():
        desk.send("coordinator", leading, step, **form)
    assert close(desk, "coordinator", leading) == 302
    assert not is_closed(desk, leading) and not is_closed(desk, follower)
    agree(desk, "coordinator", leading)
    assert not is_closed(desk, leading), "whoever asked is not the second"
    read_all(desk, "coordinator2", follower, leading)
    agree(desk, "coordinator2", leading)
    assert is_closed(desk, leading) and is_closed(desk, follower)


@sqlite_alone
def test_who_agrees_has_had_each_of_them_open_and_the_page_names_them(desk: Desk) -> None:
    follower, leading = asked_to_close(desk)
    page = desk.page("dsl2", leading, "/close")
    assert page.link(f"Incident {follower:04}") == f"/staff/incidents/{follower}"
    assert "Not read yet" in page.text and "I agree, close it" not in page.text
    assert f"read these first: {follower:04}, {leading:04}" in agree(desk, "dsl2", leading)
    assert not is_closed(desk, leading) and not is_closed(desk, follower)
    read_all(desk, "dsl2", follower)
    page = desk.page("dsl2", leading, "/close")
    assert "You have read it" in page.text and "I agree, close it" in page.text
    agree(desk, "dsl2", leading)
    assert is_closed(desk, leading) and is_closed(desk, follower)
    with desk.school.databases.school.session(write=False) as session:
        changes = session.scalars(select(PlannedChange.incident_id)).all()
        assert changes == [session.scalars(select(Incident.id).where(Incident.number == leading)).one()]


@sqlite_alone
@pytest.mark.parametrize("change", ["joined", "parted"])
def test_what_was_joined_or_parted_since_somebody_asked_is_not_agreed_to(desk: Desk, change: str) -> None:
    other = desk.opened("dsl", "friend")
    follower, leading = asked_to_close(desk)
    read_all(desk, "dsl2", follower, leading, other)
    if change == "joined":
        assert "Somebody asks to close one of the two" in join(desk, "dsl", other, leading, 422)
        return
    desk.send("dsl", follower, "part", note="Another bus.")
    assert "Nothing was changed" in agree(desk, "dsl2", leading)
    assert not is_closed(desk, leading) and not is_closed(desk, follower)


@sqlite_alone
def test_not_meant_seriously_closes_no_case_in_which_others_go_on(desk: Desk) -> None:
    follower, leading = joined(desk)
    answer = desk.send("coordinator", leading, "close", outcome="not_serious", note="Silly.")
    assert answer.status_code == 422 and "part them first" in answer.text and "Silly." in answer.text
    assert Act.CLOSE_ASKED not in acts(desk, leading)
    desk.send("coordinator", follower, "part", note="Another bus.")
    assert desk.send("coordinator", leading, "close", outcome="not_serious", note="Silly.").status_code == 302


@sqlite_alone
@pytest.mark.parametrize("what", ["task", "complaint"])
def test_where_one_cannot_be_closed_none_is_and_the_page_says_which_and_why(desk: Desk, what: str) -> None:
    follower, leading = joined(desk)
    if what == "task":
        due_on = (now_utc() + timedelta(days=3)).date().isoformat()
        given = {"note": "Ring the nurse", "owner": desk.school.coordinator2.id.hex, "due_on": due_on}
        assert desk.send("coordinator", follower, "tasks", **given).status_code == 302
        said = f"Incident {follower:04}: something is still to do"
    else:
        came = {"about": "handling", "from": "parent", "day": "2026-11-23", "note": "Nobody rang back."}
        assert desk.send("coordinator", follower, "record/complaint", **came).status_code == 302
        said = f"Incident {follower:04}: a complaint waits for its answer"
    answer = desk.send("coordinator", leading, "close", **OVER)
    page = Page(answer.text)
    assert answer.status_code == 409 and "They talked." in answer.text
    assert page.link(said) == f"/staff/incidents/{follower}"
    assert page.link(said) == desk.page("coordinator", leading, "/close").link(said)
    assert not is_closed(desk, leading) and not is_closed(desk, follower)
    assert Act.CLOSED not in acts(desk, leading) + acts(desk, follower)


@sqlite_alone
def test_a_complaint_that_came_since_somebody_asked_closes_none_of_them(desk: Desk) -> None:
    follower, leading = asked_to_close(desk)
    read_all(desk, "dsl2", follower, leading)
    came = {"about": "handling", "from": "parent", "day": "2026-11-23", "note": "Nobody rang back."}
    assert desk.send("dsl", follower, "record/complaint", **came).status_code == 302
    assert f"Incident {follower:04}: a complaint waits" in agree(desk, "dsl2", leading)
    assert not is_closed(desk, leading) and not is_closed(desk, follower)


@sqlite_alone
def test_who_lowered_all_of_them_closes_none_alone(desk: Desk) -> None:
    follower, leading = joined(desk)
    assert desk.send("coordinator", leading, "level", level="urgent", note="He was hurt.").status_code == 302
    assert desk.send("coordinator2", leading, "level", level="routine", note="Nothing.").status_code == 302
    desk.send("coordinator2", follower, "part", note="Another bus.")
    for number in (follower, leading):
        assert desk.send("coordinator2", number, "close", **OVER).status_code == 302
        assert not is_closed(desk, number), "in the log of each it says who lowered it"


@sqlite_alone
def test_none_that_follows_or_leads_is_among_many_that_are_ended_together(desk: Desk) -> None:
    single, follower, leading = (desk.opened("coordinator", "bullying") for _ in range(3))
    join(desk, "coordinator", follower, leading)
    at = desk.at("coordinator")
    sent = {"number": [single, follower, leading], "hoax": [single, follower, leading], "note": "Silly."}
    assert at.post("/staff/incidents/together/ask", data=sent).status_code == 302
    assert Act.CLOSE_ASKED in acts(desk, single), "the control"
    assert Act.CLOSE_ASKED not in acts(desk, follower) + acts(desk, leading)
    page = Page(desk.at("coordinator2").get("/staff/incidents/not-serious").text)
    assert f"Incident {single:04}" in page.text
    assert f"Incident {follower:04}" not in page.text and f"Incident {leading:04}" not in page.text


@sqlite_alone
def test_the_form_names_what_is_closed_with_it(desk: Desk) -> None:
    follower, leading = joined(desk)
    page = desk.page("coordinator", leading, "/close")
    assert f"Incident {follower:04}" in part(page, "followers")
    assert followers(desk, "coordinator", leading)
