"""An address goes to whoever looks after the filter: once a day, and nothing else of the case goes with it."""

from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.addresses import release_addresses, site_in
from kiosk.incidents.models import ColleagueMessage
from kiosk.storage.db import now_utc
from tests.incidents.case.test_answers_back import clear_mail, mailed
from tests.incidents.case.test_need_to_know import Desk
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

TYPED = "https://free-skins.example/u/robbo_8oak"
SITE = "free-skins.example"
SHOWN = "free-skins[.]example"
SAID = "Robbo from my class showed us"


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    """A site that a child named, opened by the coordinator."""
    found = Desk(school, app, "coordinator", "site", address=TYPED, words=SAID, name="Ola")
    clear_mail(school)
    return found


def give(desk: Desk, by: str = "coordinator", to: str = "network", **changed: str) -> int:
    due_on = (now_utc() + timedelta(days=3)).date().isoformat()
    form = {"colleague": desk.school.people[to].id.hex, "address": SITE, "whom": "pupils", "due_on": due_on}
    return int(desk.at(by).post(f"{desk.address}/address", data=form | changed).status_code)


def at_four(desk: Desk, days: int = 0) -> datetime:
    """Four o'clock at school, today or tomorrow, whichever comes next."""
    zone = desk.school.calendar.zone
    now = now_utc().astimezone(zone)
    day = now.date() + timedelta(days=int(now.time() >= time(16)) + days)
    return datetime.combine(day, time(16), zone)


def answer(desk: Desk, who: str = "network", **sent: str) -> int:
    return int(desk.at(who).post(f"/staff/words/{desk.rows()[0].id}", data=sent).status_code)


def test_the_whole_site_is_offered_and_the_page_that_may_name_a_child_is_not(desk: Desk) -> None:
    page = Page(desk.at("coordinator").get(f"{desk.address}/address").text)
    assert page.value("address") == SITE
    assert "robbo" not in page.text


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


def test_it_leaves_at_four_and_until_then_no_byte_of_the_network_managers_pages_changes(desk: Desk) -> None:
    before = [desk.at("network").get(page).text for page in ("/staff/", "/staff/account")]
    assert give(desk) == 302
    release_addresses(desk.school.databases, at_four(desk) - timedelta(minutes=1))
    assert [desk.at("network").get(page).text for page in ("/staff/", "/staff/account")] == before
    assert desk.at("network").get(f"/staff/words/{desk.rows()[0].id}").status_code == 404
    assert mailed(desk.school) == []
    release_addresses(desk.school.databases, at_four(desk))
    release_addresses(desk.school.databases, at_four(desk) + timedelta(minutes=1))
    assert mailed(desk.school) == ["network"]
    assert SHOWN in desk.home("network")


def test_they_see_the_address_for_whom_and_by_when_and_nothing_else_of_the_case(desk: Desk) -> None:
    give(desk)
    release_addresses(desk.school.databases, at_four(desk))
    home = desk.home("network").partition("Addresses to look at")[2].partition("School calendar")[0]
    page = Page(desk.at("network").get(f"/staff/words/{desk.rows()[0].id}").text)
    assert SHOWN in page.text and "Pupils. By " in page.text
    assert "do not look up who did" in page.text and "do not look up who did" in home
    for told in (SAID, "robbo", "Robbo", "Ola", "0001", "Ms coordinator", "Years", "KS", "screen"):
        assert told not in page.text.replace("nobody", ""), told
        assert told not in home, told
    assert SITE not in desk.at("network").get("/staff/").text, (
        "it is never a link, nor can it be opened by accident"
    )


def test_the_answer_is_a_line_of_the_case_and_the_address_is_deleted(desk: Desk) -> None:
    give(desk)
    release_addresses(desk.school.databases, at_four(desk))
    clear_mail(desk.school)
    assert answer(desk, answer="not") == 422, "why not"
    assert answer(desk, answer="done") == 422, "that is no answer about an address"
    assert answer(desk, answer="not", note="A lesson needs it.") == 302
    assert mailed(desk.school) == ["coordinator"]
    assert SHOWN not in desk.home("network") and desk.rows()[0].words == ""
    case = desk.case("coordinator")
    assert "Not blocked, because" in case and "A lesson needs it." in case


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"address": ""}, "Write the address."),
        ({"address": SAID}, "Only a web address, please"),
        ({"address": f"{SITE}/ola"}, "Only a web address, please"),
        ({"whom": "ks2"}, "Choose for whom it is to be blocked."),
        ({"due_on": "2020-01-01"}, "That day has passed."),
        ({"colleague": ""}, "Choose who gets it."),
    ],
)
def test_a_mistake_is_said_and_nothing_leaves(desk: Desk, changed: dict[str, str], message: str) -> None:
    form = {"colleague": desk.school.network.id.hex, "address": SITE, "whom": "all", "due_on": "2099-01-01"}
    page = desk.at("coordinator").post(f"{desk.address}/address", data=form | changed)
    assert page.status_code == 422 and message in page.text
    assert desk.rows() == []


def test_who_was_ticked_is_not_offered_and_the_next_contact_is(school: School, app: Flask) -> None:
    """A child who ticks the network manager is heard: the deputy gets the address."""
    out = [school.network.id.hex]
    desk = Desk(school, app, "chair", "adult", head="yes", exclude=out)
    assert "Give an address" not in desk.case("chair")
    assert give(desk, "chair") == 422, "of what may be about a grown-up nothing leaves"
    with school.databases.school.write() as session:
        away = {"away_from": now_utc().date() - timedelta(days=1), "away_until": None}
        session.execute(update(StaffMember).where(StaffMember.id == school.network.id).values(**away))
    site = Desk(school, app, "coordinator", "site", address=TYPED)
    page = Page(site.at("coordinator").get(f"{site.address}/address").text)
    assert "Ms network2" in page.text and "Ms network " not in page.text
    assert give(site) == 422 and give(site, to="network2") == 302


@pytest.mark.parametrize(("by", "concern"), [("dsl", "stranger"), ("coordinator", "bullying")])
def test_only_a_case_about_a_site_has_this_act(school: School, app: Flask, by: str, concern: str) -> None:
    desk = Desk(school, app, by, concern)
    assert "Give an address" not in desk.case(by)
    assert give(desk, by) == 422 and desk.rows() == []


@pytest.mark.parametrize("to", ["teacher", "coordinator2", "dsl"])
def test_nobody_else_is_given_an_address(desk: Desk, to: str) -> None:
    assert give(desk, to=to) == 422 and desk.rows() == []


@pytest.mark.parametrize("who", ["network", "teacher", "dsl", "principal"])
def test_who_may_not_read_the_case_gives_and_sees_nothing(desk: Desk, who: str) -> None:
    assert give(desk, who) in (403, 404)
    assert desk.at(who).get(f"{desk.address}/address").status_code in (403, 404)
    assert desk.rows() == []


def test_given_twice_it_is_one_and_one_of_two_days_leaves_on_its_own(desk: Desk) -> None:
    assert [give(desk), give(desk)] == [302, 302]
    assert len(desk.rows()) == 1
    with desk.school.databases.school.write() as session:
        session.execute(update(ColleagueMessage).values(leaves_at=at_four(desk, days=1)))
    release_addresses(desk.school.databases, at_four(desk))
    assert mailed(desk.school) == [] and SHOWN not in desk.home("network")
