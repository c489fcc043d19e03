"""A day to look again outlives the closing: on it the case stands in the list of its owner, or of who stands in."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.assignment import staff_availability
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.case.tasks import MOST_DAYS
from kiosk.incidents.models import Act, CaseTask, Incident
from kiosk.incidents.queue.open_cases import look_agains_due
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import now_utc
from kiosk.upkeep.chores.late_cases import tell_of_late_cases
from tests.incidents.closings import CHOSEN, STOPPED, newest_asked
from tests.incidents.desk import Desk, part
from tests.incidents.moment import at
from tests.incidents.school import School, sync

pytestmark = pytest.mark.database("sqlite")
DAY = date.fromisoformat(STOPPED["again_on"])


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    return Desk(school, app)


def closed(desk: Desk, by: str = "coordinator", concern: str = "site", **sent: Any) -> int:
    """A case that this person closed, to be looked at again in two weeks."""
    number = desk.opened(by, concern)
    answer = desk.close(by, number, outcome="resolved", again_on=DAY.isoformat(), **sent)
    assert answer.status_code == 302 and desk.lines(number, Act.CLOSED)
    return number


def due(desk: Desk, who: str, day: date) -> list[int]:
    """The cases that this person is to look at again on this day."""
    databases, calendar = desk.school.databases, desk.school.calendar
    with databases.school.session(write=False) as session, databases.reports.session(write=False) as reports:
        staff = session.get_one(StaffMember, desk.school.people[who].id)
        moment = datetime.combine(day, time(10), calendar.zone)
        looking = CaseViewer(staff, moment, calendar, session, reports)
        there = staff_availability(session, reports, (), day)
        return [one.number for one in look_agains_due(looking, there)]


def by_hand(desk: Desk, statement: Any) -> None:
    with desk.school.databases.school.write() as session:
        session.execute(statement)


def test_on_its_day_and_not_before_it_stands_in_the_list_of_its_owner_and_of_nobody_else(desk: Desk) -> None:
    number = closed(desk)
    assert due(desk, "coordinator", DAY - timedelta(days=1)) == []
    for day in (DAY, DAY + timedelta(days=9)):
        assert due(desk, "coordinator", day) == [number]
        for who in ("coordinator2", "dsl", "principal", "chair"):
            assert due(desk, who, day) == [], who


def test_the_queue_lists_it_for_its_owner_alone(desk: Desk) -> None:
    number = closed(desk)
    by_hand(desk, update(CaseTask).values(due_on=now_utc().date()))
    assert f"Something bad on a screenCase {number:04}. Has it stopped?" in part(
        desk.queue("coordinator", "mine"), "look-again"
    )
    for who in ("coordinator2", "dsl", "principal", "chair"):
        assert not part(desk.queue(who, "mine"), "look-again"), who


def test_where_the_owner_is_away_it_stands_in_the_list_of_who_stands_in(desk: Desk) -> None:
    number = closed(desk)
    by_hand(
        desk, update(StaffMember).where(StaffMember.id == desk.school.coordinator.id).values(away_from=DAY)
    )
    sync(desk.school.databases)
    assert due(desk, "coordinator2", DAY) == [number]
    for who in ("dsl", "principal", "chair"):
        assert due(desk, who, DAY) == []


def test_it_has_stopped_is_one_tap_and_leaves_the_case_closed(desk: Desk) -> None:
    number = closed(desk)
    with at(datetime.combine(DAY, time(10), desk.school.calendar.zone)):
        desk.browsers.clear()
        assert "Has it stopped?" in part(desk.page("coordinator", number), "look-again")
        button = desk.page("coordinator", number).button("It has stopped")
        assert desk.at("coordinator").post(button.attrs["formaction"]).status_code == 302
        assert due(desk, "coordinator", DAY) == []
        assert desk.lines(number, Act.TASK_DONE) and not desk.lines(number, Act.REOPENED)
        assert not part(desk.page("coordinator", number), "look-again")


def test_nobody_says_before_its_day_that_it_has_stopped(desk: Desk) -> None:
    """Two people closed it with this day; one alone would take it out a minute later."""
    number = closed(desk)
    (line,) = desk.lines(number, Act.TASK_SET)
    assert desk.send("coordinator", number, f"tasks/{line.id}").status_code == 404
    assert not desk.lines(number, Act.TASK_DONE)
    assert due(desk, "coordinator", DAY) == [number]
    assert "It has stopped" not in part(desk.page("coordinator", number), "look-again")


def test_it_goes_on_opens_the_case_again_with_all_its_records(desk: Desk) -> None:
    number = closed(desk)
    button = desk.page("coordinator", number).button("It goes on: open again")
    sent = {button.attrs["name"]: button.attrs["value"], "note": ""}
    assert desk.at("coordinator").post(button.attrs["formaction"], data=sent).status_code == 302
    assert desk.lines(number, Act.REOPENED)
    assert due(desk, "coordinator", DAY) == []
    assert "There was no need." in part(desk.page("coordinator", number), "log")


def test_of_bullying_that_goes_on_the_day_comes_back_after_two_people_closed_it(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying", follow="repeat")
    assert desk.close("coordinator", number, outcome="resolved", **STOPPED).status_code == 302
    assert due(desk, "coordinator", DAY) == [], "it is not closed yet"
    with desk.school.databases.school.session(write=False) as session:
        seen = newest_asked(session, number)
    desk.send("coordinator2", number, "close/agree", asked=seen)
    assert due(desk, "coordinator", DAY) == [number]


def test_ask_again_on_is_a_thing_to_do_and_stands_in_the_form_of_closing(desk: Desk) -> None:
    number = desk.opened("coordinator", "site")
    support = {"who": "Mrs Cole", "note": "A talk each week", "again_on": DAY.isoformat()}
    assert desk.send("coordinator", number, "record/support", **support).status_code == 302
    assert "Look again: A talk each week" in part(desk.page("coordinator2", number), "tasks")
    assert desk.page("coordinator2", number, "/close").value("again_on") == DAY.isoformat()
    assert desk.close("coordinator2", number, outcome="resolved").status_code == 302, "the day was taken out"
    assert due(desk, "coordinator", DAY) == []


def test_ask_again_on_is_not_lost_where_a_case_closes_into_another(desk: Desk) -> None:
    case, leading = desk.opened("coordinator", "bullying"), desk.opened("coordinator", "bullying")
    support = {"who": "Mrs Cole", "note": "A talk each week", "again_on": DAY.isoformat()}
    desk.send("coordinator", case, "record/support", **support)
    desk.send("coordinator", case, "belongs", number=str(leading))
    assert desk.send("coordinator", case, "close/into").status_code == 302
    assert due(desk, "coordinator", DAY) == [case]


@pytest.mark.parametrize(
    "changed",
    [
        delete(CaseTask),
        update(CaseTask).values(done_on=date(2026, 1, 5)),
        update(CaseTask).values(due_on=date(2099, 1, 5)),
    ],
    ids=["deleted", "done", "put off"],
)
def test_a_row_that_was_changed_by_hand_puts_nothing_off(desk: Desk, changed: Any) -> None:
    number = closed(desk)
    by_hand(desk, changed)
    assert due(desk, "coordinator", now_utc().date()) == [number]
    desk.page("coordinator", number)
    assert due(desk, "coordinator", now_utc().date()) == [], "its page puts the row right"
    assert due(desk, "coordinator", DAY) == [number]


def test_a_row_that_is_put_off_within_reach_is_at_most_that_late(desk: Desk) -> None:
    number, last = closed(desk), now_utc().date() + timedelta(days=MOST_DAYS)
    by_hand(desk, update(CaseTask).values(due_on=last))
    assert due(desk, "coordinator", last) == [number]


def test_whoever_stepped_aside_learns_nothing_of_it(desk: Desk) -> None:
    number = desk.opened("coordinator", "site")
    desk.send("coordinator", number, "done", **CHOSEN)
    desk.send("coordinator2", number, "aside")
    sent = {"outcome": "resolved", "learn": "nothing", "again_on": DAY.isoformat()}
    desk.send("coordinator", number, "close", **sent)
    by_hand(desk, update(Incident).values(owner_id=desk.school.coordinator2.id))
    by_hand(desk, update(CaseTask).values(owner_id=desk.school.coordinator2.id))
    assert due(desk, "coordinator2", DAY) == []
    assert due(desk, "coordinator", DAY) == [number], "it is never lost"


def test_the_worker_mails_its_owner_once_on_its_day_in_school_hours(desk: Desk) -> None:
    closed(desk)
    calendar = desk.school.calendar
    opens = calendar.next_opening(datetime.combine(DAY, time(6), calendar.zone))

    def mails(moment: datetime) -> list[str]:
        tell_of_late_cases(desk.school.databases, calendar, None, moment)
        with desk.school.databases.reports.session(write=False) as reports:
            kinds = select(OutboxRow.address).where(OutboxRow.kind == MailKind.NEWS)
            return sorted(reports.scalars(kinds))

    before = mails(opens - timedelta(days=4))
    after = mails(opens + timedelta(minutes=5))
    assert after == sorted([*before, desk.school.coordinator.email])
    assert mails(opens + timedelta(minutes=65)) == after


def test_a_closed_case_takes_no_other_task_from_anybody(desk: Desk) -> None:
    number = closed(desk)
    with desk.school.databases.school.session(write=False) as session:
        rows = session.scalars(select(CaseTask)).all()
    assert len(rows) == 1
    sent = {"note": "Ring", "owner": desk.school.coordinator.id.hex, "due_on": DAY.isoformat()}
    assert desk.send("coordinator", number, "tasks", **sent).status_code == 409
