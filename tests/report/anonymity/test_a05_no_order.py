"""Promise A5: after a merge nothing on the disk, and nothing on the page of staff, says which report came first."""

import hashlib
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from sqlalchemy import select, text

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.queue.queue import queue_page
from kiosk.report.access.sealed_report import SealedReport, store_report
from kiosk.report.intake.sealed_item import open_sealed_item
from kiosk.report.models import Report
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, ReportsBase
from tests.faults.figures import reached, trials
from tests.incidents.queue_rows import unread_rows
from tests.incidents.school import School, fill_school
from tests.report.anonymity.dumps import rows_left
from tests.report.anonymity.order import ENVELOPES, TABLES, THREADS, kendall, orders, transactions
from tests.report.anonymity.seeded import seeded_chance

TRIALS = trials(6, 200)
REPORTS = 30
BOUND = 0.05  # of the mean of 200 trials
# What chance alone makes of fewer trials: five times the deviation of tau, which is known.
DEVIATION = math.sqrt(2 * (2 * REPORTS + 5) / (9 * REPORTS * (REPORTS - 1)))
ALLOWED = BOUND if TRIALS >= 200 else 5 * DEVIATION / math.sqrt(TRIALS)
TOLD_AT = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
AFTERWARDS = datetime(2026, 11, 24, 12, tzinfo=UTC)  # another day, so that the rows of two tables differ
LETTERS = {4096: 700, 16384: 1500}  # of a child whose envelope has this size
SEALING = 40  # bytes by which sealing makes it longer
WORDS = "他们拿走了我的书包。" * 200  # three bytes a letter


@dataclass(frozen=True)
class Told:
    """Reports and their threads in the order in which children told."""

    reports: list[str]
    threads: list[str]

    def taus(self, school: School) -> dict[str, float]:
        """What each order on the disk says of this one."""
        return {
            name: kendall(order, self.threads if name == THREADS else self.reports)
            for name, order in orders(school.databases.reports).items()
            if order
        }


@pytest.fixture
def school(databases: Databases, config: Config) -> Iterator[School]:
    """A school whose chance and site key are the same at every run, so that the figure is too."""

    def at_once(size: int, code: bytes, *rest: object, **options: object) -> bytes:
        return hashlib.blake2b(code, digest_size=size).digest()

    with seeded_chance(), patch("kiosk.sealing.picture_code.argon2id.kdf", at_once):
        made = School(databases, SchoolCalendar(config.zone), SiteKey(b"k" * 32), config)
        fill_school(made)
        yield made
        made.intake_store.dispose()


@pytest.fixture(params=LETTERS)
def size(request: pytest.FixtureRequest) -> int:
    """Bytes of what is sealed in an envelope; databases keep what is as large as that apart from its row."""
    return int(request.param)


def _tell(school: School, size: int = 4096) -> Told:
    told = [
        school.tell("bullying", TOLD_AT, words=WORDS[: LETTERS[size]], reply="yes") for _ in range(REPORTS)
    ]
    held = [open_sealed_item(school.key, id, school.intake_store.get([id])[id]) for id in told]
    return Told([id.hex for id in told], [one.thread_id.hex() for one in held])


def _clear(school: School) -> None:
    names = ("outbox_row", "report_reader", "report", "thread", "brought_in")
    with school.databases.reports.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            # Deleted rows leave room in the middle of a file, where later rows then lie.
            session.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))
            return
        for table in names:
            session.execute(text(f"DELETE FROM {table}"))


def _store_in_order(school: School, told: Told) -> None:
    """As no kiosk does any more: each report is written to the reports database when it comes.

    Over one connection: each of several remembers room of its own in the last pages of a file of PostgreSQL.
    """
    school.databases.reports.engine.dispose()
    for id in map(uuid.UUID, told.reports):
        found = open_sealed_item(school.key, id, school.intake_store.get([id])[id])
        assert isinstance(found, SealedReport)
        with school.databases.reports.write() as session:
            store_report(session, found)


def test_how_rows_lie_on_the_disk_after_a_merge_has_nothing_to_do_with_their_arrival(
    school: School, size: int
) -> None:
    found: dict[str, list[float]] = {}
    for _ in range(TRIALS):
        told = _tell(school, size)
        assert school.merge(AFTERWARDS)
        for name, tau in told.taus(school).items():
            found.setdefault(name, []).append(tau)
        _clear(school)
    assert {*TABLES, THREADS, ENVELOPES} <= set(found)
    assert {len(taus) for taus in found.values()} == {TRIALS}
    means = {name: sum(taus) / TRIALS for name, taus in found.items()}
    assert all(abs(mean) < ALLOWED for mean in means.values()), means
    reached(
        f"order of arrival on the disk, envelopes of {size} bytes (promise A5)",
        ", ".join(f"{name} {mean:+.3f}" for name, mean in means.items()),
    )


def test_stored_as_they_come_the_order_can_be_read_everywhere_and_the_search_sees_it(
    school: School, size: int
) -> None:
    """The positive control."""
    _clear(school)
    told = _tell(school, size)
    _store_in_order(school, told)
    taus = told.taus(school)
    assert set(taus) >= {*TABLES, THREADS, ENVELOPES} - {"brought_in"}
    assert {name: round(tau, 3) for name, tau in taus.items()} == dict.fromkeys(taus, 1.0)
    with school.databases.reports.session(write=False) as session:
        assert {len(one) for one in session.scalars(select(Report.envelope))} == {size + SEALING}


@pytest.mark.database("postgresql")
def test_merged_rows_bear_one_number_of_a_transaction(school: School) -> None:
    told = _tell(school)
    _store_in_order(school, told)
    assert transactions(school.databases.reports, "report") == REPORTS, "the control"
    _clear(school)
    school.merge(AFTERWARDS)
    assert {
        name: transactions(school.databases.reports, name) for name in (*TABLES, THREADS)
    } == dict.fromkeys((*TABLES, THREADS), 1)


def test_the_tables_that_are_looked_at_are_those_that_a_report_writes(school: School) -> None:
    def rows() -> dict[str, bytes]:
        return rows_left("reports", school.databases.reports, list(ReportsBase.metadata.tables.values()))

    before = rows()
    _tell(school)
    assert rows() == before, "before its slot ends it writes none"
    school.merge(AFTERWARDS)
    after = rows()
    changed = {name.partition(".")[2] for name in after if after[name] != before[name]}
    assert changed == {*TABLES, THREADS}


def test_the_place_of_a_report_in_the_queue_says_nothing_of_its_arrival(school: School) -> None:
    taus = []
    for _ in range(TRIALS):
        told = _tell(school)
        school.merge(AFTERWARDS)
        taus.append(kendall(_queue(school), told.reports))
        _clear(school)
    assert abs(sum(taus) / len(taus)) < ALLOWED, taus


def test_the_queue_is_not_even_in_the_order_of_ids(school: School) -> None:
    """Whoever sees the database must not learn from the page which row is which, by its place."""
    told = _tell(school)
    school.merge(AFTERWARDS)
    assert _queue(school) != sorted(told.reports)


def _queue(school: School) -> list[str]:
    """Reports as a reader sees them."""
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        found = unread_rows(
            queue_page(
                CaseViewer(school.coordinator, AFTERWARDS, school.calendar, session, reports), school.key
            )
        )
    return [row.report.id.hex for row in found]


def test_tau_is_what_the_books_say() -> None:
    letters = list("abcdefgh")
    assert kendall(letters, letters) == 1
    assert kendall(letters, letters[::-1]) == -1
    assert kendall(["a", "b", "c"], ["b", "a", "c"]) == pytest.approx(1 / 3)
