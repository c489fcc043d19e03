"""A class reads its Code from the board, rule by rule: the adult goes on from the remote, and no tablet is needed."""

import pytest
from flask.testing import FlaskClient

from tests.classroom.led import LedClass, ask
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def closed(led: LedClass) -> LedClass:
    """A class in which no lesson is led any more."""
    led.press("end")
    return led


def code(led: LedClass) -> str:
    """The address of the page."""
    return f"/staff/classes/{led.learner.class_group.id}/code"


def board(led: LedClass) -> str:
    """The address of the board, as the page of the Code links to it."""
    links = (one.attrs.get("href", "") for one in Page(led.desk.get(code(led)).text).all("a"))
    return next(link for link in links if "/home/board/" in link)


def rule(led: LedClass, place: int) -> None:
    """Put a rule on the board; 0 takes the Code off it."""
    assert led.desk.post(code(led), data={"place": str(place)}).status_code == 303


def test_the_board_and_the_remote_go_through_the_rules_and_back(
    closed: LedClass, client: FlaskClient
) -> None:
    led, wall = closed, board(closed)
    rules = site_of(led.app).codes["ks2", "en"].rules
    assert "Our code" in client.get(wall).text
    for place in (1, 2, len(rules), 1, 1):
        before = client.get(f"{wall}/now").get_json()["mark"]
        rule(led, place)
        assert client.get(f"{wall}/now").get_json()["mark"] != before
        shown = Page(client.get(wall).text).text
        assert f"Rule {place} of {len(rules)}" in shown
        said = Page(led.desk.get(code(led)).text).text
        assert f"Rule {place} of {len(rules)}" in said
    rule(led, 0)
    assert "Our code" in client.get(wall).text


def test_the_board_says_it_in_the_language_that_was_chosen_for_it(
    closed: LedClass, client: FlaskClient
) -> None:
    wall = board(closed)
    rule(closed, 1)
    assert 'dir="rtl"' in client.get(f"{wall}?lang=ur").text.partition("<head>")[0]
    assert client.get(f"{wall}?lang=ur").status_code == 200


def test_a_rule_past_the_last_is_the_last_one(closed: LedClass, client: FlaskClient) -> None:
    wall = board(closed)
    rule(closed, 999)
    many = len(site_of(closed.app).codes["ks2", "en"].rules)
    assert f"Rule {many} of {many}" in Page(client.get(wall).text).text


def test_tablets_know_nothing_of_it(closed: LedClass) -> None:
    tablet = closed.tablet()
    before = tablet.get("/learn/lessons/all").text
    rule(closed, 1)
    assert tablet.get("/learn/lessons/all").text == before
    assert ask(tablet, closed.step(1))["do"] == "stay"


def test_it_stands_over_no_lesson_that_is_led_and_a_lesson_takes_its_place(
    led: LedClass, client: FlaskClient
) -> None:
    led.go_to(2)
    assert led.desk.get(code(led)).location == led.address
    rule(led, 1)
    assert led.now().lesson_id == led.lesson.id and led.now().place == 2
    led.press("end")
    wall = board(led)
    rule(led, 1)
    led.begin()
    assert "Rule 1" not in client.get(wall).text
    assert led.now().lesson_id == led.lesson.id


def test_taking_it_off_opens_no_class_that_has_closed(led: LedClass, client: FlaskClient) -> None:
    led.press("close", sure="1")
    rule(led, 0)
    assert "/home/board/" not in led.desk.get(code(led)).text
    rule(led, 1)
    assert "Rule 1" in Page(client.get(board(led)).text).text, "starting opens the class for its board"
