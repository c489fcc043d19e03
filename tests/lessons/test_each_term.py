"""A lesson that is due each term begins anew with the term: nothing of last term's counts, on a child's own or led."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.lessons.models import LessonSet
from kiosk.lessons.progress import (
    LessonState,
    complete_lesson,
    lessons_given,
    of_this_term,
    progress_of,
    record_screen,
    set_lesson,
    state_of,
)
from kiosk.quizzes.attempts import AskedQuestion, GivenAnswer, answer, met_questions, note_met
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from tests.classroom.led import ask, make_led
from tests.lessons.learner import Learner, browser_of, completed_ids
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

TELLING = "ks2-wellbeing-how-to-tell"


@pytest.fixture
def began(app: Flask) -> date:
    """The day on which the term began."""
    return site_of(app).term_began()


@pytest.fixture
def learner(learner: Learner, session: Session, content: Content, began: date) -> Learner:
    """A child who has done the lesson last term, with every question of it, and whose class is set it alone."""
    lesson, last_term = content.lessons[TELLING], began - timedelta(days=20)
    session.execute(delete(LessonSet))
    set_lesson(session, learner.class_group, lesson, last_term)
    quiz = content.quizzes[lesson.quiz]
    for question in quiz.questions:
        note_met(session, learner.pupil, quiz, question, last_term)
    record_screen(session, learner.pupil, lesson, len(lesson.steps), last_term)
    complete_lesson(session, learner.pupil, lesson, last_term)
    session.commit()
    return replace(learner, lesson=lesson)


@pytest.fixture
def quiz(learner: Learner, content: Content) -> Quiz:
    return content.quizzes[learner.lesson.quiz]


@pytest.fixture
def child(app: Flask, learner: Learner) -> FlaskClient:
    return browser_of(app, learner)


def test_every_page_says_that_it_is_still_to_do(child: FlaskClient, learner: Learner, quiz: Quiz) -> None:
    assert "You have finished this one" not in child.get(f"/learn/lessons/{TELLING}").text
    assert "Finished" not in Page(child.get("/learn/lessons/all").text).text
    known = Page(child.get("/learn/known").text)
    assert known.link(learner.lesson.title) == f"/learn/lessons/{TELLING}", "it waits"
    end = Page(child.get(f"/learn/lessons/{TELLING}/done").text)
    assert "Another go" in end.text and "You have finished" not in end.text
    assert child.get(f"/learn/quizzes/{quiz.id}").location.rpartition("/")[0] == f"/learn/quizzes/{quiz.id}"


def test_who_begins_it_begins_at_its_first_step(
    app: Flask, child: FlaskClient, learner: Learner, session: Session
) -> None:
    assert child.post(f"/learn/lessons/{TELLING}").status_code == 303
    kept = progress_of(session, learner.pupil)[TELLING]
    assert (kept.furthest_screen, kept.completed_on, kept.started_on) == (1, None, site_of(app).today())
    session.commit()
    assert child.post(f"/learn/lessons/{TELLING}/1").status_code == 303
    assert child.post(f"/learn/lessons/{TELLING}").status_code == 303, "tapped again it stays as it is"
    assert progress_of(session, learner.pupil)[TELLING].furthest_screen == 2


def test_a_step_forward_without_the_first_tap_begins_it_as_well(
    child: FlaskClient, learner: Learner, session: Session
) -> None:
    assert child.post(f"/learn/lessons/{TELLING}/1").status_code == 303
    kept = progress_of(session, learner.pupil)[TELLING]
    assert (kept.furthest_screen, kept.completed_on) == (2, None)


def test_one_right_answer_does_not_finish_it_by_those_of_last_term(
    session: Session, learner: Learner, quiz: Quiz, began: date
) -> None:
    rows, question = session.connection(), quiz.questions[0]
    assert len({one.objective for one in quiz.questions}) > 1
    assert met_questions(rows, learner.pupil, quiz, began) == frozenset()
    right = {"choice": next(iter(question.right_options()))}
    outcome = answer(
        rows,
        learner.pupil,
        AskedQuestion(learner.lesson, quiz, question),
        GivenAnswer(right, 0),
        began,
        began,
    )
    assert outcome.marked.right and outcome.met == {question.id}
    assert progress_of(session, learner.pupil)[TELLING].completed_on != began


def test_it_is_open_again_and_a_lesson_of_once_is_not(
    session: Session, learner: Learner, content: Content, began: date
) -> None:
    once = content.lessons["ks2-bullying-upstander"]
    set_lesson(session, learner.class_group, once, began)
    complete_lesson(session, learner.pupil, once, began - timedelta(days=20))

    def left() -> list[str]:
        progress = of_this_term(progress_of(session, learner.pupil), content.lessons, began)
        given = lessons_given(session, learner.pupil)
        return [id for id in given if state_of(progress, id) is not LessonState.COMPLETED]

    assert left() == [learner.lesson.id]
    complete_lesson(session, learner.pupil, learner.lesson, began)
    assert left() == []
    assert completed_ids(session, learner.pupil) == {once.id, TELLING}


def test_a_tablet_in_a_led_class_is_not_taken_to_where_it_was_last_term(
    app: Flask, session: Session, learner: Learner
) -> None:
    led = make_led(app, session, learner)
    led.begin()
    led.go_to(1)
    led.press("own-pace")
    tablet = led.tablet()
    assert tablet.get("/learn/class").location == led.step(1)
    ask(tablet, led.step(1))
    led.press("next", sure="1")
    kept = progress_of(session, learner.pupil)[TELLING]
    assert (kept.furthest_screen, kept.completed_on) == (1, None), "with the class it has begun anew"
