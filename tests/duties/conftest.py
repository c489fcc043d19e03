"""The invented school of the tests that tell a report, as in those of the filter desk."""

from tests.filtering.conftest import calendar, desk, school

__all__ = ["calendar", "desk", "school"]
