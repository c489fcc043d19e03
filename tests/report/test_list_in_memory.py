"""A change of the list counts with the very next request (promise S7), and no other change is to be felt.

The attack: a process that keeps what it read seals for somebody whom another connection, or its own, took out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import update

from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import Keyring
from kiosk.report.list_in_memory import current_keyring
from kiosk.report.models import Reader, Zone
from kiosk.sealing.list_statements import RECOVERY as BY_SHEETS
from kiosk.sealing.list_statements import write
from kiosk.storage.db import Database, open_database
from tests.factories import EARLY, RECOVERY_SECRET
from tests.report.access.test_keyring import world
from tests.report.keyring_world import World
from tests.report.test_lists_exchanged_while_running import rows_of, store

__all__ = ["world"]


LOOKS = 4  # a pool gives its connections by turns, so that each of two is asked twice


def rings(world: World) -> list[Keyring]:
    """Who reads, as every connection of this process's pool knows it; there are two."""
    reports = world.databases.reports
    with reports.connect(write=False):
        current_keyring(reports, world.config)
    return [current_keyring(reports, world.config) for _ in range(LOOKS)]


@contextmanager
def writer(world: World, process: str) -> Iterator[Database]:
    """The database as this process, or another one, has it open."""
    if process == "this one":
        yield world.databases.reports
        return
    other = open_database(world.config.reports_url)
    yield other
    other.engine.dispose()


@pytest.mark.parametrize("process", ["this one", "another"])
def test_every_change_among_readers_counts_with_the_next_request(world: World, process: str) -> None:
    gone = world.readers[0]
    with writer(world, process) as reports:
        for absent in (True, False, True):
            assert len({*rings(world)}) == 1
            with reports.write() as session:
                session.execute(update(Reader).where(Reader.id == gone).values(absent=absent))
            for ring in rings(world):
                assert [one.absent for one in ring.readers if one.id == gone] == [absent]
        for promised in (True, False):
            with reports.write() as session:
                session.execute(update(Zone).values(staff_promise=promised))
            assert [ring.staff_promise for ring in rings(world)] == [promised] * LOOKS
        last = world.chain[-1]
        left = {id: one for id, one in last.readers.items() if id != gone.hex}
        keys = {BY_SHEETS: RECOVERY_SECRET.signing_key}
        longer = (*world.chain, write(last, EARLY, left, last.recovery, {"kind": "recovered"}, keys))
        with reports.write() as session:
            store(session, rows_of(longer))
        for ring in rings(world):
            assert ring.chain == longer
            assert not [one for one in ring.readers if one.id == gone and one.able]


def test_a_change_that_was_not_kept_counts_for_nothing(world: World) -> None:
    before = rings(world)
    with world.databases.reports.writing() as session:
        session.execute(update(Reader).values(absent=True))
        session.rollback()
    assert rings(world) == before


def test_a_page_asks_for_the_list_in_one_statement_whether_somebody_told_since_or_not(
    world: World, asked: list[str]
) -> None:
    rings(world)
    for change in ("nothing", "a report came", "a reader was away"):
        with world.databases.reports.write() as session:
            if change == "a report came":
                session.add(OutboxRow(report_id=uuid4(), address="lead@school.example"))
            if change == "a reader was away":
                session.execute(update(Reader).values(absent=True))
        asked.clear()
        current_keyring(world.databases.reports, world.config)
        assert len(asked) == 1, change
