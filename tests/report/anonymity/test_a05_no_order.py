"""Promise A5: after a release nothing on the disk, and nothing on the page of staff, says which report came first."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases, ReportsBase
from kiosk.incidents.queue import waiting
from kiosk.report.release import REWRITTEN, forget_order, release_due
from kiosk.sealing.site_key import SiteKey
from tests.faults.figures import reached, trials
from tests.incidents.school import School, fill_school
from tests.report.anonymity.order import TABLES, kendall, on_disk, transactions
from tests.report.anonymity.seeded import seeded_chance

TRIALS = trials(6, 200)
REPORTS = 30
BOUND = 0.05  # of the mean of 200 trials
# What chance alone makes of fewer trials: five times the deviation of tau, which is known.
DEVIATION = math.sqrt(2 * (2 * REPORTS + 5) / (9 * REPORTS * (REPORTS - 1)))
ALLOWED = BOUND if TRIALS >= 200 else 5 * DEVIATION / math.sqrt(TRIALS)
TOLD_AT = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
AFTERWARDS = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def school(databases: Databases, config: Config) -> Iterator[School]:
    """A school whose chance and site key are the same at every run, so that the figure is too."""
    with seeded_chance():
        made = School(databases, SchoolCalendar(config.zone), SiteKey(b"k" * 32))
        fill_school(made)
        yield made


def _tell(school: School) -> list[str]:
    return [school.tell("bullying", TOLD_AT).hex for _ in range(REPORTS)]


def _release(school: School) -> None:
    with school.databases.reports.write() as session:
        assert release_due(session, school.calendar, AFTERWARDS) == REPORTS
    forget_order(school.databases.reports.engine)


def _clear(school: School) -> None:
    with school.databases.reports.write() as session:
        for table in ("outbox_row", "report_reader", "report"):
            session.execute(text(f"DELETE FROM {table}"))


def test_how_rows_lie_on_the_disk_after_a_release_has_nothing_to_do_with_their_arrival(
    school: School,
) -> None:
    found: dict[str, list[float]] = {table: [] for table in TABLES}
    for _ in range(TRIALS):
        told = _tell(school)
        _release(school)
        for table, taus in found.items():
            taus.append(kendall(on_disk(school.databases.reports, table), told))
        _clear(school)
    means = {table: sum(taus) / len(taus) for table, taus in found.items()}
    assert all(abs(mean) < ALLOWED for mean in means.values()), means
    reached(
        "order of arrival on the disk (promise A5)",
        ", ".join(f"{name} {mean:+.3f}" for name, mean in means.items()),
    )


def test_before_a_release_the_order_can_be_read_and_the_search_sees_it(school: School) -> None:
    """The positive control: without forgetting, the order of arrival is there."""
    told = _tell(school)
    assert max(abs(kendall(on_disk(school.databases.reports, table), told)) for table in TABLES) > 0.9


def test_released_rows_bear_one_number_of_a_transaction(school: School, backend: str) -> None:
    if backend != "postgresql":
        pytest.skip("SQLite notes no transaction in a row")
    _tell(school)
    assert transactions(school.databases.reports, "report") == REPORTS, "the control"
    _release(school)
    assert [transactions(school.databases.reports, table) for table in TABLES] == [1, 1, 1]


def test_every_table_that_a_report_writes_is_rewritten_at_its_release() -> None:
    written_by_staff = {"reader", "reader_list", "list_put_back", "recovery_key", "zone", "key_due"}
    rewritten = {table for table, _ in REWRITTEN}
    assert rewritten | written_by_staff == set(ReportsBase.metadata.tables)


def test_the_place_of_a_report_in_the_queue_says_nothing_of_its_arrival(school: School) -> None:
    taus = []
    for _ in range(TRIALS):
        told = _tell(school)
        _release(school)
        with (
            school.databases.reports.session(write=False) as reports,
            school.databases.school.session(write=False) as session,
        ):
            shown = waiting(
                reports, session, school.coordinator, school.calendar, school.key, AFTERWARDS
            ).unread
        taus.append(kendall([row.report_id.hex for row in shown], told))
        _clear(school)
    assert abs(sum(taus) / len(taus)) < ALLOWED, taus


def test_the_queue_is_not_even_in_the_order_of_ids(school: School) -> None:
    """Whoever sees the database must not learn from the page which row is which, by its place."""
    told = _tell(school)
    _release(school)
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        shown = waiting(reports, session, school.coordinator, school.calendar, school.key, AFTERWARDS).unread
    assert [row.report_id.hex for row in shown] != sorted(told)


def test_tau_is_what_the_books_say() -> None:
    letters = list("abcdefgh")
    assert kendall(letters, letters) == 1
    assert kendall(letters, letters[::-1]) == -1
    assert kendall(["a", "b", "c"], ["b", "a", "c"]) == pytest.approx(1 / 3)
