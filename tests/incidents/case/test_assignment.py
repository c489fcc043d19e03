"""An open case always waits for somebody who can open it, whatever becomes of its owner."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.assignment import Unavailable
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.models import Incident
from kiosk.incidents.queue.page import Group, Queue, Tab
from kiosk.incidents.queue.queue import queue_page
from kiosk.report.access.opening import KeyNotGranted, ReportNotYours, read_report
from kiosk.report.models import ReaderList, ReportReader
from kiosk.roles import Role
from kiosk.storage.db import now_utc
from tests.factories import opener_of, today
from tests.incidents.queue_rows import open_rows
from tests.incidents.school import School, sync
from tests.incidents.verbs import acting
from tests.pages import Page
from tests.sets import repeats

READERS = ("dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2", "chair", "chair2")
A_WEEK = timedelta(days=7)


def now_is(school: School, name: str) -> StaffMember:
    """Somebody as the school has them now."""
    with school.databases.school.session(write=False) as session:
        return session.get_one(StaffMember, school.people[name].id)


def look(school: School, name: str, tab: Tab = Tab.MINE) -> Queue:
    """A part of somebody's queue."""
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        return queue_page(
            CaseViewer(now_is(school, name), now_utc(), school.calendar, session, reports), school.key, tab
        )


def opened_by(school: School, name: str, concern: str, **given: str) -> int:
    """A case that somebody has opened; returns its number."""
    report_id = school.told(concern, **given)
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, school.people[name], now_utc(), session, reports)
        return open_incident(by, report_id).incident.number


def change(school: School, name: str, what: Callable[[StaffMember], None]) -> None:
    """Something becomes of somebody."""
    with school.databases.school.write() as session:
        what(session.get_one(StaffMember, school.people[name].id))


def leave(person: StaffMember) -> None:
    """Somebody leaves the school."""
    person.left_on = today()


def go_away(person: StaffMember) -> None:
    """Somebody is away for a week."""
    person.away_from, person.away_until = today(), today() + A_WEEK


def freeze(person: StaffMember) -> None:
    """Somebody's key is frozen."""
    person.frozen_on = today()


def other_role(person: StaffMember) -> None:
    """Somebody takes a role that reads none of these reports."""
    for holding in person.holdings:
        holding.role = Role.NETWORK


def come_back(person: StaffMember) -> None:
    """Somebody is there again, with an open key."""
    person.left_on = person.away_from = person.away_until = person.frozen_on = None


ATTACKS = {
    "has left": (leave, Unavailable.LEFT),
    "is away": (go_away, Unavailable.AWAY),
    "cannot open it now": (freeze, Unavailable.NO_KEY),
    "has another role now": (other_role, Unavailable.ROLE),
}


@pytest.mark.parametrize("said", ATTACKS)
def test_the_case_of_an_owner_who_cannot_act_is_for_whoever_else_can_open_it(
    school: School, app: Flask, said: str
) -> None:
    what, why = ATTACKS[said]
    number = opened_by(school, "dsl", "friend")
    assert not look(school, "dsl2").groups, "the control: the owner is there"
    change(school, "dsl", what)
    (row,) = open_rows(look(school, "dsl2"))
    assert row.case and (row.case.incident.number, row.case.why) == (number, why)
    assert (row.owner, row.yours) == ("Ms dsl", False)
    assert not look(school, "coordinator2", Tab.ALL).groups, "who may not read it sees no trace of it"
    page = Page(school.browser(app, now_is(school, "dsl2")).get("/staff/incidents/").text)
    assert f"With you: Ms dsl {said}" in page.text
    by_the_hour = ("Next step is yours 1", "Can wait until morning 1")
    assert any(words in page.text for words in by_the_hour)


def test_an_owner_who_comes_back_has_the_case_alone_again(school: School) -> None:
    opened_by(school, "dsl", "friend")
    change(school, "dsl", go_away)
    assert look(school, "dsl2").mine == 1
    assert look(school, "dsl").mine == 1, "the owner sees it from wherever they are"
    change(school, "dsl", come_back)
    assert look(school, "dsl2").mine == 0


def test_days_away_that_are_over_or_have_not_begun_take_nothing_from_the_owner(school: School) -> None:
    opened_by(school, "dsl", "friend")
    day = today()
    for first, last in ((day - A_WEEK, day - timedelta(days=1)), (day + A_WEEK, day + 2 * A_WEEK)):

        def away(person: StaffMember, first: object = first, last: object = last) -> None:
            person.away_from, person.away_until = first, last  # type: ignore[assignment]

        change(school, "dsl", away)
        assert not look(school, "dsl2").groups


def test_where_everybody_is_away_it_is_for_all_who_may_read_it(school: School) -> None:
    opened_by(school, "dsl", "bullying", follow="threat")
    for name in ("dsl2", "coordinator", "coordinator2"):
        change(school, name, go_away)
    assert all(not look(school, name).groups for name in ("dsl2", "coordinator", "coordinator2"))
    change(school, "dsl", leave)
    assert [look(school, name).mine for name in ("dsl2", "coordinator", "coordinator2")] == [1, 1, 1]
    change(school, "coordinator2", come_back)
    assert [look(school, name).mine for name in ("dsl2", "coordinator", "coordinator2")] == [0, 0, 1]


def test_an_owner_whose_key_was_taken_away_is_not_waited_for(school: School) -> None:
    """Stepping aside gives the case to somebody else; a renewal or a hand in the database may not."""
    opened_by(school, "dsl", "friend")
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReportReader).where(ReportReader.reader_id == school.dsl.id))
    assert not look(school, "dsl").groups
    assert [row.case and row.case.why for row in open_rows(look(school, "dsl2"))] == [Unavailable.NO_KEY]


def test_a_case_of_somebody_else_says_so_and_is_not_mine(school: School) -> None:
    opened_by(school, "dsl", "bullying", follow="threat")
    queue = look(school, "coordinator", Tab.ALL)
    assert [one.group for one in queue.groups] == [Group.OTHERS]
    assert (queue.mine, queue.everything) == (0, 1)
    assert open_rows(look(school, "coordinator", Tab.OTHERS)) == open_rows(queue)


STEPS = {
    "leave": leave,
    "go away": go_away,
    "freeze": freeze,
    "other role": other_role,
    "come back": come_back,
}
SEQUENCES = st.lists(
    st.tuples(st.sampled_from(READERS), st.sampled_from([*STEPS, "lose key", "list follows"])),
    min_size=1,
    max_size=14,
)


@pytest.mark.database("sqlite")
@pytest.mark.again
@settings(
    max_examples=repeats(8, 50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=SEQUENCES)
def test_after_anything_that_becomes_of_people_every_open_case_waits_for_somebody_who_can_open_it(
    school: School, steps: list[tuple[str, str]]
) -> None:
    numbers = _as_at_first(school)
    for name, step in steps:
        if step == "lose key":
            with school.databases.reports.write() as reports:
                reports.execute(delete(ReportReader).where(ReportReader.reader_id == school.people[name].id))
        elif step == "list follows":
            sync_roles(school)
        else:
            change(school, name, STEPS[step])
    mine = {name: {row.report.id for row in open_rows(look(school, name))} for name in READERS}
    with school.databases.school.session(write=False) as session:
        cases = session.scalars(select(Incident).where(Incident.number.in_(numbers))).all()
    for case in cases:
        able = {name for name in READERS if can_open(school, name, case)}
        there = {name for name in able if not is_away(now_is(school, name))}
        has = {name for name in READERS if case.report_id in mine[name]}
        assert has & (there or able) or not able, (case.route, steps)


def can_open(school: School, name: str, case: Incident) -> bool:
    """Whether somebody who works here opens this case with their own key."""
    person = now_is(school, name)
    if person.left_on:
        return False
    try:
        with school.databases.reports.session(write=False) as reports:
            read_report(reports, case.report_id, opener_of(person))
    except (ReportNotYours, KeyNotGranted):
        return False
    return True


def is_away(person: StaffMember) -> bool:
    """Whether somebody is not there, or their key is frozen."""
    return person.away_from is not None or person.frozen_on is not None


def sync_roles(school: School) -> None:
    """The signed list follows the roles that people hold now."""
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReaderList))
    sync(school.databases)


def _as_at_first(school: School) -> set[int]:
    """Everybody is there with their role and their key, and four have opened something: the numbers.

    Cases of before stay, as a log is only added to; nobody has a key to them any more.
    """
    with school.databases.school.write() as session:
        for name in READERS:
            person = session.get_one(StaffMember, school.people[name].id)
            come_back(person)
            session.execute(delete(RoleHolder).where(RoleHolder.staff_id == person.id))
            role = Role(name.removesuffix("2"))
            session.add(RoleHolder(role=role, deputy=name.endswith("2"), staff_id=person.id))
    sync_roles(school)
    with school.databases.school.session(write=False) as session:
        known = session.scalars(select(Incident.report_id)).all()
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReportReader).where(ReportReader.report_id.in_(known)))
    return {
        opened_by(school, "dsl", "friend"),
        opened_by(school, "coordinator", "bullying", follow="threat"),
        opened_by(school, "principal", "adult", head="no"),
        opened_by(school, "chair", "adult", head="yes"),
    }
