"""The invented school of these tests, as in those of incidents, and its filter desk."""

import pytest
from flask import Flask

from tests.filtering.at_the_desk import FilterDesk
from tests.incidents.conftest import calendar, school
from tests.incidents.school import School

__all__ = ["calendar", "school"]


@pytest.fixture
def desk(school: School, app: Flask) -> FilterDesk:
    """A site that a child named, opened by the coordinator."""
    return FilterDesk(school, app)
