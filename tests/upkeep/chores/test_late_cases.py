"""A case whose next step is late: its owner is told, then the others who can read it, and nobody who cannot."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.incidents.case_log.entries import add_entry
from kiosk.incidents.models import Act, CaseOutcome, Incident, Level
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.report.models import ReportReader
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.upkeep.chores.late_cases import tell_of_late_cases
from tests.incidents.school import School, fill_school
from tests.sites import run_worker_round
from tests.upkeep.monday import LONDON, at

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DUE = at(11)


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> Iterator[School]:
    """A school with every role filled, and a case of the safeguarding lead, due on Monday at 11."""
    made = School(databases, SchoolCalendar(LONDON), key, config)
    fill_school(made)
    own(made, "danger", "yes")
    yield made
    made.intake_store.dispose()


def own(
    school: School, route: str, danger: str, owner: str = "dsl", number: int = 1, decided: bool = True
) -> None:
    report = school.tell("adult" if route == "head" else "other", at=at(9), danger=danger)
    school.merge(at(10, 30))
    with school.databases.school.write() as session:
        incident = Incident(
            report_id=report, number=number, route=route, level=Level.URGENT, owner_id=school.people[owner].id,
            opened_at=at(10), next_step_by=DUE,
        )  # fmt: skip
        session.add(incident)
        session.flush()
        if decided:
            add_entry(session, incident, school.people[owner].id, Act.PLANNED, at(10))


def mailed_by(school: School, *moments: datetime, kind: MailKind = MailKind.LATE) -> Counter[str]:
    """Who has been told by then, by the first part of the address, and how often."""
    for moment in moments:
        tell_of_late_cases(school.databases, school.calendar, None, moment)
    with school.databases.reports.session(write=False) as session:
        found = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == kind))
        return Counter(one.partition("@")[0] for one in found)


def close_the_first(school: School) -> None:
    with school.databases.school.write() as session:
        incident = session.scalars(select(Incident)).one()
        incident.closed_at, incident.outcome = DUE, CaseOutcome.RESOLVED
        add_entry(session, incident, school.dsl.id, Act.CLOSED, DUE)


def away(school: School, name: str) -> None:
    with school.databases.school.write() as session:
        person = session.get_one(StaffMember, school.people[name].id)
        person.away_from, person.away_until = DUE.date(), DUE.date() + 7 * DAY
    with school.databases.school.session(write=False) as session, school.databases.reports.write() as reports:
        sync_readers(session, reports, DUE.date())
        reports.execute(delete(OutboxRow))  # who stands in is told of that


def test_the_owner_is_told_once_and_the_others_a_school_day_later(school: School) -> None:
    assert mailed_by(school, DUE - MINUTE, DUE) == {}
    assert mailed_by(school, DUE + MINUTE, DUE + 2 * MINUTE, at(15)) == {"dsl": 1}
    assert mailed_by(school, DUE + DAY - MINUTE) == {"dsl": 1}
    assert mailed_by(school, DUE + DAY, DUE + DAY + MINUTE, DUE + 4 * DAY) == {"dsl": 1, "dsl2": 1}


def test_the_worker_does_so(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    run_worker_round(school.config, school.databases, DUE + MINUTE)
    assert mailed_by(school) == {"dsl": 1}


def test_a_step_that_was_put_off_to_another_day_and_missed_again_is_told_again(school: School) -> None:
    assert mailed_by(school, DUE + MINUTE) == {"dsl": 1}
    with school.databases.school.write() as session:
        session.execute(update(Incident).values(next_step_by=DUE + DAY))
    assert mailed_by(school, DUE + 2 * MINUTE, DUE + DAY - MINUTE) == {"dsl": 1}
    assert mailed_by(school, DUE + DAY + MINUTE) == {"dsl": 2}


def test_where_the_owner_is_away_the_others_are_told_at_once(school: School) -> None:
    away(school, "dsl")
    assert mailed_by(school, DUE + MINUTE) == {"dsl2": 1}


def test_where_everybody_is_away_they_are_told_all_the_same(school: School) -> None:
    away(school, "dsl")
    away(school, "dsl2")
    assert set(mailed_by(school, DUE + MINUTE)) == {"dsl", "dsl2"}


def test_an_owner_who_lost_the_key_hears_nothing_and_the_others_at_once(school: School) -> None:
    with school.databases.reports.write() as session:
        session.execute(delete(ReportReader).where(ReportReader.reader_id == school.dsl.id))
    assert mailed_by(school, DUE + MINUTE, DUE + 3 * DAY) == {"dsl2": 2}


def test_of_a_case_about_the_head_nobody_else_hears(school: School) -> None:
    close_the_first(school)
    own(school, "head", "no", owner="chair", number=2)
    assert mailed_by(school, DUE + MINUTE) == {"chair": 1}
    assert set(mailed_by(school, DUE + DAY)) == {"chair", "chair2", "dsl", "dsl2"}


def test_a_closed_case_is_late_for_nobody_and_nobody_is_told_at_night(school: School) -> None:
    assert mailed_by(school, at(22), at(3, day=24)) == {}
    close_the_first(school)
    assert mailed_by(school, DUE + DAY) == {}


def undecided(school: School, danger: str, due: datetime) -> None:
    close_the_first(school)
    own(school, "danger", danger, number=2, decided=False)
    with school.databases.school.write() as session:
        session.execute(update(Incident).values(next_step_by=due))


@pytest.mark.parametrize("due", [DUE, at(22, 40), at(3, day=28)])
def test_what_was_to_be_decided_within_the_hour_rings_owner_and_second_reader_once_at_any_hour(
    school: School, due: datetime
) -> None:
    undecided(school, "yes", due)
    assert mailed_by(school, due, kind=MailKind.AGAIN) == {}
    moments = (due + MINUTE, due + 2 * MINUTE, due + 60 * MINUTE)
    assert mailed_by(school, *moments, kind=MailKind.AGAIN) == {"dsl": 1, "dsl2": 1}
    assert mailed_by(school) == {}
    monday = at(16, day=30)
    assert mailed_by(school, monday) == {"dsl2": 1}, "a school day later it is late like any other"


def test_what_was_decided_or_is_not_so_urgent_rings_nobody(school: School) -> None:
    assert mailed_by(school, DUE + MINUTE, kind=MailKind.AGAIN) == {}
    undecided(school, "no", DUE)
    assert mailed_by(school, DUE + 2 * MINUTE, kind=MailKind.AGAIN) == {}
