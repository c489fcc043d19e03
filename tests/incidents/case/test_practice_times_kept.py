"""What is kept of a practice run, on every kind of database."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from kiosk.incidents.case.practice_times import (
    cancel_run,
    last_runs,
    note_seen,
    run_of,
    start_run,
    write_about,
)
from kiosk.incidents.models import PracticeRun
from kiosk.report.access.opening import read_report
from kiosk.report.access.routes import PRACTICE
from kiosk.storage.db import now_utc
from tests.factories import opener_of
from tests.incidents.practising import practice_runs
from tests.incidents.school import School


def test_a_practice_run_is_kept_seen_and_written_about(school: School) -> None:
    now = school.calendar.next_opening(now_utc() + timedelta(days=1))
    after = now + timedelta(minutes=70)
    report_id = school.tell("bullying", now_utc(), sent_by_kiosk=PRACTICE)
    child = school.told("bullying")
    school.merge(now)
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        start_run(session, report_id, school.dsl, school.calendar, now)
        session.flush()
        assert last_runs(session, school.calendar, now) == []
        for told, by in ((child, school.coordinator), (report_id, school.dsl)):
            opened = read_report(reports, told, opener_of(by))
            note_seen(session, opened, by.id, school.calendar, after)
        assert [one.minutes for one in last_runs(session, school.calendar, after)] == [None]
        practised = read_report(reports, report_id, opener_of(school.coordinator))
        note_seen(session, practised, school.coordinator.id, school.calendar, after)
    (kept,) = practice_runs(school)
    with school.databases.school.write() as session:
        line = run_of(session, kept.id, school.calendar, after, for_update=True)
        assert line
        assert line.missed
        write_about(line, "Both were away", "A rota")
    with school.databases.school.session(write=False) as session:
        found = run_of(session, kept.id, school.calendar, after)
        assert found
        assert (found.minutes, found.reason, found.changed) == (70, "Both were away", "A rota")
        assert run_of(session, uuid.uuid4(), school.calendar, after) is None


def test_one_whose_report_was_not_accepted_is_forgotten(school: School) -> None:
    report_id = uuid.uuid4()
    with school.databases.school.write() as session:
        start_run(session, report_id, school.dsl, school.calendar, now_utc())
        session.flush()
        cancel_run(session, report_id)
    assert practice_runs(school) == []


@pytest.mark.parametrize("wrong", [{"minutes": -1}, {"goal_minutes": 0}, {"started_at": now_utc()}])
def test_figures_that_cannot_be_are_not_kept(school: School, wrong: dict[str, object]) -> None:
    known = {"day": now_utc().date(), "in_school_time": True, "goal_minutes": 60, "minutes": 5}
    with pytest.raises(IntegrityError), school.databases.school.write() as session:
        session.add(PracticeRun(**known | wrong))
