"""A lesson that is done together opens while an adult leads it, or sits beside one child (promise L27)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.bands import Band
from kiosk.classroom import leading
from kiosk.classroom.beside import LASTS, is_beside, sit_beside
from kiosk.lessons.lesson import lessons_for
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import staff_browser
from tests.classroom.led import LedClass, make_led
from tests.factories import make_pupil, make_staff
from tests.lessons.learner import LESSONS, browser_of, heading, make_learner
from tests.pages import Page
from tests.sites import site_of

TOGETHER = "We do this one together"


@pytest.fixture(params=[Band.KS1, Band.KS4])
def led(app: Flask, session: Session, content: Content, request: pytest.FixtureRequest) -> LedClass:
    """A class that has such a lesson and is not led."""
    return make_led(app, session, make_learner(session, content.lessons, request.param))


def pages(led: LedClass, content: Content) -> list[str]:
    """What is taught, by address."""
    id = led.lesson.id
    question = content.quizzes[id].questions[0].id
    return [
        f"/learn/lessons/{id}",
        led.step(1),
        led.step(2),
        f"/learn/quizzes/{id}/{question}",
        f"/learn/quizzes/{id}",
    ]


def tablet_of(led: LedClass, pupil: Pupil | None = None) -> FlaskClient:
    """The tablet of a child beside whom nobody sits."""
    return browser_of(led.app, replace(led.learner, pupil=pupil or led.learner.pupil), alone=True)


def beside(led: LedClass, **changes: str) -> Any:
    """The teacher says that they sit beside the child."""
    sent = {"child": led.learner.pupil.id.hex, "lesson": led.lesson.id} | changes
    return led.desk.post(led.address.replace("/lesson", "/beside"), data=sent, follow_redirects=True)


@pytest.mark.database("sqlite")
def test_alone_a_child_meets_a_page_that_blames_nobody_and_telling_stays(
    led: LedClass, content: Content
) -> None:
    tablet = tablet_of(led)
    for address in pages(led, content):
        answer = tablet.get(address)
        assert answer.status_code == 200
        page = Page(answer.text)
        assert heading(page) == TOGETHER
        assert led.lesson.title not in page.text
        assert "Your teacher opens it for the whole class" in page.text and "wrong" not in page.text
        assert page.link("Tell someone").startswith("/report/")
        assert page.link("Other lessons") == "/learn/lessons/all"
    for address in (led.step(1), f"/learn/lessons/{led.lesson.id}", f"/learn/quizzes/before/{led.lesson.id}"):
        assert TOGETHER in tablet.post(address).text
    assert TOGETHER not in tablet.get(f"/learn/lessons/{led.lesson.id}/help").text


@pytest.mark.database("sqlite")
def test_a_question_that_is_answered_after_the_adult_has_gone_loads_the_whole_page(
    led: LedClass, content: Content
) -> None:
    address = pages(led, content)[3]
    answer = tablet_of(led).post(address, data={"answer": "a"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("lang", "words"), [("pl", "razem"), ("ur", "مل کر")])
def test_the_page_speaks_the_childs_language(led: LedClass, lang: str, words: str) -> None:
    page = tablet_of(led).get(f"{led.step(1)}?lang={lang}").text
    assert TOGETHER not in page
    assert words in page


@pytest.mark.database("sqlite")
def test_while_it_is_led_it_is_open_and_afterwards_it_is_not(led: LedClass) -> None:
    led.begin()
    led.go_to(1)
    assert TOGETHER not in tablet_of(led).get(led.step(1)).text
    led.press("own-pace")
    assert TOGETHER not in tablet_of(led).get(led.step(2)).text
    led.press("end")
    assert TOGETHER in tablet_of(led).get(led.step(1)).text


@pytest.mark.database("sqlite")
def test_the_end_of_a_lesson_is_for_who_has_begun_it_with_an_adult(led: LedClass) -> None:
    ends = [f"/learn/lessons/{led.lesson.id}/{page}" for page in ("done", "take-home")]
    tablet = tablet_of(led)
    for address in ends:
        assert heading(Page(tablet.get(address).text)) == TOGETHER
    led.begin()
    led.go_to(1)
    tablet.post(led.step(1))
    led.press("end")
    for address in ends:
        assert heading(Page(tablet.get(address).text)) != TOGETHER


@pytest.mark.database("sqlite")
def test_while_another_lesson_is_led_it_stays_shut(led: LedClass, content: Content) -> None:
    others = (
        one for one in lessons_for(led.learner.class_group, content.lessons.values()) if one != led.lesson
    )
    led.begin(next(others))
    led.press("next", sure="1")
    led.press("own-pace")
    assert TOGETHER in tablet_of(led).get(led.step(1)).text


@pytest.mark.database("sqlite")
def test_beside_one_child_it_opens_for_that_child_alone(led: LedClass, session: Session) -> None:
    other = led.another(session, "Bilal")
    assert f"is open for {led.learner.pupil.first_name} until" in beside(led).text
    assert TOGETHER not in tablet_of(led).get(led.step(1)).text
    assert TOGETHER in tablet_of(led, other).get(led.step(1)).text


@pytest.mark.database("sqlite")
def test_only_who_leads_the_class_sits_beside_its_children_and_only_for_what_it_may_open(
    app: Flask, led: LedClass, session: Session
) -> None:
    stranger, elsewhere = make_staff(session), make_pupil(session)
    session.commit()
    address = led.address.replace("/lesson", "/beside")
    sent = {"child": led.learner.pupil.id.hex, "lesson": led.lesson.id}
    assert staff_browser(app, stranger).post(address, data=sent).status_code == 404
    for wrong in (
        {"child": elsewhere.id.hex},
        {"child": "x"},
        {"lesson": "none"},
        {"lesson": LESSONS[Band.KS2]},
    ):
        assert "Open the class, then choose" in beside(led, **wrong).text
    session.delete(led.learner.window)
    session.commit()
    assert "Open the class, then choose" in beside(led).text


def test_beside_ends_after_half_an_hour_and_with_the_class(
    databases: Databases, session: Session, content: Content
) -> None:
    learner, now = make_learner(session, content.lessons, Band.KS1), now_utc()
    window, pupil, lesson = learner.window.id, learner.pupil.id, learner.lesson
    other = content.lessons["ks1-bullying-kind-words"]
    with databases.sessions.rows(write=True) as rows:
        sit_beside(rows, window, pupil, other, now)
        assert sit_beside(rows, window, pupil, lesson, now) == now + LASTS
        assert is_beside(rows, window, pupil, lesson, now + LASTS - timedelta(seconds=1))
        assert not is_beside(rows, window, pupil, lesson, now + LASTS)
        assert not is_beside(rows, window, pupil, other, now)
        assert leading.known_windows(rows) == {window}
        leading.forget_closed(rows, {window})
        assert not is_beside(rows, window, pupil, lesson, now)


@pytest.mark.database("sqlite")
def test_the_site_of_these_tests_has_everything_approved(app: Flask) -> None:
    assert site_of(app).lessons == site_of(app).open_lessons
