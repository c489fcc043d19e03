"""What waits for whom, and in which order."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.actions import assign, open_incident, reopen
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.closing.close import close
from kiosk.incidents.models import CaseOutcome, Incident
from kiosk.incidents.queue.page import Queue, Tab
from kiosk.incidents.queue.queue import queue_page
from kiosk.roles import Role
from tests.incidents.closings import decide
from tests.incidents.queue_rows import closed_rows, open_rows, unread_rows
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of

LONDON = ZoneInfo("Europe/London")
MOST_QUERIES = 17  # among them: who asks for a second reader, what is to do, complaints, and tags


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week of Monday, 23 November 2026."""
    return datetime.combine(datetime(2026, 11, day, tzinfo=LONDON).date(), time(hour, minute), LONDON)


def read_queue(school: School, person: StaffMember, now: datetime, tab: Tab = Tab.MINE) -> Queue:
    """The queue of a person, after due items were transferred."""
    school.merge(now)
    databases = school.databases
    with databases.reports.session(write=False) as reports, databases.school.session(write=False) as session:
        return queue_page(CaseViewer(person, now, school.calendar, session, reports), school.key, tab)


def open_first(school: School, person: StaffMember, now: datetime) -> None:
    """Open the first report that waits for a person."""
    report_id = unread_rows(read_queue(school, person, now))[0].report.id
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        open_incident(acting(school.calendar, person, now, session, reports), report_id)


def test_a_report_is_not_in_the_queue_before_its_slot_has_ended(school: School) -> None:
    school.tell("bullying", at(23, 10))
    assert not read_queue(school, school.coordinator, at(23, 10, 59)).groups
    assert len(unread_rows(read_queue(school, school.coordinator, at(23, 11)))) == 1


def test_one_in_danger_now_is_in_the_queue_at_once(school: School) -> None:
    school.tell("unsure", at(23, 10), danger="yes")
    (row,) = unread_rows(read_queue(school, school.dsl, at(23, 10, 1)))
    assert row.now
    assert row.level == "urgent"


def test_late_ones_come_first_then_the_most_urgent_then_the_oldest(school: School) -> None:
    school.tell("friend", at(25, 9))  # one school day: not late, soon
    school.tell("stranger", at(25, 9))  # one school hour: late
    school.tell("images", at(25, 10, 35))  # not late, urgent
    school.tell("friend", at(24, 14))  # not late, soon, older
    rows = unread_rows(read_queue(school, school.dsl, at(25, 12)))
    assert [(row.report.route.id, row.report.slot.day.day) for row in rows] == [
        ("stranger", 25),
        ("images", 25),
        ("friend", 24),
        ("friend", 25),
    ]
    assert [row.clock.late for row in rows] == [True, False, False, False]


def test_danger_now_stands_above_everything_that_is_late(school: School) -> None:
    school.tell("stranger", at(23, 9))
    school.tell("friend", at(25, 11), danger="yes")
    rows = unread_rows(read_queue(school, school.dsl, at(25, 11, 5)))
    assert [row.report.route.id for row in rows] == ["danger", "stranger"]
    assert [row.clock.late for row in rows] == [False, True]


def test_the_order_inside_a_slot_is_a_shuffle_that_stays_and_is_not_that_of_arrival(school: School) -> None:
    told = [school.tell("bullying", at(23, 9, minute)) for minute in range(12)]
    seen = [row.report.id for row in unread_rows(read_queue(school, school.coordinator, at(23, 12)))]
    assert sorted(seen) == sorted(told)
    assert seen != told
    late_one = school.tell("bullying", at(23, 9, 20))
    again = [row.report.id for row in unread_rows(read_queue(school, school.coordinator, at(23, 12)))]
    assert [report_id for report_id in again if report_id != late_one] == seen


def test_a_row_says_nothing_of_minutes_source_language_or_words(school: School) -> None:
    school.tell("bullying", at(23, 9, 41), words="he said dont tell")
    (row,) = unread_rows(read_queue(school, school.coordinator, at(23, 12)))
    assert (row.report.slot.day.day, row.report.slot.minute) == (23, 8 * 60 + 30)
    shown = repr(row)
    assert not any(hint in shown for hint in ("dont tell", "'pl'", "9, 41", "ks3"))


def test_an_opened_one_moves_to_open_and_to_its_owner_alone(school: School) -> None:
    school.tell("bullying", at(23, 9), follow=["threat"])
    open_first(school, school.dsl, at(23, 11))
    mine = read_queue(school, school.dsl, at(23, 11))
    assert not unread_rows(mine)
    assert [row.incident and row.incident.number for row in open_rows(mine)] == [1]
    assert not read_queue(school, school.coordinator, at(23, 11)).groups
    assert len(open_rows(read_queue(school, school.coordinator, at(23, 11), Tab.ALL))) == 1


def test_what_is_closed_leaves_the_queue_and_comes_back_when_taken_up_again(school: School) -> None:
    school.tell("bullying", at(23, 9))
    open_first(school, school.coordinator, at(23, 11))
    person, now = school.coordinator, at(24, 11)
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, person, now, session, reports)
        values = {"outcome": "resolved", "note": "Talked with everybody.", "learn": "nothing"}
        decide(by, _the_incident(session))
        close(by, CaseGroup(case_of(by, _the_incident(session))), values)
    assert not read_queue(school, person, now).groups
    assert [
        row.incident and row.incident.outcome
        for row in closed_rows(read_queue(school, person, now, Tab.CLOSED))
    ] == [CaseOutcome.RESOLVED]
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, person, now, session, reports)
        reopen(by, case_of(by, _the_incident(session)), "It started again.")
    assert len(open_rows(read_queue(school, person, now))) == 1
    assert not read_queue(school, person, now, Tab.CLOSED).groups


def test_a_power_cut_between_the_two_databases_loses_nothing_from_the_queue(school: School) -> None:
    school.tell("bullying", at(23, 9))
    report_id = unread_rows(read_queue(school, school.coordinator, at(23, 11)))[0].report.id
    databases = school.databases
    with databases.school.write() as session, databases.reports.writing() as reports:
        by = acting(school.calendar, school.coordinator, at(23, 11), session, reports)
        open_incident(by, report_id)
        reports.rollback()  # the school's side is written first
    queue = read_queue(school, school.coordinator, at(23, 11))
    assert (len(unread_rows(queue)), len(open_rows(queue))) == (0, 1)


def test_passing_on_moves_it_to_the_other_readers_queue(school: School) -> None:
    school.tell("friend", at(23, 9))
    open_first(school, school.dsl, at(23, 11))
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, school.dsl, at(23, 12), session, reports)
        case = case_of(by, _the_incident(session))
        (deputy,) = [reader for reader in case.report.readers if reader.id == school.dsl2.id]
        assign(by, case, deputy, "To Ms dsl2.")
    assert not read_queue(school, school.dsl, at(23, 12)).groups
    assert len(open_rows(read_queue(school, school.dsl2, at(23, 12)))) == 1


@pytest.mark.parametrize("gone", ["swapped", "left"])
def test_a_case_whose_owner_may_not_read_it_any_more_is_on_the_first_page_of_all_who_may(
    school: School, gone: str
) -> None:
    school.tell("friend", at(23, 9))
    school.tell("bullying", at(23, 9))
    open_first(school, school.dsl, at(23, 11))
    open_first(school, school.coordinator, at(23, 11))
    assert not read_queue(school, school.dsl2, at(23, 12)).groups
    with school.databases.school.write() as session:
        was = session.get_one(StaffMember, school.dsl.id)
        if gone == "swapped":
            (holding,) = was.holdings
            holding.role = Role.COORDINATOR
        else:
            was.left_on = at(23, 11).date()
    assert [row.report.route.id for row in open_rows(read_queue(school, school.dsl2, at(23, 12)))] == [
        "friend"
    ]
    assert not read_queue(school, school.coordinator2, at(23, 12)).groups, "its owner is still there"
    assert not read_queue(school, school.principal2, at(23, 12)).groups, (
        "who may not read it sees no trace of it"
    )


def test_nobody_has_anything_in_the_queue_but_readers(school: School) -> None:
    school.tell("bullying", at(23, 9))
    school.tell("friend", at(23, 9))
    seen = {
        name: len(unread_rows(read_queue(school, person, at(23, 12), Tab.ALL)))
        for name, person in school.people.items()
        if not name.endswith("2")
    }
    assert seen == {"dsl": 1, "coordinator": 1, "principal": 0, "chair": 0, "network": 0, "teacher": 0}


def test_the_queue_asks_the_databases_no_more_for_forty_reports_than_for_one(school: School) -> None:
    counts = []
    for reports_told in (1, 39):
        for _ in range(reports_told):
            school.tell("bullying", at(23, 9))
        open_first(school, school.coordinator, at(23, 11))
        counts.append(_queries(school))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_what_waited_longest_is_late_by_so_much_school_time(school: School) -> None:
    school.tell("bullying", at(23, 9))  # to be read by Tuesday, 10:00
    (row,) = unread_rows(read_queue(school, school.coordinator, at(24, 10) + timedelta(minutes=25)))
    assert (row.clock.late, row.clock.late_minutes) == (True, 25)


def _the_incident(session: Session) -> Incident:
    return session.scalars(select(Incident)).one()


def _queries(school: School) -> int:
    asked: list[str] = []
    engines = [school.databases.school.engine, school.databases.reports.engine]
    databases = school.databases

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    with databases.reports.session(write=False) as reports, databases.school.session(write=False) as session:
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        queue_page(CaseViewer(school.coordinator, at(23, 12), school.calendar, session, reports), school.key)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in asked if statement.startswith("SELECT")])
