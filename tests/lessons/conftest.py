"""A pupil whose class was set a lesson, in a browser of the pupil's own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.lessons.learner import Learner, browser_of


@pytest.fixture
def child(app: Flask, learner: Learner) -> FlaskClient:
    return browser_of(app, learner)
