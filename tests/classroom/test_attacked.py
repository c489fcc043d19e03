"""Who tries to lead, to look or to run ahead without being the one who may."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow
from kiosk.classroom.board_address import board_token, class_window_id_of
from kiosk.classroom.views.leading import MOVES
from kiosk.lessons.progress import furthest_screen
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import now_utc
from tests.accounts.doors import rows, staff_browser
from tests.classroom.led import LedClass, ask, make_led
from tests.factories import SITE_KEY, make_staff
from tests.lessons.learner import browser_of, make_learner
from tests.sites import change_site, site_of


@pytest.mark.parametrize("step", ["", *(f"/{one}" for one in MOVES)])
def test_a_teacher_of_another_class_moves_nothing(
    app: Flask, session: Session, led: LedClass, step: str
) -> None:
    other = make_staff(session)
    session.commit()
    before = led.now()
    sent = {"turn": str(before.turn), "lesson": led.lesson.id}
    assert staff_browser(app, other).post(f"{led.address}{step}", data=sent).status_code == 404
    assert led.now() == before


def test_a_child_who_sends_the_teachers_form_moves_nothing(led: LedClass) -> None:
    before = led.now()
    answer = led.tablet().post(f"{led.address}/next", data={"turn": str(before.turn)})
    assert answer.status_code == 401, "the page on which staff sign in again"
    assert led.now() == before


def test_nobody_reaches_a_step_ahead_by_its_address(led: LedClass) -> None:
    led.go_to(3)
    tablet = led.tablet()
    for ahead in (led.step(4), f"/learn/quizzes/{led.lesson.quiz}", f"/learn/lessons/{led.lesson.id}/help"):
        assert tablet.get(ahead).location == "/learn/class/wait", ahead
    assert tablet.get(led.step(3)).status_code == 200
    assert tablet.get(led.step(1)).status_code == 200, "looking back is always open"


def test_no_answer_is_taken_for_a_question_that_is_ahead(led: LedClass) -> None:
    led.go_to(1)
    question = next(iter(led.lesson.placed))
    answer = led.tablet().post(f"/learn/quizzes/{led.lesson.quiz}/{question}", data={"choice": "a"})
    assert (answer.status_code, answer.location) == (303, "/learn/class/wait")


def test_telling_somebody_and_leaving_are_never_held(led: LedClass) -> None:
    led.go_to(1)
    led.press("eyes")
    tablet = led.tablet()
    page = tablet.get(led.step(1)).text
    assert "/report/ks2/en" in page
    assert 'action="/learn/leave"' in page
    assert tablet.post("/learn/leave").status_code == 303


def test_a_tablet_of_another_class_sits_nowhere_in_this_one(
    app: Flask, session: Session, content: Content, led: LedClass
) -> None:
    other = make_learner(session, content.lessons)
    led.go_to(1)
    assert ask(browser_of(app, other), led.step(1)) == {"do": "stay"}
    assert led.came_in() == []


@pytest.mark.parametrize(
    "where", ["", "//evil.example/x", "\x00", "/learn/lessons/none/1", "x" * 5000, "/staff/"]
)
def test_a_tablet_that_says_nonsense_is_nowhere(led: LedClass, where: str) -> None:
    led.go_to(1)
    assert ask(led.tablet(), where)["do"] == "stay"
    assert led.desk.get(led.address).status_code == 200


def test_an_address_of_a_board_is_made_by_this_school_alone() -> None:
    window_id = uuid.uuid4()
    token = board_token(SITE_KEY, window_id)
    assert class_window_id_of(SITE_KEY, token) == window_id
    forged = [
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        token[:32],
        "",
        "x" * 64,
        token + "0",
        "é" * 64,
    ]
    forged.append(board_token(SITE_KEY, uuid.uuid4())[:32] + token[32:])
    forged.append(board_token(SiteKey(b"another key of 32 bytes for test"), window_id))
    assert [class_window_id_of(SITE_KEY, one) for one in forged] == [None] * len(forged)


def test_the_board_names_nobody_and_nothing_on_it_changes_anything(
    led: LedClass, client: FlaskClient
) -> None:
    ask(led.tablet(), led.step(1))
    for place in range(led.course.end + 1):
        led.go_to(place)
        page = client.get(led.board()).text
        assert led.learner.pupil.first_name not in page
        assert led.teacher.name not in page
        assert 'method="post"' not in page
        assert "Worried? Tell a grown-up" in page


def test_a_board_says_nothing_once_its_class_has_closed(led: LedClass, client: FlaskClient) -> None:
    board = led.board()
    led.press("close")
    page = client.get(board)
    assert page.status_code == 404
    assert led.learner.class_group.name not in page.text
    assert client.get(f"{board}/now").get_json() == {"mark": "over"}


def test_two_taps_on_next_move_the_class_once(led: LedClass) -> None:
    turn = led.now().turn
    led.press("next", turn, sure="1")
    led.press("next", turn, sure="1")
    assert led.now().place == 1


def test_nobody_finishes_a_step_that_is_ahead(led: LedClass) -> None:
    led.go_to(1)
    last = len(led.lesson.steps)
    answer = led.tablet().post(led.step(last))
    assert (answer.status_code, answer.location) == (303, "/learn/class/wait")
    with site_of(led.app).databases.school.rows(write=False) as rows:
        assert furthest_screen(rows, led.learner.pupil, led.lesson) <= 1


def test_two_teachers_who_begin_at_once_both_come_to_a_class_that_is_led(
    app: Flask, session: Session, led: LedClass
) -> None:
    together = Barrier(8)

    def begin(_turn: int) -> int:
        desk = staff_browser(app, led.teacher)
        together.wait()
        return desk.post(led.address, data={"lesson": led.lesson.id}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(begin, range(8))) == {303}
    assert led.now().place == 0


def test_a_board_says_nothing_once_its_time_is_over_though_nobody_has_closed_the_class(
    session: Session, led: LedClass, client: FlaskClient
) -> None:
    board = led.board()
    session.execute(update(ClassWindow).values(closes_at=now_utc() - timedelta(seconds=1)))
    session.commit()
    assert client.get(board).status_code == 404
    assert client.get(f"{board}/now").get_json() == {"mark": "over"}


def test_a_lesson_that_is_retired_is_led_by_nobody_although_it_is_set(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons)
    led = make_led(app, session, learner)
    change_site(app, lessons={**content.lessons, led.lesson.id: replace(led.lesson, status="retired")})
    answer = led.desk.post(led.address, data={"lesson": led.lesson.id})
    assert answer.status_code == 422
    assert rows(app, select(ClassWindow.led)) == [False]
