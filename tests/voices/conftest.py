"""A school in which nobody has approved or recorded anything yet."""

import pytest
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.site import Content
from tests.approving.conftest import app as app
from tests.voices.school import Voices


@pytest.fixture
def voices(session: Session, config: Config, content: Content) -> Voices:
    """A teacher who reads, another who listens, and a lesson."""
    return Voices(session, config, content)
