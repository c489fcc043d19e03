"""Whatever somebody owned who handed over is theirs who took over, where they may read it (promises G1, Q7)."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from kiosk.accounts.models import RoleHolder
from kiosk.incidents.learning.follow_ups import changes_for, open_changes_of
from kiosk.incidents.models import Incident, PlannedChange
from kiosk.incidents.queue.page import Tab
from kiosk.report.models import Reader, ReportReader
from tests.factories import entry_of, found_list, today
from tests.incidents.case.test_assignment import look, now_is, opened_by
from tests.incidents.queue_rows import open_rows
from tests.incidents.school import School

pytestmark = pytest.mark.database("sqlite")
OTHERS = ("coordinator", "coordinator2")


@pytest.fixture
def severe(school: School) -> int:
    """Bullying that goes on, opened by the safeguarding lead; her deputy and the coordinators read it as well."""
    return opened_by(school, "dsl", "bullying", follow="repeat")


def handed_over(school: School, gives: str = "dsl", takes: str = "dsl2") -> None:
    """Her last day was yesterday: the list says to whom she handed over, and her places are theirs."""
    yesterday, heir = today() - timedelta(days=1), school.people[takes].id
    giver = school.people[gives].id
    with school.databases.reports.write() as reports:
        rows = list(reports.scalars(select(Reader)))
        entries = {row.id.hex: entry_of(row) for row in rows if row.public_key}
        entries[giver.hex] = entry_of(
            next(row for row in rows if row.id == giver), to_day=yesterday, heir=heir.hex
        )
        found_list(reports, entries)
    with school.databases.school.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == giver))


def mine(school: School, name: str) -> list[tuple[str, bool]]:
    """What waits for somebody: whose it is, and whether it is their own."""
    return [(row.owner, row.yours) for row in open_rows(look(school, name, Tab.MINE))]


def test_her_case_is_that_of_whoever_took_over_and_of_nobody_else(school: School, severe: int) -> None:
    handed_over(school)
    assert mine(school, "dsl2") == [("Ms dsl2", True)]
    for name in OTHERS:
        assert mine(school, name) == []


def test_what_the_other_may_not_read_goes_to_the_next_readers_and_is_not_seen_by_them(
    school: School, severe: int
) -> None:
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReportReader).where(ReportReader.reader_id == school.dsl2.id))
    handed_over(school)
    assert mine(school, "dsl2") == []
    assert len(open_rows(look(school, "dsl2", Tab.ALL))) == 0
    for name in OTHERS:
        assert mine(school, name) == [("Ms dsl", False)]


def test_it_is_hers_until_her_day_is_over(school: School, severe: int) -> None:
    with school.databases.reports.write() as reports:
        rows = list(reports.scalars(select(Reader)))
        entries = {row.id.hex: entry_of(row) for row in rows if row.public_key}
        entries[school.dsl.id.hex] = entry_of(
            next(row for row in rows if row.id == school.dsl.id), to_day=today(), heir=school.dsl2.id.hex
        )
        found_list(reports, entries)
    assert mine(school, "dsl") == [("Ms dsl", True)]
    assert mine(school, "dsl2") == []


@pytest.mark.parametrize("route", ["bullying", "adult"])
def test_a_change_that_she_owed_passes_on_but_from_no_case_about_a_grown_up_that_they_may_not_read(
    school: School, severe: int, route: str
) -> None:
    with school.databases.school.write() as session:
        case = session.scalars(select(Incident).where(Incident.number == severe)).one()
        case.route = route
        session.add(
            PlannedChange(
                id=uuid.uuid4(),
                incident_id=case.id,
                what="A quieter corner",
                owner_id=school.dsl.id,
                due_on=today(),
            )
        )
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReportReader).where(ReportReader.reader_id == school.dsl2.id))
    handed_over(school)
    with (
        school.databases.school.session(write=False) as session,
        school.databases.reports.session(write=False) as reports,
    ):
        found = len(changes_for(session, reports, now_is(school, "dsl2")))
        assert found == open_changes_of(session, reports, now_is(school, "dsl2")) == (route == "bullying")
