"""A missed clock climbs: none is lost, nobody is told twice of one step, and nobody whom a report is kept from."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.config import Config
from kiosk.incidents.models import Incident, Level
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import EscalationStep, Report, ReportReader, ReportState
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.upkeep.chores.escalation import Seen, escalate_reports
from tests.incidents.school import School, fill_school

LONDON = ZoneInfo("Europe/London")
MINUTE, HALF_HOUR, DAY = timedelta(minutes=1), timedelta(minutes=30), timedelta(days=1)
TOLD = datetime(2026, 11, 23, 9, 41, tzinfo=LONDON)


def london(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type,misc]


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> Iterator[School]:
    """A school with every role filled and no mail server: what is to leave stays to be looked at."""
    made = School(databases, SchoolCalendar(LONDON), key, config)
    fill_school(made)
    yield made
    made.intake_store.dispose()


def late_mails(school: School, kind: MailKind = MailKind.LATE) -> Counter[str]:
    """Who has been told until now that something is late, by the first part of the address, and how often."""
    with school.databases.reports.session(write=False) as session:
        found = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == kind))
        return Counter(one.partition("@")[0] for one in found)


def look(school: School, now: datetime, seen: Seen) -> None:
    """Run the chores of a worker's round that concern reports and deadlines."""
    school.merge(now)
    escalate_reports(school.databases, school.calendar, None, now, seen)


def go_on(school: School, start: datetime, end: datetime, each: timedelta, seen: Seen) -> None:
    while start <= end:
        look(school, start, seen)
        start += each


def test_an_ordinary_report_climbs_a_school_day_after_its_slot_and_one_more_later(school: School) -> None:
    seen: Seen = {}
    school.tell("bullying", at=TOLD)
    late = london(2026, 11, 24, 10)
    go_on(school, TOLD, late - MINUTE, timedelta(hours=2), seen)
    assert late_mails(school) == {}
    look(school, late, seen)
    first = Counter({"coordinator": 1, "coordinator2": 1, "dsl": 1, "dsl2": 1})
    assert late_mails(school) == first
    go_on(school, late + MINUTE, late + DAY - MINUTE, timedelta(hours=2), seen)
    assert late_mails(school) == first
    go_on(school, late + DAY, late + 7 * DAY, timedelta(hours=5), seen)
    assert late_mails(school) == first + Counter(
        {"coordinator": 1, "coordinator2": 1, "principal": 1, "principal2": 1}
    )


def test_nothing_climbs_that_was_opened_and_nothing_at_night(school: School) -> None:
    opened = school.tell("bullying", at=TOLD)
    school.merge(TOLD + DAY)
    with school.databases.school.write() as session:
        session.add(
            Incident(
                report_id=opened, number=1, route="bullying", level=Level.SOON, owner_id=school.dsl.id,
                opened_at=TOLD, next_step_by=TOLD,
            )
        )  # fmt: skip
    evening = london(2026, 12, 4, 22, 0)
    go_on(school, evening - 2 * DAY, evening, timedelta(hours=3), {})
    assert late_mails(school) == {}
    with school.databases.school.write() as session:
        session.execute(delete(Incident))
    look(school, evening, {})
    assert late_mails(school) == {}, "not at night"
    look(school, london(2026, 12, 7, 8, 30), {})
    assert set(late_mails(school)) >= {"coordinator", "dsl"}


@pytest.mark.parametrize("ticked", ["dsl", "principal", "chair", "principal2"])
@pytest.mark.parametrize("head", ["no", "yes", ""])
def test_where_a_child_named_somebody_only_those_hear_of_it_who_have_the_report(
    school: School, ticked: str, head: str
) -> None:
    given: dict[str, Any] = {"exclude": school.people[ticked].id.hex} | ({"head": head} if head else {})
    report = school.tell("adult", at=TOLD, danger="yes", **given)
    go_on(school, TOLD, TOLD + 2 * DAY, timedelta(hours=5), {})
    with school.databases.reports.session(write=False) as session:
        have = set(
            session.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == report))
        ) - {RECOVERY_ID}
    names = {name for name, person in school.people.items() if person.id in have}
    assert set(late_mails(school, MailKind.AGAIN)) == names
    assert late_mails(school) == {}
    assert ticked not in names
    if head != "no":
        assert not names & {"principal", "principal2"}


def test_two_workers_at_once_tell_of_each_step_once(school: School) -> None:
    for _ in range(5):
        school.tell("bullying", at=TOLD)
    school.merge(TOLD + DAY)
    late = london(2026, 11, 24, 10)
    both = [
        Thread(target=escalate_reports, args=(school.databases, school.calendar, None, late, {}))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert late_mails(school) == {"coordinator": 1, "coordinator2": 1, "dsl": 1, "dsl2": 1}
    with school.databases.reports.session(write=False) as session:
        assert list(session.scalars(select(EscalationStep.step))) == [1] * 5


@pytest.mark.parametrize(
    "planted", [{"day": date(2027, 6, 1)}, {"day": date(1, 1, 1)}, {"state": ReportState.CLOSED}]
)
def test_a_row_that_somebody_changed_by_hand_climbs_all_the_same(
    school: School, planted: dict[str, object]
) -> None:
    school.tell("bullying", at=TOLD)
    school.merge(TOLD + DAY)
    with school.databases.reports.write() as session:
        session.execute(update(Report).values(**planted))
    go_on(school, TOLD + DAY, TOLD + 4 * DAY, timedelta(hours=6), {})
    assert set(late_mails(school)) >= {"coordinator", "coordinator2", "dsl", "dsl2"}


def test_a_route_that_nobody_knows_is_told_to_nobody_by_role(school: School) -> None:
    school.tell("adult", at=TOLD, head="yes")
    school.merge(TOLD + DAY)
    with school.databases.reports.write() as session:
        session.execute(update(Report).values(route="made up"))
    go_on(school, TOLD + DAY, TOLD + 4 * DAY, timedelta(hours=6), {})
    assert set(late_mails(school)) == {"dsl", "dsl2", "chair", "chair2"}


def test_whoever_is_away_as_the_clock_runs_out_is_passed_over(school: School) -> None:
    with school.databases.school.write() as session:
        for name in ("principal", "principal2", "dsl"):
            person = session.merge(school.people[name])
            person.away_from, person.away_until = TOLD.date(), TOLD.date() + DAY
    with school.databases.school.session(write=False) as session, school.databases.reports.write() as reports:
        sync_readers(session, reports, TOLD.date())
    school.tell("images", at=TOLD)
    go_on(school, TOLD, london(2026, 11, 23, 11, 15), 15 * MINUTE, {})
    told = set(late_mails(school))
    assert told >= {"dsl2", "chair", "chair2"}
    assert not told & {"dsl", "principal", "principal2"}


def test_what_climbs_leaves_no_time(school: School) -> None:
    """Only how many steps: it is written at the moment that the day, the slot and the route say already."""
    school.tell("bullying", at=TOLD)
    school.merge(TOLD + DAY)
    escalate_reports(school.databases, school.calendar, None, TOLD + 7 * DAY, {})
    with school.databases.reports.session(write=False) as session:
        rows = session.execute(select(EscalationStep.__table__)).all()
        report = session.scalars(select(Report)).one()
    assert [tuple(row) for row in rows] == [(report.id, 1), (report.id, 2)]
    assert Slot(report.day, report.slot) == school.calendar.slot_of(TOLD)
