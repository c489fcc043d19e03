"""The pages of old questions: before a later lesson, two at most, and never of a lesson not completed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.lessons.progress import complete_lesson
from kiosk.quizzes.attempts import note_met
from kiosk.quizzes.models import AnswerTally, QuestionMet
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from tests.lessons.learner import LESSONS, Learner
from tests.pages import Page
from tests.quizzes.asking import fields
from tests.quizzes.every_kind import RIGHT
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


def test_an_old_question_comes_before_a_later_lesson_and_then_the_lesson(
    app: Flask, child: FlaskClient, quiz: Quiz, learner: Learner, session: Session, content: Content
) -> None:
    other = content.lessons[LESSONS[Band.KS3]]
    later = {"ks2-later": replace(other, id="ks2-later", band=Band.KS2)}
    change_site(app, lessons={**content.lessons, **later})
    long_ago = site_of(app).today() - timedelta(weeks=3)
    for question in quiz.questions[:3]:
        note_met(session, learner.pupil, quiz, question, long_ago)
    complete_lesson(session, learner.pupil, learner.lesson, long_ago)
    session.commit()
    kept = child.post("/learn/lessons/ks2-later").headers["Location"]  # the class keeps nothing yet
    place, asked = child.get(kept).headers["Location"], []
    while (page := child.get(place)).status_code == 200:
        form = fields(Page(page.text))
        key = form["asked"][0]
        asked.append(key)
        assert "Do you remember?" in page.text
        answer = Page(child.post(place.partition("?")[0], data=form | RIGHT[key.partition(".")[2]]).text)
        place = answer.link("Next")
    assert len(set(asked)) == 2
    assert page.headers["Location"] == "/learn/lessons/ks2-later/1"
    session.rollback()
    met_again = [row for row in session.scalars(select(QuestionMet)) if row.met_on == site_of(app).today()]
    assert len(met_again) == 2 and session.scalars(select(AnswerTally)).all() == []


def test_the_thing_done_is_asked_before_a_later_lesson_and_nowhere_else(
    app: Flask, child: FlaskClient, quiz: Quiz, learner: Learner, session: Session, content: Content
) -> None:
    other = content.lessons[LESSONS[Band.KS3]]
    later = {"ks2-later": replace(other, id="ks2-later", band=Band.KS2)}
    *others, act = quiz.questions
    quiz = replace(quiz, questions=tuple(others), act=act)
    quizzes = {**site_of(app).quizzes, quiz.id: quiz}
    change_site(app, lessons={**content.lessons, **later}, quizzes=quizzes)
    place, key = "/learn/quizzes/before/ks2-later", f"{quiz.id}.{act.id}"
    assert child.get(place).status_code == 302
    assert child.post(place, data={"asked": key}).status_code == 404
    complete_lesson(session, learner.pupil, learner.lesson, site_of(app).today() - timedelta(weeks=3))
    session.commit()
    assert child.get(f"/learn/quizzes/{quiz.id}/{act.id}").status_code == 404
    form = fields(Page(child.get(place).text))
    assert form["asked"] == [key]
    answer = child.post(place, data=form | RIGHT[act.id])
    assert Page(answer.text).link("Next").endswith(f"done={key}")
    assert child.get(place).headers["Location"] == "/learn/lessons/ks2-later/1"
    assert child.post(place, data=form | RIGHT[act.id]).status_code == 200, "by Back"


def test_an_old_question_that_was_never_met_is_not_found(
    child: FlaskClient, quiz: Quiz, learner: Learner
) -> None:
    for key in (f"{quiz.id}.single-choice", "nowhere.q1", "", "."):
        answer = child.post(f"/learn/quizzes/before/{learner.lesson.id}", data={"asked": key, "choice": "a"})
        assert answer.status_code == 404
