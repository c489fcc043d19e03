"""Looking for something in the queue: only among what somebody may read, and a number tells nothing (promise S9)."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event

from kiosk.accounts.models import RoleHolder
from kiosk.roles import Role
from tests.incidents.closings import ENDED, close_case, newest_asked
from tests.incidents.school import School
from tests.pages import Page

QUEUE = "/staff/incidents/"


@pytest.fixture
def dsl(app: Flask, school: School) -> FlaskClient:
    """The safeguarding lead's browser: one opened, one of another kind that waits, one of the coordinator's."""
    browser = school.browser(app, school.dsl)
    browser.post(f"{QUEUE}open/{school.told('friend')}")
    school.told("images")
    school.browser(app, school.coordinator).post(f"{QUEUE}open/{school.told('bullying', follow='hate')}")
    return browser


def kinds(browser: FlaskClient, **asked: str) -> list[str]:
    """What stands in the rows."""
    page = Page(browser.get(QUEUE, query_string=asked).text)
    return [one.text for one in page.all("td") if one.attrs.get("class") == "queue__about"]


@pytest.mark.main(8)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"show": "all"}, 3),
        ({"show": "all", "kind": "images"}, 1),
        ({"show": "all", "kind": "nonsense"}, 3),
        ({"show": "all", "level": "urgent"}, 1),
        ({"show": "all", "level": "soon"}, 2),
        ({"show": "all", "owner": "nobody"}, 1),
        ({"show": "all", "owner": "nobody", "level": "soon"}, 0),
        ({"show": "all", "owner": "nonsense"}, 3),
        ({"number": "1"}, 1),
        ({"number": "0002"}, 1),
        ({"number": "3"}, 0),
        ({"number": "one"}, 0),
        ({"number": "9" * 30}, 0),
        ({"number": "1", "kind": "images"}, 0),
        ({"show": "closed", "owner": "nobody"}, 0),
    ],
    ids=str,
)
def test_each_field_leaves_what_fits(dsl: FlaskClient, asked: dict[str, str], found: int) -> None:
    assert len(kinds(dsl, **asked)) == found


def test_an_owner_is_chosen_by_name_and_the_form_keeps_what_was_chosen(
    dsl: FlaskClient, school: School
) -> None:
    owner = school.coordinator.id.hex
    (about,) = kinds(dsl, show="all", owner=owner)
    assert "Case 0002" in about
    page = Page(dsl.get(QUEUE, query_string={"show": "all", "owner": owner, "number": "2"}).text)
    chosen = [one.attrs["value"] for one in page.all("option") if "selected" in one.attrs]
    assert owner in chosen
    assert next(one for one in page.all("input") if one.attrs["name"] == "number").attrs["value"] == "2"


def test_a_number_is_found_on_every_tab_also_when_it_is_closed(
    dsl: FlaskClient, school: School, app: Flask
) -> None:
    closing = ENDED | {"outcome": "not_serious", "owner": school.dsl.id.hex}
    assert close_case(dsl, f"{QUEUE}1", closing).status_code == 302
    with school.databases.school.session(write=False) as session:
        shown = {"asked": newest_asked(session, 1)}
    assert school.browser(app, school.dsl2).post(f"{QUEUE}1/close/agree", data=shown).status_code == 302
    for tab in ("mine", "all", "others", "closed"):
        (about,) = kinds(dsl, show=tab, number="1")
        assert "Case 0001" in about


@pytest.mark.parametrize("tab", ["mine", "all", "others", "closed"])
def test_a_number_of_others_is_answered_as_one_that_does_not_exist_at_the_same_price(
    app: Flask, school: School, tab: str
) -> None:
    chair = school.browser(app, school.chair)
    opened = chair.post(f"{QUEUE}open/{school.told('adult', head='yes')}").headers["Location"]
    number = opened.rpartition("/")[2]
    head, asked = school.browser(app, school.principal), list[str]()

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    for database in (school.databases.school, school.databases.reports):
        event.listen(database.engine, "before_cursor_execute", note)

    def answer(number: str) -> tuple[str, int]:
        asked.clear()
        page = head.get(QUEUE, query_string={"number": number, "show": tab}).text
        return re.sub(r"Today [\d:]+", "", page.replace(number, "N")), len(asked)

    answer("777777")
    assert answer(number) == answer("777778")
    assert "Nothing fits" in answer(number)[0]
    assert kinds(chair, number=number, show=tab), "the control"


def test_the_tabs_say_how_many_but_only_of_what_somebody_may_read(
    app: Flask, school: School, dsl: FlaskClient
) -> None:
    def tabs(browser: FlaskClient) -> list[str]:
        page = Page(browser.get(QUEUE).text)
        (nav,) = [one for one in page.all("nav") if one.attrs.get("class") == "tabs"]
        return [one.text for one in nav.find_all("a")]

    assert tabs(dsl) == ["For me 2", "All I may read 3", "With others", "Closed"]
    principal = school.browser(app, school.principal)
    assert tabs(principal) == ["For me", "All I may read", "With others", "Closed"]
    coordinator = school.browser(app, school.coordinator)
    assert tabs(coordinator) == ["For me 1", "All I may read 1", "With others", "Closed"]


def test_the_columns_say_why_it_is_here_and_whose_it_is(dsl: FlaskClient) -> None:
    page = Page(dsl.get(f"{QUEUE}?show=all").text)
    heads = [one.text for one in page.all("th") if one.attrs.get("scope") == "col"]
    assert heads == ["Level", "About, and why it is here", "Owner", "Arrived", "What is next"]
    owners = [one.text for one in page.all("td") if "queue__owner" in one.attrs.get("class", "")]
    assert sorted(owners) == ["Ms coordinator", "Nobody yet", "You"]
    groups = [one.text for one in page.all("tr") if one.attrs.get("class") == "table-group"]
    by_day, at_night = {"Late 1", "Not read yet 1", "Next step is yours 1"}, {"Can wait until morning 2"}
    assert set(groups) - {"With others 1"} <= (by_day if len(groups) > 2 else at_night)


def test_nothing_of_the_childs_words_can_be_looked_for(dsl: FlaskClient, school: School) -> None:
    school.told("friend", words="the red bicycle")
    for field in ("number", "kind", "level", "owner", "words", "q"):
        page = dsl.get(QUEUE, query_string={"show": "all", field: "red bicycle"})
        assert page.status_code == 200
        assert "the red bicycle" not in page.text


def owners(browser: FlaskClient) -> list[str]:
    """Whose cases can be chosen above the queue."""
    (chosen,) = [
        one
        for one in Page(browser.get(f"{QUEUE}?show=all").text).all("select")
        if one.attrs["name"] == "owner"
    ]
    return [one.text for one in chosen.find_all("option")]


def test_the_choice_of_an_owner_names_nobody_for_a_case_of_others(school: School, app: Flask) -> None:
    """Whoever gave the role on and looks after the computers instead may own a case still."""
    coordinator = school.browser(app, school.coordinator)
    before = owners(coordinator)
    assert school.dsl2.name in before
    school.browser(app, school.dsl2).post(f"{QUEUE}open/{school.told('stranger')}")
    with school.databases.school.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == school.dsl2.id))
        session.add(RoleHolder(role=Role.NETWORK, deputy=True, staff_id=school.dsl2.id))
    assert owners(coordinator) == [one for one in before if one != school.dsl2.name]
