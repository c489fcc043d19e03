"""Any colleague asks to block or to allow; to open something to pupils two of the leadership say yes first."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.oversight.models import Consent, ConsentState
from kiosk.storage.db import now_utc
from tests.filtering.at_the_desk import ALLOW, ASKED, BLOCK, DESK, FilterDesk
from tests.incidents.case.test_answers_back import mailed

pytestmark = pytest.mark.database("sqlite")

SHOWN = "odd-videos[.]example"
OPENED = {"decision": "allow", "whom": ["older"], "reason": "lesson", "because": "A film project."}
ALLOWED: dict[str, Any] = BLOCK | OPENED


def agree(desk: FilterDesk, *who: str) -> list[int]:
    (row,) = desk.rows()
    address = f"/staff/consents/{row.id}/agree"
    return [int(desk.at(one).post(address).status_code) for one in who]


def test_the_desk_sees_what_a_colleague_asks_and_decides(desk: FilterDesk) -> None:
    assert desk.ask() == 302
    for who in ("coordinator", "dsl", "principal"):
        assert SHOWN in desk.seen(who) and "1 address waits for a decision" in desk.seen(who, "/staff/"), who
    for who in ("network", "chair", "coordinator2"):
        assert (SHOWN in desk.seen(who)) is (who == "coordinator2"), who
    assert desk.decide("dsl") == 302
    assert SHOWN not in desk.seen("network"), "it leaves with the others of its day"
    desk.leave()
    assert SHOWN in desk.seen("network") and mailed(desk.school) == ["network", "network2"]
    assert "Ms dsl" not in desk.seen("network", desk.page), "a ticket has no reason and no origin"
    assert "Ms teacher" not in desk.seen("network", desk.page)


def test_who_asked_sees_it_and_the_answer_on_the_first_page_and_no_other_teacher_does(
    desk: FilterDesk,
) -> None:
    desk.ask("network", address="odd-videos.example")
    assert SHOWN not in desk.seen("teacher") and desk.at("teacher").get(desk.page).status_code == 404
    assert desk.at("network").get(desk.page).status_code == 200
    assert desk.decide(decision="no_change", reason="content", because="Sad, not harmful.") == 302
    assert "Decided about what you asked" in desk.seen("network", "/staff/")
    assert "Sad, not harmful." in desk.seen("network", desk.page), "no change is answered with its reason too"


def test_sent_twice_it_is_one_and_other_words_are_said(desk: FilterDesk) -> None:
    once = uuid.uuid4().hex
    assert [desk.ask(once=once), desk.ask(once=once)] == [302, 302]
    assert desk.ask(once=once, why="Something else.") == 409
    assert desk.ask("coordinator", once=once) == 404
    assert len(desk.rows()) == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"asks": ""}, "Choose what you ask for."),
        ({"address": "Ola told me"}, "Only a web address"),
        ({"asks": "allow", "risks": ""}, "Write what could go wrong"),
        ({"why": ""}, "Write what children learn from it"),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    desk: FilterDesk, changed: dict[str, str], message: str
) -> None:
    page = desk.at("teacher").post(f"{DESK}new", data=ASKED | {"classes": "Kestrels"} | changed)
    assert page.status_code == 422 and message in page.text and "Kestrels" in page.text
    assert desk.rows() == []


def test_to_allow_the_network_manager_and_two_of_the_leadership_come_first(desk: FilterDesk) -> None:
    assert desk.ask(**ALLOW) == 302
    page = desk.at("coordinator").post(f"{desk.page}/decide", data=ALLOWED)
    assert page.status_code == 409 and "The network manager says first what it would open." in page.text
    assert "1 address waits for you" in desk.seen("network", "/staff/")
    assert desk.send("network", "opens", {"opens": "Every film of that museum."}) == 302
    assert desk.send("network", "opens", {"opens": "More."}) in (404, 409), "once"
    page = desk.at("coordinator").post(f"{desk.page}/decide", data=ALLOWED)
    assert page.status_code == 409 and "Two of the leadership have to say yes first." in page.text
    assert agree(desk, "principal") == [302]
    assert "1 of 2 have said yes" in desk.seen("coordinator", desk.page)
    assert desk.decide(**ALLOWED) == 409
    assert agree(desk, "principal2") == [302]
    assert desk.decide(**ALLOWED) == 302
    desk.leave()
    assert "Opens" in desk.seen("network", desk.page) and desk.done() == 302


def test_a_kind_of_page_changes_when_the_network_manager_and_two_of_the_leadership_have_spoken(
    desk: FilterDesk,
) -> None:
    kind = ALLOW | {"asks": "category", "address": "Games with a chat/forum"}
    assert desk.ask(**(kind | {"risks": ""})) == 422
    assert desk.ask(**kind) == 302
    assert desk.decide() == 409, "to shut a whole kind of page needs them too"
    desk.send("network", "opens", {"opens": "It shuts the chess club's page."})
    assert desk.decide() == 409
    agree(desk, "principal", "principal2")
    assert desk.decide() == 302
    desk.leave()
    assert "Games with a chat/forum" in desk.seen("network") and desk.done() == 302


def test_nobody_allows_what_they_have_asked_for(desk: FilterDesk) -> None:
    desk.ask("principal", **ALLOW)
    desk.send("network", "opens", {"opens": "Nothing else."})
    assert agree(desk, "principal") == [403]
    assert desk.decide("principal", **ALLOWED) == 422
    with desk.school.databases.school.session(write=False) as session:
        assert session.scalars(select(Consent.state)).all() == [ConsentState.WAITING]


def test_a_consent_that_was_ended_opens_nothing(desk: FilterDesk) -> None:
    desk.ask(**ALLOW)
    desk.send("network", "opens", {"opens": "Nothing else."})
    agree(desk, "principal", "principal2")
    (row,) = desk.rows()
    answer = desk.at("principal").post(
        f"/staff/consents/{row.id}/end", data={"reason": "The project is over."}
    )
    assert answer.status_code == 302
    assert desk.decide(**ALLOWED) == 409


def test_what_may_be_against_the_law_waits_for_the_safeguarding_lead_who_says_what_was_done(
    desk: FilterDesk,
) -> None:
    desk.ask()
    assert desk.send("coordinator", "decide", {"law": "yes"}) == 302
    people = ("teacher", "dsl", "coordinator", "principal", "network")
    assert {who for who in people if SHOWN in desk.seen(who)} == {"teacher", "dsl"}
    assert "1 address waits" in desk.seen("dsl", "/staff/") and "Report it, and say so" in desk.seen("dsl")
    done = {"rule": "To the IWF, number 4711."}
    assert {who: desk.send(who, "reported", done) for who in people if who != "dsl"} == dict.fromkeys(
        ("teacher", "coordinator", "principal", "network"), 403
    )
    assert [desk.send("dsl", "reported", one) for one in ({"rule": ""}, done, done)] == [422, 302, 409]
    assert "1 address waits" not in desk.seen("dsl", "/staff/")
    assert "To the IWF" in desk.seen("dsl", desk.page)
    assert all(SHOWN not in desk.seen(who, f"{DESK}register") for who in ("dsl", "principal", "network"))


def test_it_is_late_after_two_school_days(desk: FilterDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ask()
    assert "Decide by" in desk.seen("coordinator")
    with desk.school.databases.school.write() as session:
        row = session.merge(desk.rows()[0])
        row.asked_on = now_utc().date().replace(year=now_utc().year - 1)
    assert "Late since" in desk.seen("coordinator")


def test_the_whole_site_is_blocked_unless_somebody_has_read_the_page(desk: FilterDesk) -> None:
    for ticked, shown in (({}, SHOWN), ({"page": "1"}, f"{SHOWN}/watch")):
        desk.ask(address="https://odd-videos.example/watch")
        (row,) = [one for one in desk.rows() if one.decision is None]
        answer = desk.at("coordinator").post(f"{DESK}{row.id}/decide", data=BLOCK | ticked)
        assert answer.status_code == 302
        assert f"hxxps://{shown}" in {one.address for one in desk.rows()}


def test_what_two_have_allowed_is_that_page_and_never_the_whole_site(desk: FilterDesk) -> None:
    desk.ask(**ALLOW)
    desk.send("network", "opens", {"opens": "Nothing else."})
    agree(desk, "principal", "principal2")
    assert desk.decide(**ALLOWED) == 302
    assert desk.rows()[0].address == "museum[.]example/film"


def test_the_network_manager_blocks_at_once_and_looks_at_it_as_at_every_other(desk: FilterDesk) -> None:
    for who, status in (("network", 302), ("teacher", 409), ("coordinator", 409)):
        once = uuid.uuid4().hex
        assert desk.ask(who, once, blocked="1") == status, who
    assert len(desk.rows()) == 1 and desk.rows()[0].decision == "block"
    assert desk.ask("network", blocked="1", **ALLOW) == 409, "and opens nothing"
    assert desk.ask("network", blocked="1", why="") == 422, "they write why"
    assert "Ms network" in desk.seen("principal", desk.page)
    assert desk.done() == 302


def test_the_register_says_why_to_whoever_may_know(desk: FilterDesk) -> None:
    desk.ask(needed_on="2030-01-07")
    assert "7 January 2030" in desk.seen("coordinator", desk.page)
    desk.decide(decision="no_change", because="Sad, not harmful.")
    desk.ask()
    (row,) = [one for one in desk.rows() if one.decision is None]
    desk.at("dsl").post(f"{DESK}{row.id}/decide", data=BLOCK)
    register = f"{DESK}register"
    assert "account name" not in desk.seen("dsl", register), "it has not left"
    desk.leave()
    for who in ("dsl", "principal", "coordinator2"):
        told = desk.seen(who, register)
        assert "account name" in told and "Sad, not harmful." in told, who
    for who in ("network", "chair"):
        told = desk.seen(who, register)
        assert SHOWN in told and "account name" not in told and "Sad" not in told, who
    assert desk.at("teacher").get(register).status_code == 403
