"""How many taps and forms a case takes from its list to its end, walked through the pages' own controls.

A tap is a button, a link, a radio or a list choice that a person has to touch; typing and putting the cursor into a
field is none. A control that the page does not have fails the walk, so that no count is of a form nobody could send.
"""

from typing import Any

import pytest
from flask import Flask

from kiosk.incidents.models import Act
from tests.incidents.closings import STOPPED
from tests.incidents.desk import CASES, Desk
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")


class Walk:
    """Several people at one case, with every tap counted."""

    def __init__(self, school: School, app: Flask) -> None:
        self.desk = Desk(school, app)
        self.taps = self.forms = 0
        self.sent: dict[str, str] = {}

    def opens(self, who: str, concern: str, **given: Any) -> None:
        """The row of the queue is tapped."""
        self.who, self.taps = who, self.taps + 1
        self.at = f"{CASES}{self.desk.opened(who, concern, **given)}"
        self.page = Page(self.desk.at(who).get(self.at).text)

    def goes(self, who: str) -> None:
        """Somebody else taps the row in their own list."""
        self.who, self.taps = who, self.taps + 1
        self.page = Page(self.desk.at(who).get(self.at).text)

    def picks(self, name: str, value: str) -> None:
        """A radio or an entry of a list is tapped."""
        options = [one for one in self.page.all("option", "input") if one.attrs.get("value") == value]
        assert any(one.tag == "option" or one.attrs.get("name") == name for one in options), (name, value)
        self.taps, self.sent[name] = self.taps + 1, value

    def types(self, name: str, words: str) -> None:
        assert self.page.inputs(name), name
        self.sent[name] = words

    def follows(self, words: str) -> None:
        self.taps += 1
        self.page = Page(self.desk.at(self.who).get(self.page.link(words)).text)

    def presses(self, words: str) -> None:
        """A button is tapped, which sends the form in which it stands."""
        self.taps, self.forms = self.taps + 1, self.forms + 1
        button = self.page.button(words)
        form = next(
            (one for one in self.page.all("form") if button in one.find_all("button")),
            next((one for one in self.page.all("form") if one.attrs.get("id") == "case"), None),
        )
        assert form, words
        for field in form.find_all("input", "textarea"):  # what stands there already, as a browser sends it
            if field.attrs.get("type") not in ("radio", "checkbox") or "checked" in field.attrs:
                self.sent.setdefault(field.attrs["name"], field.attrs.get("value", field.text))
        if name := button.attrs.get("name"):
            self.sent[name] = button.attrs["value"]
        address = button.attrs.get("formaction") or form.attrs["action"]
        answer = self.desk.at(self.who).post(address, data=self.sent, follow_redirects=True)
        assert answer.status_code == 200, Page(answer.text).text
        self.sent, self.page = {}, Page(answer.text)

    @property
    def is_over(self) -> bool:
        return bool(self.desk.lines(int(self.at.rpartition("/")[2]), Act.CLOSED))


@pytest.fixture
def walk(school: School, app: Flask) -> Walk:
    return Walk(school, app)


def test_an_ordinary_case_takes_at_most_twelve_taps_and_four_forms(walk: Walk) -> None:
    walk.opens("coordinator", "site")
    walk.picks("todo-illegal", "done")
    for item in ("address", "filter"):  # what the desk does nobody says of it
        walk.picks(f"todo-{item}", "not")
        walk.types(f"why-{item}", "It is shut already.")
    walk.presses("Close")
    assert "Everything is decided" not in walk.page.text, "what the school learns is asked here"
    walk.picks("outcome", "resolved")
    walk.picks("learn", "nothing")
    walk.presses("Close it")
    assert walk.is_over
    assert walk.taps <= 12 and walk.forms <= 4, (walk.taps, walk.forms)


def agrees(walk: Walk, who: str) -> None:
    """The second reader opens it from their list, reads what was asked, and agrees."""
    walk.goes(who)
    walk.follows("Read it and answer")
    walk.presses("I agree, close it")
    assert walk.is_over


def test_bullying_that_goes_on_takes_at_most_twenty_taps_with_two_people(walk: Walk) -> None:
    walk.opens("coordinator", "bullying", follow="repeat")
    for item in ("both", "support", "bullying-log"):
        walk.picks(f"todo-{item}", "done")
    for item in ("severe", "outside"):
        walk.picks(f"todo-{item}", "not")
        walk.types(f"why-{item}", "It was put right in school.")
    walk.presses("Write down what was decided")  # parents
    walk.picks("told", "no")
    walk.types("note", "They were spoken to together with both children.")
    walk.presses("Write it in the log")
    walk.presses("Close")
    walk.picks("outcome", "resolved")
    walk.picks("stopped", "yes")
    walk.types("says", "The child, to the form teacher")
    walk.types("again_on", STOPPED["again_on"])
    walk.taps += 2  # a calendar is opened, and a day in it
    walk.picks("learn", "nothing")
    walk.presses("Ask another reader to agree")
    assert not walk.is_over
    agrees(walk, "coordinator2")
    assert walk.taps <= 20, walk.taps


def test_a_severe_case_takes_at_most_twenty_six_taps_with_two_people(walk: Walk) -> None:
    walk.opens("dsl", "me", reply="yes")
    for item in ("principal", "look-after", "plan", "protection-log"):
        walk.picks(f"todo-{item}", "done")
    walk.presses("Answer the child")  # which saves those four
    walk.types("note", "We will help you.")
    walk.presses("Look at it")
    walk.presses("Send to the child")
    walk.follows("Case 0001")
    walk.presses("Write down what was decided")  # parents
    walk.picks("told", "no")
    walk.types("note", "The words say that they must not know.")
    walk.presses("Write it in the log")
    walk.presses("Write down what was decided")  # people outside
    walk.picks("to", "social-care")
    walk.presses("Write it in the log")
    walk.presses("Close")
    walk.picks("outcome", "referred")
    walk.picks("learn", "nothing")
    walk.presses("Ask another reader to agree")
    assert not walk.is_over
    agrees(walk, "dsl2")
    assert walk.taps <= 26, walk.taps
