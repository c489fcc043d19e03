"""Somebody closes a case while a colleague types: nothing of what was typed is lost, and nothing is written."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kiosk.incidents.models import Act
from tests.incidents.school import School
from tests.incidents.test_closing import Case
from tests.pages import Page

OVER = {"outcome": "no_action", "note": "Nothing to do."}
TYPED = {
    "record/support": ({"who": "Ms Reed", "note": "A talk each Monday."}, ("Ms Reed", "A talk each Monday.")),
    "record/referred": (
        {"to": "police", "day": "2026-11-25", "reference": "AB 12", "note": "They ring back."},
        ("Police", "AB 12", "They ring back."),
    ),
    "close": ({"outcome": "resolved", "note": "They are friends again."}, ("They are friends again.",)),
    "plan": ({"next_step": "day", "note": "I talk to the form."}, ("I talk to the form.",)),
}


@pytest.fixture
def closed(school: School, app: Flask) -> Iterator[Case]:
    """A case that a colleague has closed just now."""
    case = Case(school, app, "coordinator", "bullying")
    assert case.send("coordinator2", "close", OVER) == 302
    yield case


@pytest.mark.parametrize("form", TYPED)
def test_every_box_that_was_filled_in_stands_on_the_page_that_says_so(closed: Case, form: str) -> None:
    typed, kept = TYPED[form]
    lines = closed.acts()
    answer = closed.at("coordinator").post(f"{closed.address}/{form}", data=typed)
    assert answer.status_code == 409
    note = Page(answer.text).value("note")
    for words in kept:
        assert words in note
    assert [act for act in closed.acts() if act is not Act.READ] == [
        act for act in lines if act is not Act.READ
    ]
