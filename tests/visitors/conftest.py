"""A reception."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.visitors.desk import Reception


@pytest.fixture
def reception(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Reception:
    """A reception on a school morning."""
    return Reception(app, session, monkeypatch)
