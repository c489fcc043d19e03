"""Something to do about a case that is late: whoever has it is told by mail, a school day later the other readers."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from kiosk.incidents.models import CaseTask, Incident
from tests.incidents.school import School
from tests.upkeep.chores.test_late_cases import DAY, DUE, MINUTE, mailed_by, own, school
from tests.upkeep.monday import at

__all__ = ["school"]  # the fixture
FRIDAY = (at(11) - 3 * DAY).date()


def set_tasks(school: School, *owners: str, due_on: date = FRIDAY, done_on: date | None = None) -> None:
    """The case has weeks to go, but each of these had something to do by Friday."""
    with school.databases.school.write() as session:
        session.execute(update(Incident).values(next_step_by=at(11) + 30 * DAY))
        of = session.scalars(select(Incident.id)).one()
        for owner in owners:
            task = {"owner_id": school.people[owner].id, "due_on": due_on, "done_on": done_on}
            session.add(CaseTask(id=uuid.uuid4(), incident_id=of, **task))


def test_whoever_has_it_is_told_once_and_the_others_a_school_day_later(school: School) -> None:
    set_tasks(school, "dsl2")
    assert mailed_by(school, at(9), at(9) + MINUTE) == {"dsl2": 1}
    assert mailed_by(school, at(9) + DAY + timedelta(hours=7), at(9) + 2 * DAY) == {"dsl2": 1, "dsl": 1}


def test_two_who_had_something_to_do_by_one_day_are_both_told(school: School) -> None:
    set_tasks(school, "dsl", "dsl2")
    assert mailed_by(school, at(9), at(9) + MINUTE) == {"dsl": 1, "dsl2": 1}


def test_a_next_step_that_was_due_on_the_same_day_is_told_for_itself(school: School) -> None:
    set_tasks(school, "dsl2")
    with school.databases.school.write() as session:
        session.execute(update(Incident).values(next_step_by=at(8) - 2 * DAY))
    assert mailed_by(school, at(9)) == {"dsl": 1, "dsl2": 1}


def test_nobody_was_done_then_what_is_done_or_is_due_today(school: School) -> None:
    set_tasks(school, "dsl2", done_on=FRIDAY)
    set_tasks(school, "dsl2", due_on=at(9).date())
    assert mailed_by(school, at(9), at(9) + timedelta(hours=6)) == {}


def test_where_whoever_has_it_cannot_open_the_case_those_who_can_are_told(school: School) -> None:
    set_tasks(school, "coordinator")
    assert mailed_by(school, at(9)) == {"dsl": 1, "dsl2": 1}


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_that_somebody_wrote_by_hand_silences_no_mail_about_another_case(
    school: School, day: date
) -> None:
    set_tasks(school, "dsl2", due_on=day)
    own(school, "site", "no", owner="coordinator", number=2)
    assert mailed_by(school, DUE + MINUTE)["coordinator"] == 1
