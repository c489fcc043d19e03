"""kiosk works behind PgBouncer, which lends a connection of the server for each transaction, and has one to lend."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from select import select as select_ready

import pytest
from sqlalchemy import bindparam, select, text

from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.storage.db import Database, Databases, open_database
from kiosk.storage.engines import driver_of
from kiosk.storage.prepared import PreparedStatement
from tests.factories import make_class_group
from tests.pgbouncer import pgbouncer
from tests.serving import wait_until

pytestmark = [
    pytest.mark.database("postgresql"),
    pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="apt-get install pgbouncer"),
]
NAMES = select(StaffMember.name).where(StaffMember.name == bindparam("name"))
Opened = Callable[..., Database]


@pytest.fixture
def through(databases: Databases, postgres: str) -> Iterator[Opened]:
    """Opens the school's database through a PgBouncer that has one connection to it, and such settings."""
    with ExitStack() as stack:

        def opened(**changes: str) -> Database:
            address = stack.enter_context(pgbouncer(postgres, default_pool_size="1", **changes))
            database = open_database(address.format(name="school"))
            stack.callback(database.engine.dispose)
            return database

        yield opened


def test_statements_stay_prepared_although_connections_change(through: Opened) -> None:
    database, statement = through(), PreparedStatement(NAMES)
    with database.connect(write=False) as first, database.connect(write=False) as second:
        for rows in (first, second, first, second):
            assert statement.all(rows, {"name": "x"}) == []
        kept = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%staff_member%'")
        assert first.scalar(kept) == 1, "the server has it once, whoever asks"


def test_readers_and_a_writer_share_one_connection(through: Opened) -> None:
    database = through()
    with database.connect(write=False) as reading, database.session(write=False) as session:
        assert session.scalars(select(ClassGroup)).all() == []
        reading.execute(text("SELECT 1"))
        with database.write() as writing:  # both have read, and neither keeps it from anybody
            make_class_group(writing, name="Kestrels")
        assert session.scalars(select(ClassGroup.name)).all() == ["Kestrels"]


def test_where_pgbouncer_keeps_no_statements_kiosk_prepares_none(through: Opened) -> None:
    database, statement = through(max_prepared_statements="0"), PreparedStatement(NAMES)
    several = [database.connect(write=True) for _ in range(3)]
    for _ in range(10):  # psycopg would prepare what is sent five times
        for rows in several:
            assert statement.all(rows, {"name": "x"}) == []
            rows.execute(NAMES, {"name": "y"})
            rows.commit()
    assert [driver_of(rows).prepare_threshold for rows in several] == [None] * 3
    assert several[0].scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
    for rows in several:
        rows.close()


def test_connections_that_nobody_needs_are_closed_and_nobody_notices(through: Opened) -> None:
    database, statement = through(client_idle_timeout="1"), PreparedStatement(NAMES)
    kept = []
    with ExitStack() as stack:
        for _ in range(3):
            rows = stack.enter_context(database.connect(write=True))
            rows.execute(NAMES, {"name": "x"})
            rows.commit()
            kept.append(driver_of(rows))
    wait_until(lambda: len(select_ready(kept, [], [], 0)[0]) == 3, lambda: "PgBouncer keeps them open")
    with database.connect(write=False) as reading:
        assert statement.all(reading, {"name": "x"}) == []
    with database.write() as writing:
        make_class_group(writing, name="Kestrels")
