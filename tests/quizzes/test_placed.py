"""Questions inside a lesson: asked where the story needs them, counted as any other, and not asked again at the end."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.lessons.bar import bar_of
from kiosk.lessons.kinds.question import Question as Asked
from kiosk.site import Content
from tests.lessons.learner import Learner, browser_of
from tests.pages import Page
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def child(app: Flask, learner: Learner) -> FlaskClient:
    return browser_of(app, learner)


def test_a_question_stands_among_the_steps_of_its_lesson(
    child: FlaskClient, learner: Learner, content: Content
) -> None:
    lesson = learner.lesson
    assert lesson.placed, "the shipped lesson asks inside"
    for question, place in lesson.placed.items():
        asked = child.get(f"/learn/lessons/{lesson.id}/{place}").headers["Location"]
        assert asked == f"/learn/quizzes/{lesson.quiz}/{question}"
        page = Page(child.get(asked).text)
        assert (
            f"Story, {place} of {bar_of(lesson, content.quizzes[lesson.quiz].questions).total}" in page.text
        )
        assert page.link("Back") == f"/learn/lessons/{lesson.id}/{place - 1}"


def test_at_the_end_only_the_other_questions_are_asked(
    child: FlaskClient, learner: Learner, content: Content
) -> None:
    lesson, quiz = learner.lesson, content.quizzes[learner.lesson.quiz]
    bar = bar_of(lesson, quiz.questions, question=1)
    first = child.get(f"/learn/quizzes/{quiz.id}").headers["Location"]
    assert first.rpartition("/")[2] not in lesson.placed
    assert f"Questions, {bar.here} of {bar.total}" in Page(child.get(first).text).text
    assert bar.questions == len(quiz.questions) - len(lesson.placed)


def test_a_lesson_that_asks_everything_inside_ends_with_who_helps(
    app: Flask, child: FlaskClient, learner: Learner, content: Content
) -> None:
    quiz = content.quizzes[learner.lesson.quiz]
    steps = tuple(Asked(id=f"k-{question.id}", of=question.id) for question in quiz.questions)
    lesson = replace(learner.lesson, steps=(*learner.lesson.steps[:1], *steps))
    change_site(app, lessons={**content.lessons, lesson.id: lesson})
    assert child.get(f"/learn/quizzes/{quiz.id}").headers["Location"] == f"/learn/lessons/{lesson.id}/help"
