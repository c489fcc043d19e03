"""The worker fixes a term once it has ended, and notes once a school day who could read and whether tests came."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.oversight.models import TermFigures
from kiosk.oversight.term_figures import keep_figures, published
from kiosk.report.form.self_test_mark import NONCE_LETTERS, mail_day, mark_of
from kiosk.report.models import Reader
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.upkeep.memory import WorkerMemory
from tests.factories import close_zone, make_pupil
from tests.incidents.school import School, fill_school
from tests.jumping_clock import YEAR, computer_clock
from tests.sites import run_worker_round
from tests.upkeep.monday import LONDON, at

AWAY = ("dsl", "dsl2")


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> Iterator[School]:
    """A school with every role filled."""
    made = School(databases, SchoolCalendar(LONDON), key, config)
    fill_school(made)
    yield made
    made.intake_store.dispose()


def running(school: School) -> TermFigures:
    """The figures of the term that runs."""
    with school.databases.school.session(write=False) as session:
        return session.scalars(select(TermFigures).where(TermFigures.until.is_(None))).one()


def days(school: School) -> tuple[int, int, int, int]:
    """School days so far: all, with two able readers, with one, and with tests that came through."""
    one = running(school)
    return one.days, one.days_two, one.days_one, one.days_tested


def look(school: School, *moments: datetime) -> None:
    """The worker looks at each of these moments."""
    for moment in moments:
        keep_figures(school.databases, school.key, school.calendar, None, moment)


def away(school: School, *who: str) -> None:
    """These readers are away."""
    with school.databases.reports.write() as session:
        addresses = [f"{one}@school.example" for one in who]
        session.execute(update(Reader).where(Reader.email.in_(addresses)).values(absent=True))


def test_a_school_day_counts_once_and_a_weekend_not(school: School) -> None:
    memory = WorkerMemory()
    for moment in (at(8), at(8, 31), at(12), at(9, day=24), at(9, day=28)):
        run_worker_round(school.config, school.databases, moment, memory)
        run_worker_round(school.config, school.databases, moment)  # a worker that was started anew
    assert days(school) == (2, 2, 0, 2)


def test_a_day_with_one_able_reader_for_some_kind_of_report_is_said_and_so_is_one_with_none(
    school: School,
) -> None:
    look(school, at(9))
    away(school, *AWAY, "principal", "principal2", "chair2")
    look(school, at(9, day=24))
    away(school, "chair")
    look(school, at(9, day=25))
    assert days(school) == (3, 1, 1, 3)


def test_a_day_on_which_a_test_report_waits_too_long_is_said(school: School) -> None:
    sent_at = at(8) - timedelta(days=10)
    mark = mark_of(school.key, mail_day(school.calendar, sent_at, False), "friend")
    school.tell("friend", at=sent_at, is_self_test=True, nonce=mark[:NONCE_LETTERS])
    school.merge(at(9))
    look(school, at(9))
    assert days(school) == (1, 1, 0, 0)


def test_before_children_use_the_page_no_day_counts(school: School) -> None:
    with school.databases.reports.write() as session:
        close_zone(session)
    look(school, at(9))
    assert days(school) == (0, 0, 0, 0)


def test_a_term_is_fixed_on_the_first_school_day_of_the_next_with_its_days(school: School) -> None:
    with school.databases.school.write() as session:
        for _ in range(100):
            make_pupil(session)
    look(school, at(9), datetime(2027, 1, 4, 9, tzinfo=LONDON))
    with school.databases.school.session(write=False) as session:
        (term,) = published(session)
    assert (term.began, term.last, term.fixed_on) == (
        date(2026, 9, 1),
        date(2026, 12, 31),
        date(2027, 1, 4),
    )
    assert term.days == 1
    assert (running(school).began, days(school)[0]) == (date(2027, 1, 1), 1)


def test_a_clock_that_jumped_fixes_nothing(school: School) -> None:
    look(school, at(9))
    with computer_clock(at(9)) as clock:
        clock.jump(YEAR)
        with patch("kiosk.upkeep.worker.now_utc", lambda: clock.says):
            run_worker_round(school.config, school.databases, at(9) + YEAR)
    with school.databases.school.session(write=False) as session:
        assert published(session) == []


def test_what_children_tell_changes_no_figure_of_days(school: School) -> None:
    look(school, at(9))
    school.told("bullying", danger="yes")
    school.told("adult", head="yes")
    look(school, at(9, day=24))
    assert days(school) == (2, 2, 0, 2)
