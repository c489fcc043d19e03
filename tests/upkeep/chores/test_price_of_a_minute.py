"""What the worker's minute asks does not grow with what is closed; no row that lies silences a report (promise S10)."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.incidents.case.actions import open_incident
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import EscalationStep, Report, ReportState
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, now_utc
from kiosk.upkeep.chores.escalation import escalate_reports
from kiosk.upkeep.chores.late_cases import tell_of_late_cases
from kiosk.upkeep.memory import WorkerMemory
from tests.incidents.closed_copies import copy_closed
from tests.incidents.queue.test_many_cases import close_many, say
from tests.incidents.school import School, fill_school
from tests.incidents.verbs import acting
from tests.rows_fetched import Fetched, rows_fetched
from tests.sites import run_worker_round
from tests.upkeep.monday import LONDON

FEW, MANY = 5, 200
Chore = Callable[[School, datetime], None]


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> Iterator[School]:
    """A school with every role filled and no mail server."""
    made = School(databases, SchoolCalendar(LONDON), key, config)
    fill_school(made)
    yield made
    made.intake_store.dispose()


def escalate(school: School, now: datetime) -> None:
    escalate_reports(school.databases, school.calendar, None, now, {})


def tell_of_cases(school: School, now: datetime) -> None:
    tell_of_late_cases(school.databases, school.calendar, None, now)


class WholeRound:
    """A round of a worker that has done today what it does once a day."""

    def __init__(self) -> None:
        self._memory = WorkerMemory()

    def __call__(self, school: School, now: datetime) -> None:
        self._memory.escalated_at = None
        run_worker_round(school.config, school.databases, now, self._memory)


def in_school(school: School) -> datetime:
    """An hour of school, weeks later: whatever waits is late by then."""
    return school.calendar.next_opening(now_utc() + timedelta(days=21)) + timedelta(hours=1)


def told_of_late(school: School) -> set[str]:
    """Who has a mail that something is late, by the first part of the address."""
    with school.databases.reports.session(write=False) as reports:
        found = reports.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.LATE))
        return {one.partition("@")[0] for one in found}


@pytest.mark.parametrize(
    "make", [lambda: escalate, lambda: tell_of_cases, WholeRound], ids=["reports", "cases", "round"]
)
def test_the_worker_asks_no_more_however_much_is_closed(school: School, make: Callable[[], Chore]) -> None:
    """Beside a report that nobody reads, an urgent one, and an open case whose next step is late."""
    chore = make()
    (closed,) = close_many(school, school.dsl, 1)
    for given in ({}, {"danger": "yes"}):
        school.told("friend", **given)
    opened, now = school.told("images"), in_school(school)
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        open_incident(acting(school.calendar, school.dsl, now_utc(), session, reports), opened)
    chore(school, now)  # what is done once, and stored, is no part of a minute
    found: list[Fetched] = []
    for count in (FEW - 1, MANY - FEW):
        copy_closed(school, closed, count)
        _forget_what_was_told(school, opened)
        with rows_fetched(school.databases.school, school.databases.reports) as fetched:
            chore(school, now)
        found.append(fetched)
        assert told_of_late(school) or chore is escalate
    assert found[0] == found[1]


def _forget_what_was_told(school: School, opened: uuid.UUID) -> None:
    """As if nobody had been told of what is late."""
    with school.databases.reports.write() as reports:
        reports.execute(delete(EscalationStep).where(EscalationStep.report_id == opened))
        reports.execute(delete(OutboxRow))


STATES: dict[str, ReportState | None] = {
    "as many are called closed as there are, and one": None,
    "and a closed one is called opened": ReportState.OPENED,
    "and a closed one is called released": ReportState.RELEASED,
    "and a closed one is called new": ReportState.NEW,
}


@pytest.mark.parametrize("instead", STATES.values(), ids=STATES)
def test_a_report_that_is_called_closed_by_hand_is_escalated_all_the_same(
    school: School, instead: ReportState | None
) -> None:
    (closed, *_) = close_many(school, school.dsl, 3)
    hidden = school.told("friend")
    say(school, hidden, ReportState.CLOSED)
    if instead:
        say(school, closed, instead)
    escalate(school, in_school(school))
    assert told_of_late(school) >= {"dsl", "dsl2"}
    assert _steps(school) == {hidden}, "and of what is closed nobody is told"


@pytest.mark.parametrize("state", list(ReportState))
def test_whatever_all_rows_are_called_what_nobody_opened_is_escalated(
    school: School, state: ReportState
) -> None:
    close_many(school, school.dsl, 2)
    hidden = {school.told("friend"), school.told("bullying")}
    with school.databases.reports.write() as reports:
        reports.execute(update(Report).values(state=state))
    escalate(school, in_school(school))
    assert _steps(school) == hidden


def test_a_case_that_lost_its_report_hides_no_other(school: School) -> None:
    gone, *_ = close_many(school, school.dsl, 2)
    hidden = school.told("friend")
    with school.databases.reports.write() as reports:
        reports.execute(delete(Report).where(Report.id == gone))
    escalate(school, in_school(school))
    assert _steps(school) == {hidden}


def _steps(school: School) -> set[Any]:
    with school.databases.reports.session(write=False) as reports:
        return set(reports.scalars(select(EscalationStep.report_id)))
