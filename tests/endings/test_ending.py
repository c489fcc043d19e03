"""The end of a lesson: aims that are met or open, a question to take home, one line on next time, one way on."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.endings.ending import ending_of
from kiosk.lessons.progress import complete_lesson, set_lesson
from kiosk.lessons.words import first_question
from kiosk.quizzes.attempts import note_met
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.lessons.learner import DAY, LESSONS, Learner, browser_of, counted, heading, make_learner
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

MOST_QUERIES = 4  # who it is, which questions were met, what the class was taught and what it was set


@pytest.fixture
def quiz(learner: Learner, content: Content) -> Quiz:
    return content.quizzes[learner.lesson.quiz]


def end_of(child: FlaskClient, learner: Learner, more: str = "") -> Page:
    return Page(child.get(f"/learn/lessons/{learner.lesson.id}/done{more}").text)


def meet(session: Session, learner: Learner, quiz: Quiz, *ids: str) -> None:
    """Meet these questions, or all of them."""
    for question in quiz.questions:
        if not ids or question.id in ids:
            note_met(session, learner.pupil, quiz, question, DAY)
    session.commit()


def test_an_aim_is_met_by_one_of_its_questions_and_else_names_the_first_to_try(
    learner: Learner, quiz: Quiz
) -> None:
    first = quiz.questions[0]
    ending = ending_of(learner.lesson, quiz, {first.id})
    aims = dict(zip((aim.id for aim in learner.lesson.objectives), ending.aims, strict=True))
    assert aims[first.objective].met and not ending.finished
    for id, aim in aims.items():
        if id != first.objective:
            assert aim.again == next(one.id for one in quiz.questions if one.objective == id)
    assert first not in ending.open and len(ending.open) == len(quiz.questions) - 1
    assert ending_of(learner.lesson, None, ()).finished, "nothing asks about it"


def test_every_aim_that_is_met_is_said_and_the_others_have_their_question(
    child: FlaskClient, learner: Learner, session: Session, quiz: Quiz
) -> None:
    page = end_of(child, learner)
    assert heading(page) == "One more look?"
    assert page.link("Look again") == f"/learn/quizzes/{quiz.id}"
    first = learner.lesson.objectives[0]
    there = next(one.id for one in quiz.questions if one.objective == first.id)
    assert page.link(f"Another go: {first.text}") == f"/learn/quizzes/{quiz.id}/{there}"
    meet(session, learner, quiz)
    page = end_of(child, learner)
    assert heading(page) == "That was all, Amira. See you."
    assert all(aim.text in page.text for aim in learner.lesson.objectives)
    assert "Another go" not in page.text and "still open" not in page.text
    assert page.button("Goodbye").attrs["form"] == "leave-idle", "the one way on leads where Leave leads"


def test_what_the_class_keeps_of_a_lesson_is_said_once_every_aim_is_met(
    child: FlaskClient, learner: Learner, session: Session, quiz: Quiz
) -> None:
    assert learner.lesson.keeps
    assert learner.lesson.keeps.line not in end_of(child, learner).text
    meet(session, learner, quiz)
    assert learner.lesson.keeps.line in end_of(child, learner).text


def test_the_questions_that_are_open_are_named_until_every_aim_is_met(
    child: FlaskClient, learner: Learner, session: Session, quiz: Quiz
) -> None:
    first, *others = quiz.questions
    meet(session, learner, quiz, first.id)
    page = end_of(child, learner)
    assert f"{len(others)} questions are still open" in page.text
    for one in others:
        assert page.link(one.stem.striptags()) == f"/learn/quizzes/{quiz.id}/{one.id}"
    meet(session, learner, quiz, *(one.id for one in others[:-1]))
    assert "still open" not in end_of(child, learner).text, "whoever can do it all goes home"


def test_next_time_is_what_the_class_was_set_after_this_one_whatever_a_child_has_done(
    child: FlaskClient, learner: Learner, session: Session, content: Content, quiz: Quiz
) -> None:
    meet(session, learner, quiz)
    assert "Next time" not in end_of(child, learner).text
    for days, id in enumerate(("ks2-information-is-it-true", "ks2-wellbeing-how-to-tell"), 1):
        set_lesson(session, learner.class_group, content.lessons[id], DAY + timedelta(days=days))
    session.commit()
    line = f"Next time: {content.lessons['ks2-information-is-it-true'].title}"
    assert line in end_of(child, learner).text
    complete_lesson(session, learner.pupil, content.lessons["ks2-information-is-it-true"], DAY)
    session.commit()
    assert line in end_of(child, learner).text


def test_what_is_sensitive_is_not_said_for_next_time(
    child: FlaskClient, learner: Learner, session: Session, content: Content, quiz: Quiz
) -> None:
    meet(session, learner, quiz)
    set_lesson(session, learner.class_group, content.lessons[LESSONS[Band.KS4]], DAY + timedelta(days=1))
    session.commit()
    assert "Next time" not in end_of(child, learner).text


def test_one_question_goes_home_on_a_card_without_controls(child: FlaskClient, learner: Learner) -> None:
    page = end_of(child, learner)
    question = "What would you do with it?"
    assert question in page.text and "Who would you show?" not in page.text
    card = Page(child.get(page.link("Ask at home")).text)
    (paper,) = card.all("article")
    assert question in paper.text and "Our school" in paper.text
    assert not paper.find_all("a", "button", "input", "form")
    assert card.button("Print") and card.link("Back").endswith("/done")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("<p>Look it up. Who wrote it? Why?</p>", "Look it up. Who wrote it?"),
        ("<p>Ask: “What is it?” Then wait.</p>", "Ask: “What is it?”"),
        ("<p>Draw a boat.</p>", ""),
        ("<p>دیکھیں۔ یہ کون ہے؟ کیوں؟</p>", "دیکھیں۔ یہ کون ہے؟"),
    ],
)
def test_the_first_question_comes_with_what_leads_to_it(words: str, found: str) -> None:
    assert first_question(Markup(words)) == found


@pytest.mark.parametrize("band", list(Band))
def test_the_end_asks_the_database_little(
    app: Flask, databases: Databases, session: Session, content: Content, band: Band
) -> None:
    learner = make_learner(session, content.lessons, band)
    child = browser_of(app, learner)
    with counted(databases.school.engine) as sent:
        assert heading(end_of(child, learner))
    assert len([statement for statement in sent if "BEGIN" not in statement]) <= MOST_QUERIES
