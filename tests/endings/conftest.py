"""The tablet of a pupil whose class was set a lesson."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.lessons.learner import Learner, browser_of


@pytest.fixture
def child(app: Flask, learner: Learner) -> FlaskClient:
    return browser_of(app, learner)
