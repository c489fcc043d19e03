"""An address of a case at the filter desk: who may not read the case meets the address alone, with its day’s others."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.addresses import site_in
from kiosk.incidents.case.models import FilterAddress
from kiosk.incidents.models import IncidentEntry
from kiosk.storage.db import now_utc
from tests.filtering.at_the_desk import BLOCK, DESK, SAID, SHOWN, SITE, TYPED, FilterDesk
from tests.incidents.case.test_answers_back import mailed
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

VARIES = re.compile(r'name="once" value="[0-9a-f]+"|Last checked: [^<.]+\.')
NO_READERS = ("teacher", "dsl", "principal", "chair", "network", "network2")
PAGES = (
    "/staff/",
    DESK,
    f"{DESK}new",
    f"{DESK}tried",
    f"{DESK}register",
    "/staff/duties",
    "/staff/consents",
    "/staff/account",
    "/staff/log",
)


def pages(desk: FilterDesk) -> list[str]:
    """Every page on which something of the desk might show, for everybody who may not read the case."""
    found = [desk.at(who).get(path).text for who in NO_READERS for path in PAGES]
    return [VARIES.sub("", text) for text in found]


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        (TYPED, SITE),
        ("HTTP://Free-Skins.Example:8080", SITE),
        ("www.free-skins.example?q=1", f"www.{SITE}"),
        ("hxxps://free-skins.example", SITE),
        ("the free skins site", ""),
        ("ola told me", ""),
        ("robbo@free-skins.example", ""),
        ("", ""),
    ],
)
def test_a_site_is_found_in_an_address_and_in_no_other_words(typed: str, site: str) -> None:
    assert site_in(typed) == site


def test_the_whole_site_is_offered_and_the_page_that_may_name_a_child_is_not(desk: FilterDesk) -> None:
    page = Page(desk.at("coordinator").get(f"{desk.case}/address").text)
    assert page.value("address") == SITE
    assert "robbo" not in page.text


def test_until_it_leaves_no_byte_changes_for_anybody_who_may_not_read_the_case(desk: FilterDesk) -> None:
    before = pages(desk)
    assert desk.give() == 302
    for was, now in zip(before, pages(desk), strict=True):
        assert now == was, "given to the desk"
    assert SHOWN in desk.seen("coordinator") and SHOWN in desk.seen("coordinator2")
    assert desk.decide() == 302
    desk.leave(desk.at_four() - timedelta(minutes=1))
    assert pages(desk) == before, "decided, and its hour has not come"
    assert mailed(desk.school) == []
    for who in NO_READERS:
        assert desk.at(who).get(desk.page).status_code == 404, who


def test_no_change_never_leaves(desk: FilterDesk) -> None:
    before = pages(desk)
    desk.give()
    assert desk.decide(decision="no_change", whom=[], reason="content") == 302
    desk.leave()
    assert pages(desk) == before
    assert "No change" in desk.seen("coordinator", desk.case)


def test_what_has_left_is_met_without_who_decided_why_and_where_it_came_from(desk: FilterDesk) -> None:
    desk.give()
    desk.decide()
    desk.leave()
    desk.leave(desk.at_four() + timedelta(minutes=1))
    assert mailed(desk.school) == ["network", "network2"], "once"
    for who in ("dsl", "principal", "chair", "network"):
        told = desk.seen(who) + desk.seen(who, desk.page)
        assert SHOWN in told and "Pupils up to 11" in told, who
        for hidden in (SAID, "robbo", "Robbo", "Ola", "0001", "coordinator", "account name", "Money", "Case"):
            assert hidden not in told.replace("e-Safety Coordinator", ""), (who, hidden)
    assert SHOWN not in desk.seen("teacher") and desk.at("teacher").get(desk.page).status_code == 404
    assert SITE not in desk.at("network").get(desk.page).text, "it is never a link"
    assert "account name" in desk.seen("coordinator2", desk.page)


def test_the_network_manager_sees_to_it_and_the_case_says_what_can_follow(desk: FilterDesk) -> None:
    desk.give()
    desk.decide()
    assert desk.send("network", "done", {}) == 404, "before it has left"
    desk.leave()
    assert "1 address waits for you" in desk.seen("network", "/staff/")
    assert desk.done() == 302
    case = Page(desk.at("coordinator").get(desk.case).text)
    assert "Seen to, and looked at on" in case.text and "Offers free things" in case.text
    board = desk.at("coordinator").get(case.link("Put a line on the board")).text
    assert "Some pages are not for children." in board and SITE not in board
    assert "1 address waits for you" not in desk.seen("network", "/staff/")


@pytest.mark.parametrize(
    ("decision", "whom", "said"),
    [
        ("block", ["younger"], "That page can’t be opened here now."),
        ("no_change", [], "it is not blocked here"),
    ],
)
def test_a_child_who_asked_for_an_answer_gets_a_true_draft_that_names_no_address(
    school: School, app: Flask, decision: str, whom: list[str], said: str
) -> None:
    desk = FilterDesk(school, app, reply="yes")
    draft = f"{desk.case}/answer?about=filter"
    desk.give()
    assert said not in desk.seen("coordinator", draft), "nothing is decided"
    desk.decide(decision=decision, whom=whom)
    if whom:
        desk.leave()
        assert said not in desk.seen("coordinator", draft), "nobody has looked at it"
        desk.done()
    link = Page(desk.at("coordinator").get(desk.case).text).link("Answer the child")
    page = desk.at("coordinator").get(link).text
    assert said in page and SHOWN not in page.partition("<form")[2]


def test_who_may_not_read_it_cannot_tell_what_came_from_a_case_from_what_a_colleague_asked(
    desk: FilterDesk,
) -> None:
    desk.give()
    desk.decide()
    desk.ask("teacher", address="other-skins.example")
    (asked,) = [one for one in desk.rows() if one.decision is None]
    assert desk.at("coordinator").post(f"{DESK}{asked.id}/decide", data=BLOCK).status_code == 302
    desk.leave()
    for who in ("network", "chair"):
        told = [
            VARIES.sub("", desk.at(who).get(f"{DESK}{row.id}").text)
            .replace(row.address, "address")
            .replace(str(row.id), "id")
            for row in desk.rows()
        ]
        assert told[0] == told[1], who
        rows = Page(desk.at(who).get(f"{DESK}register").text).all("tbody")[0].find_all("tr")
        assert len(rows) == 2 and len({row.text.replace("other", "free") for row in rows}) == 1


@pytest.mark.parametrize("law", ["yes"])
def test_what_may_be_against_the_law_ends_there_and_no_ticket_shows_it(desk: FilterDesk, law: str) -> None:
    before = pages(desk)
    desk.give()
    answer = desk.at("coordinator").post(f"{desk.page}/decide", data={"law": law})
    assert answer.status_code == 302 and answer.location.endswith("/record/referred")
    desk.leave()
    assert pages(desk) == before and mailed(desk.school) == []
    assert desk.decide() == 409, "nobody decides otherwise later"


@pytest.mark.parametrize("who", ["teacher", "dsl", "principal", "network", "chair"])
def test_who_may_not_read_the_case_neither_gives_nor_decides(desk: FilterDesk, who: str) -> None:
    assert desk.give(who) in (403, 404)
    assert desk.rows() == []
    desk.give()
    assert desk.decide(who) in (403, 404)
    (row,) = desk.rows()
    assert row.decision is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"whom": []}, "Say for whom."),
        ({"because": ""}, "somebody will read it next year"),
        ({"law": ""}, "Say whether it could be against the law."),
        ({"decision": "allow"}, "Choose what is done."),
        ({"reason": "x"}, "Choose a reason."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_decided(
    desk: FilterDesk, changed: dict[str, str], message: str
) -> None:
    desk.give()
    page = desk.at("coordinator").post(f"{desk.page}/decide", data=BLOCK | changed)
    assert page.status_code == 422 and message in page.text
    assert desk.rows()[0].decision is None


@pytest.mark.parametrize("typed", ["", SAID, f"{SITE}/ola"])
def test_only_an_address_leaves_a_case(desk: FilterDesk, typed: str) -> None:
    assert desk.give(address=typed) == 422
    assert desk.rows() == []


def test_given_twice_it_is_one_and_decided_twice_the_first_stands(desk: FilterDesk) -> None:
    assert [desk.give(), desk.give(), desk.give("coordinator2")] == [302, 302, 302]
    assert [desk.decide(), desk.decide("coordinator2", decision="no_change")] == [302, 409]
    assert desk.rows()[0].decision == "block"


def test_the_row_names_neither_a_case_nor_anybody(desk: FilterDesk) -> None:
    desk.give()
    desk.decide()
    (row,) = desk.rows()
    assert (row.asked_by_id, row.asked_on, row.decided_by_id, row.decided_on) == (None, None, None, None)
    with desk.school.databases.school.session(write=False) as session:
        assert session.scalars(select(IncidentEntry.id).where(IncidentEntry.id == row.id)).one()


@pytest.fixture
def aside(desk: FilterDesk, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Who is kept out of the case: in a small school whoever looks after the network may have stepped aside from it."""
    out: set[str] = set()
    monkeypatch.setattr("kiosk.incidents.case.addresses.excluded_from", lambda body: out)
    return out


def test_who_is_kept_out_of_the_case_never_sees_it_and_the_next_contact_does(
    desk: FilterDesk, aside: set[str]
) -> None:
    aside.add(desk.school.network.id.hex)
    before = [desk.at("network").get(path).text for path in ("/staff/", DESK)]
    desk.give()
    desk.decide()
    desk.leave()
    assert [desk.at("network").get(path).text for path in ("/staff/", DESK)] == before
    assert mailed(desk.school) == ["network2"]
    assert desk.done("network2") == 302
    assert [desk.at("network").get(path).text for path in ("/staff/", DESK)] == before


def test_where_both_are_kept_out_nobody_gets_it(desk: FilterDesk, aside: set[str]) -> None:
    aside |= {desk.school.network.id.hex, desk.school.network2.id.hex}
    assert "Nobody here can be given an address" in desk.seen("coordinator", f"{desk.case}/address")
    assert desk.give() == 409 and desk.rows() == []


@pytest.mark.parametrize(("by", "concern"), [("dsl", "stranger"), ("coordinator", "bullying")])
def test_only_a_case_about_a_site_has_this_act(school: School, app: Flask, by: str, concern: str) -> None:
    desk = FilterDesk(school, app)
    desk.case = desk.at(by).post(f"/staff/incidents/open/{school.told(concern)}").location
    assert "Give an address" not in desk.seen(by, desk.case)
    assert desk.give(by) == 409 and desk.rows() == []


def test_one_of_two_days_leaves_on_its_own(desk: FilterDesk) -> None:
    desk.give()
    desk.decide()
    with desk.school.databases.school.write() as session:
        session.execute(update(FilterAddress).values(leaves_at=desk.at_four(days=1)))
    desk.leave()
    assert mailed(desk.school) == [] and SHOWN not in desk.seen("network")


def test_who_is_away_is_no_reason_to_wait(desk: FilterDesk) -> None:
    with desk.school.databases.school.write() as session:
        away = {"away_from": now_utc().date() - timedelta(days=1), "away_until": None}
        session.execute(update(StaffMember).where(StaffMember.id == desk.school.network.id).values(**away))
    desk.give()
    desk.decide()
    desk.leave()
    assert desk.done("network2") == 302


def test_what_the_desk_does_is_done_at_the_desk_and_not_by_a_tick(desk: FilterDesk) -> None:
    def stands(item: str) -> str:
        boxes = Page(desk.at("coordinator").get(f"{desk.case}/to-do").text).inputs(f"todo-{item}")
        return next(one.attrs["value"] for one in boxes if "checked" in one.attrs)

    ticked = {"todo-address": "done", "todo-filter": "done", "todo-illegal": "done"}
    desk.at("coordinator").post(f"{desk.case}/done", data=ticked)
    assert (stands("address"), stands("filter"), stands("illegal")) == ("open", "open", "done")
    assert desk.give() == 302
    assert (stands("address"), stands("filter")) == ("done", "open")
    assert desk.decide() == 302
    assert (stands("address"), stands("filter")) == ("done", "done")
