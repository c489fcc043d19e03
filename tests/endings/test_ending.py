"""The end of a lesson: aims that are met, questions still open, a question to take home; feelings are kept nowhere."""

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
from tests.lessons.learner import DAY, Learner, browser_of, counted, heading, make_learner
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

MOST_QUERIES = 3  # who it is, which questions were met, what is open


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
    assert heading(page) == "You have finished"
    assert all(aim.text in page.text for aim in learner.lesson.objectives)
    assert "Another go" not in page.text and "still open" not in page.text
    assert page.link("My lessons") == "/learn/lessons/"


def test_what_the_class_keeps_of_a_lesson_is_said_once_every_aim_is_met(
    child: FlaskClient, learner: Learner, session: Session, quiz: Quiz
) -> None:
    assert learner.lesson.keeps
    assert learner.lesson.keeps.line not in end_of(child, learner).text
    meet(session, learner, quiz)
    assert learner.lesson.keeps.line in end_of(child, learner).text


def test_the_questions_that_are_open_are_named(
    child: FlaskClient, learner: Learner, session: Session, quiz: Quiz
) -> None:
    *others, last = quiz.questions
    meet(session, learner, quiz, *(one.id for one in others))
    page = end_of(child, learner)
    assert "1 question is still open" in page.text
    assert page.link(last.stem.striptags()) == f"/learn/quizzes/{quiz.id}/{last.id}"


def test_the_next_lesson_is_the_newest_that_is_open(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    assert "Next time" not in end_of(child, learner).text
    other = content.lessons["ks2-information-is-it-true"]
    set_lesson(session, learner.class_group, other, DAY + timedelta(days=1))
    session.commit()
    assert end_of(child, learner).link("Next time") == f"/learn/lessons/{other.id}"
    complete_lesson(session, learner.pupil, other, DAY)
    session.commit()
    assert "Next time" not in end_of(child, learner).text


def test_what_a_child_feels_changes_words_alone_and_the_third_way_leads_to_telling(
    child: FlaskClient, learner: Learner, databases: Databases
) -> None:
    page = end_of(child, learner)
    assert "We do not keep it." in page.text
    assert page.link("I would like to talk about it").startswith("/report/ks2/")
    with counted(databases.school.engine) as sent:
        answer = child.get(page.link("I could do this").partition("#")[0])
    assert "Good to know." in Page(answer.text).text
    assert not [one for one in sent if one.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert "Set-Cookie" not in answer.headers or "felt" not in answer.headers["Set-Cookie"]
    assert "That is all right." in end_of(child, learner, "?felt=not-yet").text
    assert "We do not keep it." in end_of(child, learner, "?felt=nonsense").text


def test_one_question_goes_home_on_a_card_without_controls(child: FlaskClient, learner: Learner) -> None:
    page = end_of(child, learner)
    question = "What would you do with it?"
    assert question in page.text and "Who would you show?" not in page.text
    card = Page(child.get(page.link("A question to take home")).text)
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
