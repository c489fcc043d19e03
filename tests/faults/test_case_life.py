"""Whatever staff do about cases, in any order: two close what takes two, nobody kept out reads, no line is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import select

from kiosk.audit.verify import verify_log
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.case_file import incident_of
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.case.records import record
from kiosk.incidents.case_log.audit_link import bind_case_log, verify_cases
from kiosk.incidents.case_log.entries import entries_of
from kiosk.incidents.closing import close
from kiosk.incidents.models import Act, Incident
from tests.faults.case_life import STEPS, CaseLife
from tests.faults.figures import reached, trials
from tests.incidents.closings import ENDED, newest_asked
from tests.incidents.conftest import calendar, school
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of

__all__ = ["calendar", "school"]  # fixtures
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
LIVES, STEPS_EACH = trials(20, 200), trials(200, 5000)
TOGETHER = 60


@pytest.mark.database("sqlite")
def test_cases_live_by_chance_and_what_must_hold_holds_after_each_step(school: School) -> None:
    taken: Counter[str] = Counter()
    life = CaseLife(school, 0, MONDAY)
    for seed in range(LIVES):
        life.chance.seed(seed)
        life.forget()
        life.step_of("tell")
        for _ in range(STEPS_EACH):
            life.step()
        life.end()
        taken.update(life.taken)
        life.taken.clear()
    assert set(taken) == set(STEPS), "each step was really taken"
    reached("steps of cases by chance", f"{LIVES} lives, {LIVES * STEPS_EACH} tried, {taken.total()} taken")


def test_sixty_at_once_on_one_case_leave_one_closing_and_a_whole_log(school: School) -> None:
    bind_case_log(school.databases.school, school.key)
    report_id = school.told("friend", follow="hurt")
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, school.dsl, MONDAY, session, reports)
        number = open_incident(by, report_id).incident.number
    barrier = Barrier(TOGETHER)

    def one(turn: int) -> str:
        person = school.people["dsl" if turn % 2 else "dsl2"]
        barrier.wait()
        with school.databases.school.write() as session, school.databases.reports.write() as reports:
            incident = incident_of(session, number, for_update=True)
            assert incident is not None
            by = acting(school.calendar, person, MONDAY, session, reports)
            case = case_of(by, incident)
            values = ENDED | {"owner": person.id.hex, "outcome": "not_serious"}
            try:
                if turn % 3 == 0:
                    record(by, case, "did", {"note": f"{turn}"})
                elif turn % 3 == 1:
                    close.close(by, CaseGroup(case), values)
                else:
                    close.agree(by, CaseGroup(case), newest_asked(session, number))
            except Exception as error:
                session.rollback()
                reports.rollback()
                return type(error).__name__
            return ["record", "ask", "agree"][turn % 3]

    with ThreadPoolExecutor(TOGETHER) as pool:
        did = Counter(pool.map(one, range(TOGETHER)))
    assert set(did) <= {"record", "ask", "agree", "IncidentClosed", "StaysOpen"}, did
    assert did["ask"] == 1 and did["agree"] <= 1
    with school.databases.school.session(write=False) as session:
        lines = sorted(
            entries_of(session, session.scalars(select(Incident.id)).one()), key=lambda one: one.seq
        )
        assert [one.seq for one in lines] == list(range(1, len(lines) + 1))
        assert sum(one.act is Act.DID for one in lines) == did["record"]
        assert sum(one.act is Act.CLOSED for one in lines) == did["agree"]
        assert (verify_log(session, school.key), verify_cases(session, school.key)) == ([], [])
