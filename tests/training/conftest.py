"""A school whose staff are trained."""

import pytest

from kiosk.config import Config
from kiosk.storage.db import Databases
from tests.training.record import Training


@pytest.fixture
def training(config: Config, databases: Databases) -> Training:
    """The school, with nothing in its record."""
    return Training.make(config, databases)
