"""A pupil whose class was set a lesson, in a browser of the pupil's own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.quizzes.quiz import Quiz
from tests.lessons.learner import Learner, browser_of
from tests.quizzes.every_kind import quiz_of_every_kind
from tests.sites import change_site


@pytest.fixture
def quiz(learner: Learner) -> Quiz:
    """A quiz with every kind of question."""
    return quiz_of_every_kind(learner.lesson)


@pytest.fixture
def child(app: Flask, learner: Learner, quiz: Quiz) -> FlaskClient:
    """The pupil's browser; the quiz of every kind stands in the place of the shipped one."""
    change_site(app, quizzes={quiz.id: quiz})
    return browser_of(app, learner)
