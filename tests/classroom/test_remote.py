"""The remote: what the adult reads, the one wide button, back through all of it, hands, and a class that moved."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow
from kiosk.classroom.course import course_of
from kiosk.classroom.seats import Seat, raise_hand, save_seat, seat_of
from kiosk.classroom.views.leading import MOVES
from kiosk.site import Content
from kiosk.storage.db import now_utc
from tests.classroom.led import LedClass, ask
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")


def wide(page: str) -> str:
    """The words of the wide button."""
    found = re.search(r'<button class="btn btn--go"[^>]*>.*?<span>(.*?)</span>', page, re.DOTALL)
    assert found
    return found[1]


def seen(page: str) -> str:
    """The page without what only its script shows."""
    return re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)


def test_what_to_say_to_hear_and_to_say_next_stands_at_each_step(led: LedClass) -> None:
    teaching = led.lesson.teaching
    assert teaching
    for place, step in enumerate(led.lesson.steps, 1):
        led.go_to(place)
        page, taught = seen(led.desk.get(led.address).text), teaching.steps.get(step.id)
        for words in (taught.say, taught.listen_for, taught.good, taught.next) if taught else ():
            assert words in page, place


def test_every_place_of_the_lesson_is_on_the_phone_already(led: LedClass, content: Content) -> None:
    page = led.desk.get(led.address).text
    course = course_of(led.lesson, content.quizzes)
    assert [int(one) for one in re.findall(r'<template data-place="(\d+)"', page)] == [*range(course.end + 1)]


def test_one_wide_button_leads_from_the_code_to_the_end(led: LedClass, content: Content) -> None:
    course, pressed = course_of(led.lesson, content.quizzes), []
    while led.now().place < course.end:
        page = led.desk.get(led.address).text
        pressed.append(wide(page))
        found = re.search(r'class="lead__bar"[^>]*action="[^"]*/([a-z-]+)"', page)
        assert found
        led.press(found[1], sure="1")
    assert pressed[:4] == ["Start", "Show answers", "Next step", "Show answers"][: len(pressed[:4])]
    assert "Show the good answer" in pressed
    assert wide(led.desk.get(led.address).text) == "End and sign everybody out"


def test_back_goes_through_the_whole_lesson_and_its_questions(led: LedClass, content: Content) -> None:
    course = course_of(led.lesson, content.quizzes)
    led.go_to(course.end)
    places = [course.end]
    while led.now().place:
        led.press("back")
        places.append(led.now().place)
    assert places == [*range(course.end, -1, -1)]


@pytest.mark.parametrize("sent", ["", "x", "-1", "٣", "99999", "1e3"])
def test_a_jump_to_nowhere_moves_nothing(led: LedClass, sent: str) -> None:
    led.go_to(2)
    led.press("go", place=sent)
    assert (led.now().place, led.now().together) == (2, True)


def test_a_jump_brings_the_class_there(led: LedClass) -> None:
    led.go_to(1)
    led.press("go", place="3")
    assert led.now().place == 3


@pytest.mark.parametrize("press", ["next", "go"])
def test_an_empty_room_is_asked_about_before_the_first_step(led: LedClass, press: str) -> None:
    led.press(press, place="2")
    assert led.now().place == 0
    there = led.desk.post(f"{led.address}/{press}", data={"turn": str(led.now().turn), "place": "2"}).location
    page = led.desk.get(there).text
    assert "Nobody has come in yet. Start all the same?" in page
    led.press("go", place="2", sure="1")
    assert led.now().place == 2


@pytest.mark.parametrize("press", MOVES)
def test_a_press_of_a_page_from_before_says_that_the_class_was_moved(led: LedClass, press: str) -> None:
    turn = led.now().turn
    led.go_to(1)
    before = led.now()
    answer = led.desk.post(f"{led.address}/{press}", data={"turn": str(turn), "sure": "1", "place": "3"})
    assert led.now() == before
    assert "The class was moved meanwhile" in led.desk.get(answer.location).text


def test_from_each_alone_the_wide_button_brings_all_together_or_ends(led: LedClass, content: Content) -> None:
    course = course_of(led.lesson, content.quizzes)
    assert led.lesson.teaching
    led.go_to(1)
    led.press("own-pace")
    assert wide(led.desk.get(led.address).text) == "All together"
    led.press("together")
    led.go_to(course.talk)
    assert led.lesson.teaching.close not in seen(led.desk.get(led.address).text)
    led.press("own-pace")
    page = seen(led.desk.get(led.address).text)
    assert wide(page) == "End and sign everybody out"
    assert led.lesson.teaching.close in page
    assert "Listen for" not in page, "the class has talked"


def test_what_to_do_in_ten_minutes_is_said_when_the_end_is_announced(led: LedClass) -> None:
    led.go_to(1)
    assert "Ten minutes left: do this" not in led.desk.get(led.address).text
    led.press("minutes")
    assert "Ten minutes left: do this" in led.desk.get(led.address).text


def test_and_when_the_class_is_about_to_close(led: LedClass, session: Session) -> None:
    led.go_to(1)
    session.execute(update(ClassWindow).values(closes_at=now_utc() + timedelta(minutes=9)))
    session.commit()
    page = led.desk.get(led.address).text
    assert "Ten minutes left: do this" in page
    assert led.lesson.teaching
    short = [n for n, step in enumerate(led.lesson.steps, 1) if step.id in led.lesson.teaching.ten_minutes]
    asked = page.split("Ten minutes left: do this")[1].split("</form>")[0]
    assert [int(one) for one in re.findall(r'name="place" value="(\d+)"', asked)] == [
        n for n in short if n > 1
    ]


def test_a_hand_that_is_up_stands_first_and_goes_down_by_a_tap(led: LedClass) -> None:
    led.go_to(3)
    amira, now = led.learner.pupil, led.now()
    with site_of(led.app).databases.sessions.rows(write=True) as rows:
        save_seat(rows, now.window_id, Seat(amira.id, 0, now.turn))
        raise_hand(rows, now.window_id, amira.id, up=True)
    page = seen(led.desk.get(led.address).text)
    assert page.index("Hand up") < page.index("May need you") < page.index("Came in")
    for _twice in range(2):
        assert led.desk.post(f"{led.address}/hands/{amira.id}/down").status_code == 303
    with site_of(led.app).databases.sessions.rows(write=False) as rows:
        seat = seat_of(rows, now.window_id, amira.id)
    assert seat is not None and not seat.hand


def test_a_child_puts_nobodys_hand_down(led: LedClass) -> None:
    now, amira = led.now(), led.learner.pupil
    with site_of(led.app).databases.sessions.rows(write=True) as rows:
        save_seat(rows, now.window_id, Seat(amira.id, 0, now.turn))
        raise_hand(rows, now.window_id, amira.id, up=True)
    led.tablet().post(f"{led.address}/hands/{amira.id}/down")
    with site_of(led.app).databases.sessions.rows(write=False) as rows:
        seat = seat_of(rows, now.window_id, amira.id)
    assert seat is not None and seat.hand


def test_a_page_that_asks_by_script_hears_that_the_class_has_moved(led: LedClass) -> None:
    ask(led.tablet(), led.step(1))
    by_script = {"HX-Request": "true"}
    before = led.desk.get(led.address, headers=by_script).text
    led.press("next")
    after = led.desk.get(led.address, headers=by_script).text
    turns = [re.search(r'id="seats"[^>]*data-turn="(\d+)"', one) for one in (before, after)]
    assert turns[0] and turns[1]
    assert int(turns[1][1]) == int(turns[0][1]) + 1 == led.now().turn


def test_ending_by_script_leads_the_whole_page_on(led: LedClass) -> None:
    led.go_to(2)
    sent = {"turn": str(led.now().turn), "sure": "1"}
    answer = led.desk.post(f"{led.address}/close", data=sent, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].endswith(f"/after/{led.lesson.id}")
