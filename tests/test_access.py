"""Every address of kiosk against a table written by hand; what is not in the table fails (promise E5)."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from kiosk.accounts.sign_in.login import RouteWithoutAccess, check_access, open_to_all, staff_required
from kiosk.config import Config
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.access_table import PEOPLE, REPORT, TABLE
from tests.access_world import World
from tests.sets import repeats
from tests.sites import make_report_app

pytestmark = pytest.mark.database("sqlite")  # who may open a page does not depend on the database

LET_IN = {200, 400, 409, 410, 422}
DOORS = {"/staff/sign-in": "s", "/learn/": "j"}
NOT_LET_IN = {"s", "j", "n", ".", ">"}
MADE_UP = (
    "..",
    "%2e%2e",
    "ks2",
    "%00",
    "<script>",
    "ks2-bullying-upstander%0a",
    "KS2-BULLYING-UPSTANDER",
    "x" * 400,
)
STAFF_OBJECTS = re.compile(r"^/staff/.*<(uuid|int):")


def pairs(url_map: Map) -> set[tuple[str, str]]:
    """Every method and address that an app answers."""
    return {
        (method, rule.rule)
        for rule in url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def rule_of(app: Flask, method: str, address: str) -> Rule:
    """The rule of a row of the table."""
    (found,) = [
        one for one in app.url_map.iter_rules() if one.rule == address and method in (one.methods or ())
    ]
    return found


def fill(world: World, method: str, rule: str, **changes: Any) -> str:
    """An address without holes."""
    values = world.values(rule) | changes
    found = rule_of(world.app, method, rule)
    wanted = {name: values[name] for name in found.arguments}
    with world.app.test_request_context():
        return world.app.url_map.bind("localhost").build(found.endpoint, wanted, method=method)


def letter(answer: TestResponse) -> str:
    """An answer as the table writes it."""
    if answer.status_code in LET_IN:
        return "y"
    if answer.status_code in {301, 302, 303, 307, 308}:
        return DOORS.get(answer.headers["Location"].split("?")[0], ">")
    return {403: "n", 404: "."}.get(answer.status_code, f"{answer.status_code}?")


def test_every_address_stands_in_the_table_and_none_that_is_gone(app: Flask) -> None:
    written = {(method, rule) for method, rows in TABLE.items() for rule in rows}
    assert pairs(app.url_map) == written
    for rows in TABLE.values():
        assert {len(row.split()) for row in rows.values()} == {len(PEOPLE)}


def test_the_report_zone_has_these_addresses_and_no_others(
    config: Config, databases: Databases, key: SiteKey, content: Content
) -> None:
    assert pairs(make_report_app(config, databases).url_map) == REPORT


@pytest.mark.again
@pytest.mark.parametrize("person", repeats(("no", "pu", "te", "co", "ne"), PEOPLE))
def test_each_person_gets_what_the_table_says_and_nothing_else(world: World, person: str) -> None:
    place, strange = PEOPLE.index(person), {}
    for method, rows in TABLE.items():
        for rule, row in sorted(
            rows.items(), key=lambda one: one[0] == "/learn/leave"
        ):  # it ends every sign-in
            address = fill(world, method, rule)
            answer = world.browser(person).open(address, method=method, buffered=True)
            expected = row.split()[place]
            if letter(answer) != expected:
                strange[f"{method} {rule}"] = f"{letter(answer)} instead of {expected}"
            if expected in NOT_LET_IN:
                assert answer.status_code != 200, address
                assert world.learner.pupil.first_name not in answer.text, f"{address} shows a child's name"
    assert strange == {}


@pytest.mark.parametrize("person", ["te", "co", "ds", "pr", "ch", "ne"])
def test_an_id_that_is_nobodys_is_not_found_wherever_it_stands(world: World, person: str) -> None:
    place = PEOPLE.index(person)
    for method, rows in TABLE.items():
        for rule, row in rows.items():
            if STAFF_OBJECTS.match(rule) and row.split()[place] in {"y", ">"} and "become" not in rule:
                for name in rule_of(world.app, method, rule).arguments & {
                    "class_id",
                    "staff_id",
                    "report_id",
                    "entry_id",
                    "number",
                }:
                    nobodys = 4711 if name == "number" else uuid.uuid4()
                    address = fill(world, method, rule, **{name: nobodys})
                    answer = world.browser(person).open(address, method=method)
                    assert answer.status_code == 404, f"{method} {address} as {person}"


def test_another_teachers_class_is_as_if_there_were_none(world: World) -> None:
    browser, other = world.browser("te"), world.other
    for method, rows in TABLE.items():
        for rule, row in rows.items():
            # Covering is for classes of others; what no teacher may do is refused whatever the class.
            if "class_id" in rule and "/staff/cover/" not in rule and row.split()[PEOPLE.index("te")] != "n":
                theirs = fill(world, method, rule, class_id=other.class_group.id, pupil_id=other.pupil.id)
                none = fill(world, method, rule, class_id=uuid.uuid4())
                answers = [browser.open(address, method=method) for address in (theirs, none)]
                assert [one.status_code for one in answers] == [404, 404], theirs
                assert _without_address(answers[0]) == _without_address(answers[1])


def test_a_child_of_another_class_is_not_of_this_one(world: World) -> None:
    browser, stranger = world.browser("te"), world.other.pupil
    clear = "/staff/classes/<uuid:class_id>/pupils/<uuid:pupil_id>/clear"
    assert browser.post(fill(world, "POST", clear, pupil_id=stranger.id)).status_code == 404
    set_for = "/staff/classes/<uuid:class_id>/pupils/<uuid:pupil_id>/adjustments"
    assert browser.get(fill(world, "GET", set_for, pupil_id=stranger.id)).status_code == 404
    assert browser.post(fill(world, "POST", set_for, pupil_id=stranger.id)).status_code == 404
    keys = fill(world, "GET", "/staff/classes/<uuid:class_id>/keys")
    assert browser.get(f"{keys}?pupil={stranger.id.hex}").status_code == 404
    answers = [
        browser.get(f"/staff/signatures?class={group}")
        for group in (world.other.class_group.id, uuid.uuid4())
    ]
    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.parametrize("person", ["te", "co", "ds", "pr", "ne"])
def test_an_incident_of_others_and_one_that_does_not_exist_look_alike(world: World, person: str) -> None:
    browser = world.browser(person)
    hidden = (
        world.hidden_number if person != "ds" else 4711
    )  # a report about the head goes to the chair and to her
    for rule, method in (
        ("/staff/incidents/<int:number>", "GET"),
        ("/staff/incidents/<int:number>/aside", "POST"),
        ("/staff/incidents/<int:number>/answer", "GET"),
        ("/staff/incidents/<int:number>/answer", "POST"),
        ("/staff/incidents/<int:number>/answer/send", "POST"),
        ("/staff/incidents/<int:number>/answer/<uuid:sent_id>", "GET"),
        ("/staff/incidents/<int:number>/<any(plan,level,pass,hand,reopen):step>", "POST"),
    ):
        answers = [
            browser.open(fill(world, method, rule, number=number), method=method) for number in (hidden, 4712)
        ]
        status = (
            403 if person in ("te", "ne") else 404
        )  # whoever reads no reports is told so for every number
        assert [one.status_code for one in answers] == [status, status], rule
        assert _without_address(answers[0]) == _without_address(answers[1])


def test_a_waiting_report_about_the_head_cannot_be_opened_by_those_whom_it_avoids(world: World) -> None:
    rule = "/staff/incidents/open/<uuid:report_id>"
    for person in ("te", "co", "pr", "ne"):
        answer = world.browser(person).post(fill(world, "POST", rule, report_id=world.hidden))
        assert answer.status_code == (403 if person in ("te", "ne") else 404), person
    assert world.browser("ch").post(fill(world, "POST", rule, report_id=world.hidden)).status_code in {
        302,
        303,
    }


def test_a_made_up_name_of_a_lesson_or_quiz_is_not_found(world: World) -> None:
    pupil, nobody, teacher = (world.browser(person) for person in ("pu", "no", "te"))
    for id in MADE_UP:
        for browser, address in (
            (pupil, f"/learn/lessons/{id}"),
            (pupil, f"/learn/lessons/{id}/1"),
            (pupil, f"/learn/quizzes/{id}"),
            (nobody, f"/home/lessons/{id}"),
            (nobody, f"/home/code/{id}x"),
            (teacher, f"/staff/lessons/{id}"),
        ):
            answer = browser.get(address)
            assert answer.status_code == 404, address
            assert "<script>" not in answer.text


def test_a_pupil_and_an_adult_at_one_browser_stay_apart(world: World) -> None:
    browser = world.browser("pu")
    assert browser.get("/staff/").status_code == 302
    adult = world.browser("co")
    assert adult.get("/learn/lessons/").headers["Location"] == "/learn/"
    token = adult.get_cookie("kiosk-staff", path="/staff")
    assert token is not None
    browser.set_cookie("kiosk-learn", token.value, path="/learn")
    assert browser.get("/learn/lessons/").headers["Location"] == "/learn/"


def test_no_spelling_of_an_address_goes_round_the_door(world: World) -> None:
    for address in (
        "/staff",
        "/learn/lessons",
        "/staff//",
        "/STAFF/",
        "/staff/./people/",
        "/learn/../staff/",
    ):
        assert world.browser("no").get(address).status_code in {302, 308, 404}, address


def test_a_page_that_does_not_say_who_may_open_it_stops_the_start(app: Flask) -> None:
    check_access(app)
    app.view_functions["planted"] = lambda: "open"
    app.url_map.add(Rule("/planted", endpoint="planted"))
    with pytest.raises(RouteWithoutAccess, match=r"^planted does not say who may open it$"):
        check_access(app)
    assert app.test_client().get("/planted").status_code == 500, "and even then it is not shown"
    app.view_functions["planted"] = open_to_all(lambda: "open")
    check_access(app)
    assert app.test_client().get("/planted").text == "open"


def test_a_role_that_is_taken_away_closes_its_pages_at_once(world: World) -> None:
    app = world.app
    app.view_functions["planted"] = staff_required(Role.NETWORK)(lambda: "for the network manager")
    app.url_map.add(Rule("/staff/planted", endpoint="planted"))
    browser = world.browser("ne")
    assert browser.get("/staff/planted").status_code == 200
    with world.school.databases.school.write() as session:
        session.delete(session.merge(world.school.people["ne"]).holdings[0])
    assert browser.get("/staff/planted").status_code == 403


def _without_address(answer: TestResponse) -> str:
    return re.sub(r'(href|action)="[^"]*"', "", answer.text)
