"""The invented school of these tests, as in those of incidents."""

from tests.incidents.conftest import calendar, school

__all__ = ["calendar", "school"]
