"""The youngest, led from the board alone: hands are counted, names are tapped, and no child needs a tablet."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.classroom.answers import options_at
from kiosk.lessons.progress import LessonState, progress_of, state_of
from kiosk.site import Content
from tests.classroom.led import LedClass, ask, make_led
from tests.lessons.learner import make_learner
from tests.pages import Page


@pytest.fixture
def young(app: Flask, session: Session, content: Content) -> LedClass:
    """A class of the youngest, before the first step."""
    led = make_led(app, session, make_learner(session, content.lessons, Band.KS1))
    led.begin()
    return led


def test_hands_are_counted_and_shown_at_each_step_that_asks_something(
    young: LedClass, client: FlaskClient
) -> None:
    board, asked = young.board(), 0
    for place in range(1, young.course.end):
        young.go_to(place)
        assert client.get(board).status_code == 200
        options = options_at(young.course, place)
        if not options:
            continue
        asked += 1
        for _hand in range(3):
            young.desk.post(f"{young.address}/hands", data={"more": options[0].id, "place": place})
        young.press("answers")
        page = Page(client.get(board).text)
        assert "Most of us" in page.text, place
        assert "Nobody" in page.text, "hands were seen by everybody"
        assert "Listen" in page.text
    assert asked > 1


def test_whose_names_are_tapped_were_there_and_have_done_it(session: Session, young: LedClass) -> None:
    kofi = young.another(session, "Kofi")
    young.go_to(len(young.lesson.steps))
    young.press("end")
    after = f"/staff/classes/{young.learner.class_group.id}/after/{young.lesson.id}"
    names = Page(young.desk.get(after).text)
    assert {box.attrs["value"] for box in names.all("input") if box.attrs.get("name") == "here"} == {
        kofi.id.hex,
        young.learner.pupil.id.hex,
    }
    signed = young.desk.post(after, data={"here": [kofi.id.hex]}, follow_redirects=True)
    assert "Signed: 1 of 2 were there." in signed.text
    states = [state_of(progress_of(session, one), young.lesson.id) for one in (kofi, young.learner.pupil)]
    assert states == [LessonState.COMPLETED, LessonState.NEW]


def test_a_tablet_of_the_youngest_came_in_and_waits_as_any_other(young: LedClass) -> None:
    young.go_to(1)
    tablet = young.tablet()
    assert ask(tablet, young.step(1))["do"] == "stay"
    assert tablet.post(young.step(1), follow_redirects=True).request.path == "/learn/class/wait"
    ask(tablet, "/learn/class/wait")
    assert "A few have come in" in young.desk.get(young.address).text
