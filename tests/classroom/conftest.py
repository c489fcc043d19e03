"""A class with a lesson set, a teacher who leads it, and one child's tablet."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.classroom.led import LedClass, make_led
from tests.lessons.learner import Learner


@pytest.fixture
def led(app: Flask, session: Session, learner: Learner) -> LedClass:
    """A class that is led, before the first step."""
    found = make_led(app, session, learner)
    found.begin()
    return found
