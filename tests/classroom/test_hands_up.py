"""A hand that is put up from a tablet: the teacher sees the name, until one of the two takes it down."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.bands import Band
from kiosk.site import Content
from tests.accounts.doors import rows
from tests.classroom.led import LedClass, ask, make_led
from tests.lessons.learner import make_learner
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
HAND = "/learn/class/hand"


def hands(led: LedClass) -> set[str]:
    """The first names of those whose hand is up, as the class has them."""
    ids = {seat.pupil_id for seat in led.came_in() if seat.hand}
    return {pupil.first_name for pupil in rows(led.app, select(Pupil)) if pupil.id in ids}


def test_a_child_puts_a_hand_up_and_down_without_script(led: LedClass) -> None:
    led.press("next", sure="1")
    tablet = led.tablet()
    page = Page(tablet.get(led.step(1)).text)
    assert page.button("Hand up").attrs["form"] == "hand"
    up = Page(tablet.post(HAND, data={"up": page.value("up")}).text)
    assert up.heading == "Your hand is up"
    assert hands(led) == {"Amira"}
    assert "Amira" in led.desk.get(led.address).text
    assert tablet.get(up.link("Next")).location == led.step(1)
    down = tablet.post(HAND, data={"up": up.button("Hand down").attrs["value"]})
    assert Page(down.text).heading == "Your hand is down"
    assert hands(led) == set()


def test_twice_is_once_and_anything_else_is_down(led: LedClass) -> None:
    tablet = led.tablet()
    for sent in ("1", "1"):
        tablet.post(HAND, data={"up": sent})
    assert hands(led) == {"Amira"}
    for sent in ("0", "", "2", "on"):
        tablet.post(HAND, data={"up": "1"})
        tablet.post(HAND, data={"up": sent})
        assert hands(led) == set(), sent


def test_a_hand_stays_up_while_the_class_goes_on_and_the_tablet_with_it(led: LedClass) -> None:
    tablet = led.tablet()
    tablet.post(HAND, data={"up": "1"})
    for press in ("next", "eyes", "carry-on", "next", "own-pace", "together"):
        led.press(press)
        assert ask(tablet, led.step(1))["hand"], press
        assert hands(led) == {"Amira"}


def test_a_tablet_that_falls_silent_keeps_its_hand_as_it_was(led: LedClass, session: Session) -> None:
    ben = led.tablet(led.another(session, "Ben"))
    for tablet in (led.tablet(), ben):
        tablet.post(HAND, data={"up": "1"})
    led.go_to(3)
    ask(ben, led.step(3))
    assert hands(led) == {"Amira", "Ben"}, "neither goes down because its tablet is on a form, flat or slow"


def test_who_comes_in_by_a_hand_has_come_in(led: LedClass) -> None:
    tablet = led.tablet()
    tablet.post(HAND, data={"up": "1"})
    assert [seat.pupil_id for seat in led.came_in()] == [led.learner.pupil.id]


def test_a_hand_of_another_class_and_of_a_lesson_that_has_ended_goes_nowhere(
    app: Flask, session: Session, content: Content, led: LedClass
) -> None:
    other = make_led(app, session, make_learner(session, content.lessons))
    late = other.tablet()
    late.post(HAND, data={"up": "1"})
    assert hands(led) == set()
    led.press("end")
    assert led.tablet().post(HAND, data={"up": "1"}).location == "/learn/class"
    assert late.post(HAND, data={"up": "1"}).location == "/learn/class", "nobody leads that class"
    assert app.test_client().post(HAND, data={"up": "1"}).status_code in {302, 303, 403}
    assert led.desk.post(HAND, data={"up": "1"}).status_code in {302, 303, 403}


@pytest.mark.parametrize("band", Band)
def test_the_hand_stands_beside_leave_and_never_beside_tell_someone(
    app: Flask, session: Session, content: Content, band: Band
) -> None:
    led = make_led(app, session, make_learner(session, content.lessons, band))
    led.begin()
    text = led.tablet().get("/learn/class/wait").text
    start, middle, rest = text.partition('<div class="top__middle">')
    assert middle
    assert 'id="hand-up"' in start.partition('<div class="top__start">')[2]
    assert 'id="hand-up"' not in rest
    assert "Tell someone" in rest


def test_where_nobody_leads_there_is_no_hand_to_put_up(led: LedClass) -> None:
    led.press("end")
    assert "Hand up" not in led.tablet().get("/learn/lessons/").text
