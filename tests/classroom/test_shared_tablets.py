"""Two or three children on one tablet: each is named, each is present, and an adult's roll decides."""

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.bands import Band
from kiosk.classroom.leading import forget_closed
from kiosk.classroom.seats import Seat, come_in, seats, share_tablet, take_off_tablet
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.classroom.led import LedClass, ask, make_led
from tests.lessons.learner import make_learner
from tests.pages import Page
from tests.sites import site_of

WITH, WAIT = "/learn/class/with", "/learn/class/wait"
sqlite = pytest.mark.database("sqlite")


def here(led: LedClass) -> dict[uuid.UUID, Seat]:
    """Who came in."""
    with site_of(led.app).databases.sessions.rows(write=False) as rows:
        return {seat.pupil_id: seat for seat in seats(rows, led.learner.window.id)}


def name(tablet: FlaskClient, *pupils: Pupil) -> None:
    """Tap names on the page that asks who is with a child."""
    for pupil in pupils:
        assert tablet.post(WITH, data={"pupil": pupil.id.hex}).location == "/learn/class"


@pytest.fixture
def friends(led: LedClass, session: Session) -> list[Pupil]:
    """Others of the class."""
    return [led.another(session, one) for one in ("Kofi", "Mei", "Ben")]


def test_whoever_has_the_tablet_names_two_others_and_no_third(databases: Databases) -> None:
    window, amira, *others = (uuid.uuid4() for _ in range(5))
    with databases.sessions.rows(write=True) as rows:
        share_tablet(rows, window, amira, others[0])
        assert not seats(rows, window), "she has not come in herself"
        come_in(rows, window, amira)
        for other in (*others, *others):
            share_tablet(rows, window, amira, other)
        share_tablet(rows, window, others[0], uuid.uuid4())
        found = {seat.pupil_id: seat.beside_id for seat in seats(rows, window)}
        assert found == {amira: None, others[0]: amira, others[1]: amira}
        take_off_tablet(rows, window, others[0], others[1])
        assert len(seats(rows, window)) == 3, "only whoever named somebody takes the name back"
        take_off_tablet(rows, window, amira, others[1])
        assert {seat.pupil_id for seat in seats(rows, window)} == {amira, others[0]}
        forget_closed(rows, {window})


def test_who_comes_in_with_a_tablet_later_is_beside_nobody_any_more(databases: Databases) -> None:
    window, amira, kofi = (uuid.uuid4() for _ in range(3))
    with databases.sessions.rows(write=True) as rows:
        come_in(rows, window, amira)
        share_tablet(rows, window, amira, kofi)
        come_in(rows, window, kofi)
        assert all(seat.has_tablet for seat in seats(rows, window))
        share_tablet(rows, window, amira, kofi)
        take_off_tablet(rows, window, amira, kofi)
        assert {seat.pupil_id for seat in seats(rows, window)} == {amira, kofi}, "nobody takes a tablet away"
        forget_closed(rows, {window})


@sqlite
def test_a_child_says_who_is_there_and_the_page_on_which_they_wait_says_it(
    led: LedClass, friends: list[Pupil]
) -> None:
    kofi, mei, _ben = friends
    tablet = led.tablet()
    assert f'href="{WITH}"' in tablet.get(WAIT).text
    asked = Page(tablet.get(WITH).text).text
    assert "Who is with you?" in asked
    assert led.learner.pupil.first_name not in asked.partition("Who is with you?")[2]
    name(tablet, kofi, mei)
    assert "With you: Kofi, Mei" in Page(tablet.get(WAIT).text).text
    assert "You are three now." in tablet.get(WITH).text
    assert here(led)[kofi.id].beside_id == led.learner.pupil.id


@sqlite
def test_a_name_that_is_tapped_twice_stays_and_a_wrong_one_is_taken_back_before_the_first_step(
    led: LedClass, friends: list[Pupil]
) -> None:
    kofi, tablet = friends[0], led.tablet()
    name(tablet, kofi, kofi)
    assert kofi.id in here(led)
    tablet.post(WITH, data={"not": kofi.id.hex})
    tablet.post(WITH, data={"not": kofi.id.hex})
    assert kofi.id not in here(led)
    name(tablet, kofi)
    led.press("next")
    tablet.post(WITH, data={"not": kofi.id.hex})
    assert kofi.id in here(led), "it is written down by now: an adult decides"
    assert "Tell your teacher." in tablet.get(WITH).text


@sqlite
@pytest.mark.parametrize("sent", ["", "nonsense", "own", "stranger"])
def test_nobody_is_named_who_is_not_another_child_of_the_class(
    led: LedClass, session: Session, content: Content, sent: str
) -> None:
    stranger = make_learner(session, content.lessons).pupil
    session.commit()
    value = {"own": led.learner.pupil.id.hex, "stranger": stranger.id.hex}.get(sent, sent)
    led.tablet().post(WITH, data={"pupil": value})
    assert set(here(led)) <= {led.learner.pupil.id}


@sqlite
def test_the_page_of_names_does_not_say_who_is_in(led: LedClass, friends: list[Pupil]) -> None:
    tablet = led.tablet()
    before = tablet.get(WITH).text
    ask(led.tablet(friends[0]), WAIT)
    assert tablet.get(WITH).text == before
    led.tablet(friends[0]).post("/learn/leave")
    assert tablet.get(WITH).text == before


@sqlite
def test_one_after_the_end_or_without_a_led_lesson_goes_where_the_class_is(
    led: LedClass, friends: list[Pupil]
) -> None:
    tablet = led.tablet()
    led.press("end")
    assert tablet.get(WITH).location == "/learn/class"
    name(tablet, friends[0])
    assert not here(led)


@sqlite
def test_the_teacher_sees_beside_whom_a_child_is_and_that_nobody_is_behind_by_it(
    led: LedClass, friends: list[Pupil]
) -> None:
    tablet = led.tablet()
    ask(tablet, WAIT)
    name(tablet, friends[0])
    led.go_to(3)
    ask(tablet, led.step(3))
    page = Page(led.desk.get(led.address).text).text
    assert f"Kofi (beside {led.learner.pupil.first_name})" in page
    assert "May need you" not in page


@sqlite
def test_who_leaves_takes_those_beside_along_and_each_may_come_back(
    led: LedClass, friends: list[Pupil]
) -> None:
    kofi, tablet = friends[0], led.tablet()
    name(tablet, kofi)
    tablet.post("/learn/leave")
    assert all(seat.left for seat in here(led).values())
    led.tablet(kofi).get("/learn/class")  # a tablet without script, too
    assert here(led)[kofi.id] == Seat(kofi.id, 0)
    assert here(led)[led.learner.pupil.id].left


@sqlite
def test_the_youngest_find_thirty_names_in_two_halves(app: Flask, session: Session, content: Content) -> None:
    led = make_led(app, session, make_learner(session, content.lessons, Band.KS1))
    led.begin()
    for number in range(40):
        led.another(session, f"Child {number:02}")
    tablet = led.tablet()
    assert tablet.get(WITH).text.count('class="name"') == 20
    assert tablet.get(f"{WITH}?page=1").text.count('class="name"') == 20
