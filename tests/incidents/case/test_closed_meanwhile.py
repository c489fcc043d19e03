"""Somebody closes a case while a colleague types: nothing of what was typed is lost, and nothing is written."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kiosk.incidents.case.views.record_words import typed_text
from kiosk.incidents.models import Act
from tests.incidents.closing.test_close import Case
from tests.incidents.closings import CHOSEN
from tests.incidents.school import School
from tests.pages import Page

OVER = {"outcome": "resolved", "note": "Nothing to do.", "learn": "nothing"}
TYPED = {
    "record/support": ({"who": "Ms Reed", "note": "A talk each Monday."}, ("Ms Reed", "A talk each Monday.")),
    "record/referred": (
        {"to": "police", "day": "2026-11-25", "reference": "AB 12", "note": "They ring back."},
        ("Police", "AB 12", "They ring back."),
    ),
    "close": ({"outcome": "resolved", "note": "They are friends again."}, ("They are friends again.",)),
    "plan": ({"next_step": "day", "note": "I talk to the form."}, ("I talk to the form.",)),
}
LONG = "She cried for an hour, and her sister saw it all. " * 90
# Each with a mistake: by when, who or the outcome was forgotten, or it is too long.
MISTAKEN = {
    "plan": {"note": "I talk to the form."},
    "level": {"note": "It is worse."},
    "pass": {"note": "Please ring them.", "to": "nobody"},
    "hand": {"note": LONG},
    "record/witness": {"note": "They saw it all.", "day": "2026-11-02"},
    "record/complaint": {"note": "Nobody rang."},
    "record/did": {"note": LONG},
    "tasks": {"note": "Ring the nurse."},
    "word": {"note": "Please stand near the lockers."},
    "link": {"number": "12 or so " * 30},
    "belongs": {"number": "12 or so " * 30},
    "complaint": {"note": "I rang them."},
    "close": {"note": "They are friends again."},
    "close/not-yet": {"note": LONG},
}


@pytest.fixture
def closed(school: School, app: Flask) -> Iterator[Case]:
    """A case that a colleague has closed just now."""
    case = Case(school, app, "coordinator", "bullying")
    assert case.send("coordinator2", "done", CHOSEN) == 302
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


@pytest.mark.parametrize("form", MISTAKEN)
def test_a_form_with_a_mistake_keeps_what_was_typed_as_well(closed: Case, form: str) -> None:
    answer = closed.at("coordinator").post(f"{closed.address}/{form}", data=MISTAKEN[form])
    assert answer.status_code == 409
    typed = max(MISTAKEN[form].values(), key=len).strip()
    assert typed in Page(answer.text).value("note")
    assert Act.REOPENED not in closed.acts()


def test_which_line_was_answered_is_not_among_what_was_typed() -> None:
    assert typed_text("answered", {"complaint": "a" * 32, "note": "I rang them."}) == "I rang them."


def test_why_it_is_reopened_is_not_lost_when_somebody_has_reopened_it(closed: Case) -> None:
    assert closed.send("coordinator2", "reopen", {"note": "It came again."}) == 302
    answer = closed.at("coordinator").post(f"{closed.address}/reopen", data={"note": "She told me more."})
    page = Page(answer.text)
    assert answer.status_code == 409 and page.value("written") == "She told me more."
    assert closed.send("coordinator2", "reopen", {"note": "It came again."}) == 302, "the same, sent twice"
    assert closed.acts().count(Act.REOPENED) == 1
