"""What is decided within the hour rings at any hour until somebody able has opened it: who, when, and how often."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.incidents.models import Incident, Level
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.report.models import EscalationStep, ReportReader
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.upkeep.chores.escalation import RINGS, Seen, escalate_reports
from tests.factories import FAR, list_readers
from tests.incidents.school import School, fill_school

LONDON = ZoneInfo("Europe/London")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LESSON = datetime(2026, 11, 23, 9, 40, tzinfo=LONDON)
NIGHT = datetime(2026, 11, 23, 22, 40, tzinfo=LONDON)
SATURDAY = datetime(2026, 11, 28, 15, 0, tzinfo=LONDON)
FIRST = ("dsl", "dsl2")


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> Iterator[School]:
    """A school with every role filled and no mail server: what is to leave stays to be looked at."""
    made = School(databases, SchoolCalendar(LONDON), key, config)
    fill_school(made)
    yield made
    made.intake_store.dispose()


def taken_out(school: School) -> dict[MailKind, Counter[str]]:
    """Who had which mail since the last look, by the first part of the address."""
    found: dict[MailKind, Counter[str]] = {}
    with school.databases.reports.write() as session:
        for row in session.scalars(select(OutboxRow)):
            found.setdefault(row.kind, Counter())[row.address.partition("@")[0]] += 1
        session.execute(delete(OutboxRow))
    return found


def rung(school: School, start: datetime, minutes: int, seen: Seen) -> dict[int, set[str]]:
    """Who is rung again in which minute after `start`, with a worker that looks each minute."""
    found = {}
    for minute in range(minutes + 1):
        now = start + minute * MINUTE
        school.merge(now)
        escalate_reports(school.databases, school.calendar, None, now, seen)
        mails = taken_out(school)
        assert set(mails) <= {MailKind.NOW, MailKind.AGAIN, MailKind.NEWS}, (
            "nothing urgent says that it is late"
        )
        if again := mails.get(MailKind.AGAIN):
            assert set(again.values()) == {1}
            found[minute] = set(again)
    return found


@pytest.mark.parametrize("start", [LESSON, NIGHT, SATURDAY])
def test_it_rings_after_ten_twenty_and_thirty_minutes_then_each_half_hour_and_from_thirty_on_the_next_too(
    school: School, start: datetime
) -> None:
    school.tell("other", at=start, danger="yes")
    school.merge(start)
    assert taken_out(school) == {MailKind.NOW: Counter(FIRST)}
    lead, head, chair = set(FIRST), {"principal", "principal2"}, {"chair", "chair2"}
    assert rung(school, start, 179 if start != NIGHT else 170, {}) == {
        10: lead,
        20: lead,
        30: lead | head,
        60: lead | head | chair,
        90: lead | head | chair,
        120: lead | head | chair,
        150: lead | head | chair,
    }
    with school.databases.reports.session(write=False) as session:
        assert list(session.scalars(select(EscalationStep.step))) == list(range(1, len(RINGS) + 1)), (
            "no times"
        )


def test_after_three_hours_it_rings_four_times_a_day(school: School) -> None:
    school.tell("other", at=LESSON, danger="yes")
    seen: Seen = {}
    rung(school, LESSON, 170, seen)
    start = LESSON.replace(hour=12, minute=45)
    moments = [start + minute * MINUTE for minute in rung(school, start, 24 * 60, seen)]
    assert [(one.day, one.hour, one.minute) for one in moments] == [
        (23, 18, 0), (23, 22, 0), (24, 7, 0), (24, 12, 0)
    ]  # fmt: skip


def test_the_ring_ends_as_somebody_opens_it(school: School) -> None:
    report = school.tell("me", at=NIGHT, follow="hurt")
    seen: Seen = {}
    assert list(rung(school, NIGHT, 15, seen)) == [10]
    with school.databases.school.write() as session:
        session.add(
            Incident(
                report_id=report, number=1, route="harm", level=Level.URGENT, owner_id=school.dsl.id,
                opened_at=NIGHT, next_step_by=NIGHT + 60 * MINUTE,
            )
        )  # fmt: skip
    assert rung(school, NIGHT + 16 * MINUTE, 60, seen) == {}


def test_in_the_heads_route_neither_the_head_nor_anybody_else_hears_of_it(school: School) -> None:
    school.tell("adult", at=NIGHT, danger="yes", head="yes")
    assert set().union(*rung(school, NIGHT, 160, {}).values()) == {"chair", "chair2", "dsl", "dsl2"}


@pytest.mark.parametrize("earlier", range(1, 10))
def test_what_somebody_may_not_know_of_moves_no_ring_by_a_minute(school: School, earlier: int) -> None:
    """Or else the head tells a false danger herself and counts the minutes until she is rung."""
    start, seen = NIGHT + 3 * MINUTE, Seen()
    school.tell("adult", at=start - earlier * MINUTE, danger="yes", head="yes")
    rung(school, start - earlier * MINUTE, earlier - 1, seen)
    school.tell("other", at=start, danger="yes")
    told = rung(school, start, 60, seen)
    assert [minute for minute, names in told.items() if "principal" in names] == [27, 57], (
        "as without the other one"
    )


def test_a_worker_that_was_started_anew_waits_once_more_and_tells_nobody_twice_of_a_step(
    school: School,
) -> None:
    school.tell("other", at=NIGHT, danger="yes")
    assert list(rung(school, NIGHT, 21, {})) == [10, 20]
    assert list(rung(school, NIGHT + 22 * MINUTE, 7, {})) == []
    assert list(rung(school, NIGHT + 30 * MINUTE, 10, {})) == [10], (
        "the third, ten minutes after the worker came back"
    )


def test_a_clock_that_goes_back_and_on_again_loses_nothing(school: School) -> None:
    seen: Seen = {}
    school.tell("other", at=LESSON, danger="yes")
    for passed in (0, 9, -60, 9):
        assert rung(school, LESSON + passed * MINUTE, 0, seen) == {}
    assert list(rung(school, LESSON + 10 * MINUTE, 0, seen)) == [0]


def test_twenty_false_dangers_in_one_evening_are_one_ring_in_ten_minutes_and_then_four_a_day(
    school: School,
) -> None:
    """And the twenty-first, which is true, is rung for as if it were the first."""
    evening = datetime(2026, 11, 23, 18, 30, tzinfo=LONDON)
    seen: Seen = {}
    again: list[datetime] = []
    for number in range(20):
        start = evening + number * 7 * MINUTE
        school.tell("other", at=start, danger="yes")
        again += [start + minute * MINUTE for minute in rung(school, start, 6, seen)]
    last = evening + 140 * MINUTE
    report = school.tell("other", at=last, danger="yes")
    again += [last + minute * MINUTE for minute in rung(school, last, 12 * 60, seen)]
    assert all(two - one >= 9 * MINUTE for one, two in itertools.pairwise(again))
    assert len(again) <= 30
    of_the_last = [one for one in again if one >= last]
    for number, ring in enumerate((10, 20, 30, 60, 90, 120, 150), start=1):
        assert sum(one <= last + ring * MINUTE for one in of_the_last) >= number, (
            "never later than for one alone"
        )
    assert [(one.hour, one.minute) for one in again[-1:]] == [(7, 0)]
    with school.databases.reports.session(write=False) as session:
        steps = session.scalars(select(EscalationStep.step).where(EscalationStep.report_id == report)).all()
    assert max(steps) >= len(RINGS)


@pytest.mark.parametrize("away", [("dsl",), ("dsl", "dsl2")])
def test_whoever_is_away_is_passed_over_while_somebody_is_here(school: School, away: tuple[str, ...]) -> None:
    with school.databases.school.write() as session:
        for name in away:
            person = session.merge(school.people[name])
            person.away_from, person.away_until = date(2026, 11, 23), date(2026, 11, 27)
    with school.databases.school.session(write=False) as session, school.databases.reports.write() as reports:
        sync_readers(session, reports, date(2026, 11, 23))
    school.tell("other", at=NIGHT, danger="yes")
    told = rung(school, NIGHT, 35, {})
    assert set(told) == {10, 20, 30}
    assert "dsl" not in told[10]
    assert told[30] >= {"principal", "principal2"}


def test_who_lost_the_key_is_not_woken(school: School) -> None:
    school.tell("other", at=NIGHT, danger="yes")
    school.merge(NIGHT)
    taken_out(school)
    with school.databases.reports.write() as session:
        of_lead = ReportReader.reader_id == school.dsl.id
        session.execute(update(ReportReader).where(of_lead).values(key_mark=b"anotherk"))
    assert rung(school, NIGHT, 20, {}) == {10: {"dsl2"}, 20: {"dsl2"}}


def test_where_nobody_can_open_it_the_next_people_hear_of_it_all_the_same(school: School) -> None:
    with school.databases.reports.write() as session:
        list_readers(session, from_day=FAR)
    school.tell("other", at=NIGHT, danger="yes")
    told = rung(school, NIGHT, 65, {})
    assert (told[30], told[60]) == (
        {"principal", "principal2"},
        {"principal", "principal2", "chair", "chair2"},
    )
