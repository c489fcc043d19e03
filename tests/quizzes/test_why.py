"""The reason beside "I'm not sure" in bands that answer all parts on one page: what it is about stands before it."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from tests.lessons.learner import Learner, make_learner
from tests.quizzes import questions
from tests.quizzes.asking import where
from tests.quizzes.every_kind import RIGHT, Form, quiz_of_every_kind
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")

ASTRAY: Form = {"item-i1": "x", "item-i2": "x", "item-i3": "x"}  # i2 lies in the other box


@pytest.fixture
def learner(session: Session, content: Content) -> Learner:
    return make_learner(session, content.lessons, Band.KS3)


def why(child: FlaskClient, quiz: Quiz, question: str, form: Form, **more: str) -> str:
    """What is said of an answer, as it is written."""
    text = child.post(where(quiz, question), data=form | more).text
    return text.partition('id="feedback"')[2].partition("</div>")[0]


def test_what_is_right_or_not_is_named_before_its_reason(child: FlaskClient, quiz: Quiz) -> None:
    assert "<p><b>Label i1:</b> About i1.</p>" in why(child, quiz, "sort-two", RIGHT["sort-two"])
    assert "<p><b>Label i2:</b> Think of i2.</p>" in why(child, quiz, "sort-two", ASTRAY)


def test_an_answer_that_is_shown_comes_with_its_own_reason(child: FlaskClient, quiz: Quiz) -> None:
    assert "<li><b>Label i2:</b> About i2.</li>" in why(child, quiz, "sort-two", ASTRAY, tries="2")


def test_nothing_is_named_where_the_reason_is_about_no_card(child: FlaskClient, quiz: Quiz) -> None:
    assert "<p>Good to say so.</p>" in why(child, quiz, "sort-two", {"item-i1": "x"})
    assert "<p>Good to say so.</p>" in why(child, quiz, "sort-two", {"unsure": "yes"})


@pytest.mark.parametrize(
    ("label", "named"),
    [("In the chat", "In the chat:"), ("In the chat.", "In the chat."), ("“Is it?”", "“Is it?”")],
)
def test_no_colon_follows_a_stop(
    app: Flask, child: FlaskClient, learner: Learner, label: str, named: str
) -> None:
    options = [
        {"id": "a", "label": label, "feedback": "About a.", "correct": "true"},
        {"id": "b", "label": "Label b", "feedback": "About b."},
    ]
    asked = questions.make_question(type="single-choice", options=options)
    quiz = quiz_with(learner, asked)
    change_site(app, quizzes={quiz.id: quiz})
    assert f"<b>{named}</b> About a." in why(child, quiz, asked.id, {"choice": "b"}, tries="2")


def quiz_with(learner: Learner, asked: Question) -> Quiz:
    """The learner's quiz with this question alone."""
    return replace(quiz_of_every_kind(learner.lesson), questions=(asked,))


@pytest.mark.parametrize("kind", RIGHT)
def test_a_right_answer_is_said_as_a_whole_sentence_and_no_other_answer_is(
    app: Flask, child: FlaskClient, learner: Learner, kind: str
) -> None:
    quiz = quiz_of_every_kind(learner.lesson)
    for question in quiz.questions:
        object.__setattr__(question, "means", Markup("Hazel need not laugh."))
    change_site(app, quizzes={quiz.id: quiz})
    assert "Hazel need not laugh." in why(child, quiz, kind, RIGHT[kind])
    assert "Hazel need not laugh." not in why(child, quiz, kind, {"unsure": "yes"})
