"""Closed cases are counted by the log, on every kind of database."""

from kiosk.oversight.learning import closed_by_class
from kiosk.storage.db import now_utc
from tests.incidents.conftest import calendar, school
from tests.incidents.school import School
from tests.oversight.test_learning import closed

__all__ = ["calendar", "school"]


def test_what_somebody_may_read_is_shown_from_five_on_and_four_of_others_are_not(school: School) -> None:
    closed(school, 4)  # the coordinator's alone
    closed(school, 5, "bullying", follow="threat")  # the lead's as well
    closed(school, 4, "stranger")
    with (
        school.databases.school.session(write=False) as session,
        school.databases.reports.session(write=False) as reports,
    ):
        shown = {
            who: [
                one.count
                for one in closed_by_class(
                    session, reports, school.people[who], school.calendar, now_utc().date()
                )
            ]
            for who in ("coordinator", "dsl", "principal")
        }
    assert shown["coordinator"] == shown["principal"] == [9, None, None, None]
    assert shown["dsl"] == [5, None, None, None], "with nine, the lead would know of four"
