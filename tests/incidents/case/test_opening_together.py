"""Two people open the same report at the same moment, and eight open eight."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.storage.db import now_utc
from tests.incidents.school import School
from tests.incidents.verbs import acting

TOGETHER = 8


def open_at_once(school: School, openings: list[tuple[StaffMember, uuid.UUID]]) -> list[int]:
    """Every opening in a thread of its own, all at one barrier; the numbers they were given."""
    barrier = Barrier(len(openings))
    databases = school.databases

    def one(opening: tuple[StaffMember, uuid.UUID]) -> int:
        person, report_id = opening
        barrier.wait()
        with databases.school.writing() as session, databases.reports.writing() as reports:
            session.execute(select(1))  # every request asks the school first who is signed in
            by = acting(school.calendar, person, now_utc(), session, reports)
            number = open_incident(by, report_id).incident.number
            session.commit()
            reports.commit()
            return number

    with ThreadPoolExecutor(len(openings)) as pool:
        return list(pool.map(one, openings))


def test_a_second_person_opening_at_the_same_moment_gets_the_same_incident(school: School) -> None:
    report_id = school.told("friend")
    numbers = open_at_once(school, [(school.dsl, report_id), (school.dsl2, report_id)] * (TOGETHER // 2))
    assert set(numbers) == {1}
    with school.databases.school.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        acts = session.scalars(select(IncidentEntry.act).order_by(IncidentEntry.seq)).all()
    assert list(acts).count(Act.OPENED) == 1
    assert len(acts) <= 2  # one line for each person


def test_numbers_are_given_once_however_many_reports_are_opened_at_once(school: School) -> None:
    told = [school.told("friend") for _ in range(TOGETHER)]
    numbers = open_at_once(school, [(school.dsl, report_id) for report_id in told])
    assert sorted(numbers) == list(range(1, TOGETHER + 1))
