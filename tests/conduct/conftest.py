"""A pupil of a band in a browser of the pupil's own, and what is kept of a decision."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.site import Content
from tests.lessons.learner import Learner, browser_of, make_learner


@pytest.fixture
def band() -> Band:
    """Of which band the pupil is; a test may name another."""
    return Band.KS2


@pytest.fixture
def learner(session: Session, content: Content, band: Band) -> Learner:
    return make_learner(session, content.lessons, band)


@pytest.fixture
def child(app: Flask, learner: Learner) -> FlaskClient:
    return browser_of(app, learner)


@pytest.fixture
def ticks(content: Content, band: Band) -> list[str]:
    """Every rule of the band's Code."""
    return [rule.id for rule in content.codes[band.value, "en"].rules]
