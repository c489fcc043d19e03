"""A database keeps what it acknowledged, or kiosk does not work with it; readers cannot write."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import QueuePool, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from kiosk.accounts.models import ClassGroup, ClassWindow
from kiosk.bands import Band
from kiosk.storage import engines
from kiosk.storage.db import Database, Databases, WriteInReading, now_utc, open_database, ping
from kiosk.storage.outages import DatabaseNotSafe
from tests.factories import make_class_group, make_staff, make_window
from tests.serving import PATIENCE_SECONDS

A_MOMENT_SECONDS = 0.3


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/deep/er/one.sqlite")
    yield database
    database.engine.dispose()


def test_every_connection_to_sqlite_is_durable_and_forgets_what_is_deleted(sqlite: Database) -> None:
    first, second = sqlite.engine.connect(), sqlite.engine.connect()
    for connection in (first, second):
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 5000,
            "secure_delete": 1,
        }
        connection.close()


def test_the_folder_of_a_database_is_made_for_its_owner_alone(sqlite: Database, tmp_path: Path) -> None:
    assert (tmp_path / "deep/er").stat().st_mode & 0o777 == 0o700


def test_a_database_that_cannot_keep_a_write_ahead_log_is_refused() -> None:
    # What a network disk does as well: the pragma is accepted and another journal stays in use.
    database = open_database("sqlite://")
    with pytest.raises(DatabaseNotSafe, match=r"journal_mode='memory'.*network disk"):
        ping(database)


def test_a_pragma_that_is_not_kept_is_noticed_because_it_is_read_back() -> None:
    class Forgetful:
        """A connection whose driver says yes and does nothing about `synchronous`."""

        isolation_level: str | None = ""

        def execute(self, statement: str) -> "Forgetful":
            self.asked = statement
            return self

        def fetchone(self) -> tuple[object]:
            answers = {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 1}
            return (answers.get(self.asked, 0),)

    with pytest.raises(DatabaseNotSafe, match="synchronous=1 instead of 2"):
        engines._prepare_sqlite(Forgetful(), None)


class _Locked:
    """A new file that another process sets up at this moment: SQLite does not wait, it says so so many times."""

    isolation_level: str | None = ""

    def __init__(self, times: int) -> None:
        self.times, self.asked = times, ""

    def execute(self, statement: str) -> "_Locked":
        self.asked = statement
        if statement == "PRAGMA journal_mode=wal" and self.times:
            self.times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return self

    def fetchone(self) -> tuple[object]:
        expected = {name: value for name, _, value in engines._PRAGMAS}
        return (expected[self.asked.removeprefix("PRAGMA ")],)


def test_a_new_file_that_another_process_sets_up_is_waited_for() -> None:
    locked = _Locked(3)
    engines._prepare_sqlite(locked, None)
    assert locked.times == 0


def test_a_file_that_stays_locked_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_MILLISECONDS", 0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        engines._prepare_sqlite(_Locked(10**9), None)


@pytest.mark.database("postgresql")
def test_postgresql_that_answers_before_it_has_written_is_refused(
    postgres: str, databases: Databases
) -> None:
    unsafe = open_database(postgres.format(name="school") + "&options=-csynchronous_commit%3Doff")
    with pytest.raises(DatabaseNotSafe, match="synchronous_commit=off"):
        ping(unsafe)
    unsafe.engine.dispose()


@pytest.mark.database("sqlite")
def test_a_second_writer_waits_for_the_first_instead_of_failing(databases: Databases) -> None:
    done: list[str] = []
    asking, inside = threading.Event(), threading.Event()

    def second() -> None:
        asking.set()
        with databases.school.write() as session:
            session.execute(text("SELECT 1"))  # a writer that begins by reading, as every page does
            inside.set()
            make_class_group(session, name="Second")
        done.append("second")

    with databases.school.write() as session:
        session.execute(text("SELECT 1"))  # it has the write lock from here on, before it wrote anything
        waiter = threading.Thread(target=second)
        waiter.start()
        assert asking.wait(PATIENCE_SECONDS)
        assert not inside.wait(A_MOMENT_SECONDS), "two writers at once"
        make_class_group(session, name="First")
        done.append("first")
    waiter.join()
    assert done == ["first", "second"]
    with databases.school.session(write=False) as reading:
        assert set(reading.scalars(select(ClassGroup.name))) == {"First", "Second"}


@pytest.mark.database("sqlite")
def test_a_reader_neither_waits_for_a_writer_nor_sees_half_of_it(databases: Databases) -> None:
    with databases.school.write() as session:
        make_class_group(session, name="Not yet")
        with databases.school.session(write=False) as reading:
            assert reading.scalars(select(ClassGroup.name)).all() == []


def test_a_writer_that_waited_too_long_gives_up_instead_of_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pragmas = {name: rest for name, *rest in engines._PRAGMAS} | {"busy_timeout": ["1", 1]}
    monkeypatch.setattr(engines, "_PRAGMAS", [(name, *rest) for name, rest in pragmas.items()])
    database = open_database(f"sqlite:///{tmp_path}/one.sqlite")
    with database.write() as session:
        session.execute(text("SELECT 1"))
        with database.session(write=True) as hasty, pytest.raises(OperationalError, match="locked"):
            hasty.connection()
    database.engine.dispose()


def test_what_reads_after_a_disposal_leaves_no_connection_that_the_next_disposal_misses(
    databases: Databases,
) -> None:
    database = databases.school
    database.engine.dispose()
    with database.rows(write=False) as connection:
        connection.execute(text("SELECT 1"))
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() == 1


def test_a_reading_session_refuses_to_write(databases: Databases) -> None:
    with databases.school.session(write=False) as reading:
        reading.add(ClassGroup(name="Kestrels", year="5", band=Band.KS2))
        with pytest.raises(WriteInReading):
            reading.commit()
    with databases.school.write() as session:
        make_class_group(session, name="Kestrels")
    with databases.school.session(write=False) as reading:
        reading.scalars(select(ClassGroup)).one().name = "Changed"
        with pytest.raises(WriteInReading):
            reading.flush()
    with databases.school.session(write=False) as reading:
        reading.delete(reading.scalars(select(ClassGroup)).one())
        with pytest.raises(WriteInReading):
            reading.flush()
    with databases.school.session(write=False) as reading:
        assert reading.scalars(select(ClassGroup.name)).all() == ["Kestrels"]


def test_what_raises_inside_a_writing_session_is_not_kept(databases: Databases) -> None:
    with pytest.raises(RuntimeError), databases.school.write() as session:
        make_class_group(session)
        raise RuntimeError
    with databases.school.session(write=False) as reading:
        assert reading.scalars(select(ClassGroup)).all() == []


def test_an_instant_without_a_zone_is_refused(databases: Databases) -> None:
    with databases.school.session(write=True) as session:
        group, staff = make_class_group(session), make_staff(session)
        with pytest.raises(StatementError, match="without a time zone"):
            make_window(session, group, staff, closes_at=datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001


def test_an_instant_comes_back_as_the_same_instant_in_utc(databases: Databases) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    kept = datetime(2026, 11, 24, 10, 0, tzinfo=kathmandu)
    with databases.school.write() as session:
        make_window(session, make_class_group(session), make_staff(session), closes_at=kept)
    with databases.school.session(write=False) as reading:
        found = reading.scalars(select(ClassWindow.closes_at)).one()
        earlier = reading.scalars(select(ClassWindow.id).where(ClassWindow.closes_at < kept)).all()
    assert found == kept
    assert found.tzinfo is UTC
    assert earlier == []


def test_the_database_itself_refuses_a_word_that_is_not_of_its_kind(databases: Databases) -> None:
    with databases.school.write() as session:
        make_class_group(session)
    with pytest.raises(IntegrityError), databases.school.write() as session:
        session.execute(text("UPDATE class_group SET band = 'ks9'"))


def test_the_database_itself_refuses_a_row_that_points_nowhere(databases: Databases) -> None:
    with pytest.raises(IntegrityError), databases.school.write() as session:
        group, staff = make_class_group(session), make_staff(session)
        make_window(session, group, staff)
        session.execute(text("DELETE FROM staff_member"))


def test_now_is_an_instant_in_utc() -> None:
    assert now_utc().tzinfo is UTC


def test_only_two_kinds_of_database_are_opened_and_postgresql_by_its_driver() -> None:
    database = open_database("postgresql://nobody@nowhere.example/kiosk")
    assert database.engine.url.drivername == "postgresql+kiosk"
