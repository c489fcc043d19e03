"""A school whose slips are made."""

import pytest
from flask import Flask

from tests.slips.homes import Homes


@pytest.fixture
def homes(app: Flask) -> Homes:
    """Two classes with a slip for each child's home."""
    here = Homes.make(app)
    here.make_all()
    return here
