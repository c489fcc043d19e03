"""A complaint whose answer is late: the owner of its case is told, a school day later the others who can read it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from kiosk.incidents.case_log.entries import add_entry
from kiosk.incidents.models import Act, ComplaintClock, Incident
from tests.incidents.school import School
from tests.upkeep.chores.test_late_cases import DAY, DUE, MINUTE, mailed_by, own, school
from tests.upkeep.monday import at

__all__ = ["school"]  # the fixture


def begin(school: School, answered: bool = False) -> None:
    """The case has weeks to go, but its complaint was due on Friday."""
    friday = (at(11) - 3 * DAY).date()
    with school.databases.school.write() as session:
        session.execute(update(Incident).values(next_step_by=at(11) + 30 * DAY))
        incident = session.scalars(select(Incident)).one()
        line = add_entry(session, incident, school.dsl.id, Act.COMPLAINT, at(11) - 20 * DAY)
        session.add(
            ComplaintClock(
                entry_id=line.id,
                incident_id=incident.id,
                due_on=friday,
                answered_on=friday if answered else None,
            )
        )


def test_its_owner_is_told_once_and_the_others_a_school_day_later(school: School) -> None:
    begin(school)
    assert mailed_by(school, at(9), at(9) + MINUTE) == {"dsl": 1}
    assert mailed_by(school, at(9) + DAY + timedelta(hours=7), at(9) + 2 * DAY) == {"dsl": 1, "dsl2": 1}


def test_nobody_is_told_once_it_was_answered(school: School) -> None:
    begin(school, answered=True)
    assert mailed_by(school, at(9), at(9) + 4 * DAY) == {}


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_that_somebody_wrote_by_hand_silences_no_mail_about_another_case(
    school: School, day: date
) -> None:
    begin(school)
    own(school, "site", "no", owner="coordinator", number=2)
    with school.databases.school.write() as session:
        session.execute(update(ComplaintClock).values(due_on=day))
    assert mailed_by(school, DUE + MINUTE)["coordinator"] == 1
