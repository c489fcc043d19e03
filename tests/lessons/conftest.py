"""A pupil whose class was set a lesson, in a browser of the pupil's own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.site import Content
from tests.lessons.learner import Learner, browser_of, make_learner


@pytest.fixture
def learner(session: Session, content: Content) -> Learner:
    return make_learner(session, content.lessons)


@pytest.fixture
def child(app: Flask, learner: Learner) -> FlaskClient:
    return browser_of(app, learner)
