"""The keeper of the intake: each thing once, durable when it is said, and nothing left of what was forgotten."""

import os
import sqlite3
import stat
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from kiosk.config import Config
from kiosk.report.intake.store import FILE, IntakeSlot, IntakeStore, NotKept, SealedItem, open_intake
from kiosk.storage.engines import driver_of
from kiosk.storage.outages import DatabaseNotSafe

MONDAY = date(2026, 11, 23)
MANY = 24


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data_dir=tmp_path)


@pytest.fixture
def keeper(config: Config) -> Iterator[IntakeStore]:
    made = open_intake(config)
    yield made
    made.dispose()


def at(minute: int) -> datetime:
    """A minute of Monday."""
    return datetime.combine(MONDAY, time(minute // 60, minute % 60), UTC)


def held(sealed: bytes = b"sealed", slot: int = 540, urgent: bool = False, thread: bytes = b"") -> SealedItem:
    """Something new."""
    return SealedItem(uuid.uuid4(), at(slot), urgent, thread, sealed)


def everything(keeper: IntakeStore) -> dict[uuid.UUID, bytes]:
    """All that is held."""
    return {
        id: sealed for slot in keeper.slots() for id, sealed in keeper.get(list(keeper.ids(slot))).items()
    }


def bytes_of(config: Config) -> bytes:
    """Every byte of the intake's files."""
    return b"".join(path.read_bytes() for path in sorted(config.data_dir.glob(f"{FILE}*")))


def test_what_was_put_is_there_by_slot_and_by_thread(keeper: IntakeStore) -> None:
    early, late, urgent = held(b"early"), held(b"late", 600, thread=b"t" * 16), held(b"now", urgent=True)
    for one in (early, late, urgent):
        keeper.put(one)
    assert set(keeper.slots()) == {
        IntakeSlot(False, at(540)),
        IntakeSlot(False, at(600)),
        IntakeSlot(True, at(540)),
    }
    assert keeper.ids(IntakeSlot(False, at(600))) == {late.id: False}
    assert keeper.get([early.id, uuid.uuid4()]) == {early.id: b"early"}
    assert keeper.of_thread(b"t" * 16) == {late.id: b"late"}


def test_it_is_there_for_another_process_as_soon_as_it_is_said(keeper: IntakeStore, config: Config) -> None:
    one = held()
    keeper.put(one)
    other = open_intake(config)
    assert everything(other) == {one.id: b"sealed"}
    other.dispose()


def test_the_first_sealing_of_an_id_stays_whole(keeper: IntakeStore) -> None:
    one = held(b"first")
    keeper.put(one)
    keeper.put(SealedItem(one.id, at(600), True, b"", b"second"))
    assert everything(keeper) == {one.id: b"first"}
    assert keeper.slots() == [IntakeSlot(False, at(540))]


def test_many_threads_of_several_keepers_put_each_thing_once(config: Config) -> None:
    keepers = [open_intake(config) for _ in range(4)]
    things = [held(b"%d" % number) for number in range(MANY)]
    threads = [threading.Thread(target=one.put, args=(thing,)) for thing in things for one in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert everything(keepers[0]) == {thing.id: thing.sealed for thing in things}
    for one in keepers:
        one.dispose()


def test_what_cannot_be_kept_is_said_and_the_next_thing_is_kept(keeper: IntakeStore, config: Config) -> None:
    first = held()
    keeper.put(first)
    (config.data_dir / FILE).rename(config.data_dir / "away")
    with pytest.raises(NotKept):
        keeper.put(held())
    assert not (config.data_dir / FILE).exists(), "no empty intake is made in its place"
    (config.data_dir / "away").rename(config.data_dir / FILE)
    second = held()
    keeper.put(second)
    assert set(everything(keeper)) == {first.id, second.id}


def test_it_is_durable_and_for_its_owner_alone(keeper: IntakeStore, config: Config) -> None:
    keeper.put(held())
    with keeper._database.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert found == ["wal", 2, 1]
    paths = list(config.data_dir.glob(f"{FILE}*"))
    assert len(paths) >= 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_nothing_is_left_of_what_was_forgotten(keeper: IntakeStore, config: Config) -> None:
    things = [held(os.urandom(6000), thread=os.urandom(16)) for _ in range(MANY)]
    stays = held(os.urandom(6000), 600)
    for one in (*things, stays):
        keeper.put(one)
    before = bytes_of(config)
    assert all(one.id.hex.encode() in before and one.sealed[:64] in before for one in things), "the control"
    keeper.forget([one.id for one in things])
    assert keeper.remove_traces()
    after = bytes_of(config)
    for one in things:
        assert not any(mark in after for mark in (one.id.hex.encode(), one.id.bytes, one.sealed[:64]))
        assert one.thread_id not in after
    assert everything(keeper) == {stays.id: stays.sealed}


def test_in_a_very_large_file_what_was_forgotten_is_overwritten_where_it_stood(
    keeper: IntakeStore, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.report.intake.rewrite.MOST_PAGES", 0)
    things = [held(os.urandom(6000)) for _ in range(MANY)]
    for one in things:
        keeper.put(one)
    keeper.forget([one.id for one in things])
    assert keeper.remove_traces()
    after = bytes_of(config)
    assert not any(one.sealed[:64] in after or one.sealed[-64:] in after for one in things)


def test_a_file_that_is_open_is_tidied_in_place(keeper: IntakeStore, config: Config) -> None:
    keeper.put(held())
    before = (config.data_dir / FILE).stat().st_ino
    assert keeper.remove_traces()
    assert (config.data_dir / FILE).stat().st_ino == before


def test_what_is_put_while_it_is_tidied_is_kept(keeper: IntakeStore, config: Config) -> None:
    done, other = threading.Event(), open_intake(config)

    def tidy_on() -> None:
        while not done.is_set():
            other.remove_traces()

    tidying = threading.Thread(target=tidy_on)
    tidying.start()
    things = [held(os.urandom(3000)) for _ in range(MANY)]
    for one in things:
        keeper.put(one)
    done.set()
    tidying.join()
    assert everything(keeper) == {one.id: one.sealed for one in things}
    other.dispose()


def hurry(keeper: IntakeStore) -> None:
    """From now on it waits a millisecond for a file that is in use."""

    def shorter(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=1")

    event.listen(keeper._database.engine, "checkout", shorter)


def test_a_busy_file_is_tidied_later(keeper: IntakeStore, config: Config) -> None:
    keeper.put(held())
    hurry(keeper)
    with closing(sqlite3.connect(config.data_dir / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not keeper.remove_traces()
        other.execute("ROLLBACK")
    assert keeper.remove_traces()


def test_it_is_not_tidy_while_somebody_reads_what_stood_there(keeper: IntakeStore, config: Config) -> None:
    one = held()
    keeper.put(one)
    hurry(keeper)
    with closing(sqlite3.connect(config.data_dir / FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM held").fetchall()
        keeper.forget([one.id])
        assert not keeper.remove_traces()
        reader.execute("ROLLBACK")
    assert keeper.remove_traces()
    assert one.id.hex.encode() not in bytes_of(config)


def test_staff_know_of_what_was_told_or_merged_and_of_nothing_else(keeper: IntakeStore) -> None:
    told, untold, gone = held(urgent=True), held(urgent=True), held(urgent=True)
    for one in (told, untold, gone):
        keeper.put(one)
    keeper.mark_mailed([told.id])
    keeper.forget([gone.id])
    assert [keeper.mailed(one.id) for one in (told, untold, gone)] == [True, False, None]
    assert keeper.ids(IntakeSlot(True, at(540))) == {told.id: True, untold.id: False}


def test_slots_are_few_however_much_is_held(keeper: IntakeStore) -> None:
    asked: list[str] = []
    for number in range(MANY):
        keeper.put(held(slot=540 + 60 * (number % 2)))
    event.listen(keeper._database.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    assert len(keeper.slots()) == 2
    (asked_for,) = [statement for statement in asked if statement != "BEGIN"]
    assert "sealed" not in asked_for


def test_it_is_kept_where_only_the_open_file_fails_and_a_new_connection_is_well(keeper: IntakeStore) -> None:
    keeper.put(held())
    with keeper._database.connect(write=True) as rows:
        driver_of(rows).execute("PRAGMA query_only=1")  # refuses already at BEGIN, as after a failed disk
    keeper.put(held())
    assert len(everything(keeper)) == 2


def test_what_the_version_before_holds_is_carried_over_and_ends_when_its_slot_has_ended(
    config: Config,
) -> None:
    early, late = uuid.uuid4(), uuid.uuid4()
    with closing(sqlite3.connect(config.data_dir / FILE)) as before:
        before.execute(
            "CREATE TABLE held (id CHAR(32) PRIMARY KEY, day DATE, slot INTEGER, urgent BOOLEAN, thread_id BLOB, "
            "mailed BOOLEAN, sealed BLOB) WITHOUT ROWID"
        )
        before.execute("CREATE INDEX ix_held_thread_id ON held (thread_id)")
        before.execute("CREATE INDEX ix_held_day ON held (urgent, day, slot)")
        for id, slot in ((early, 0), (late, 600)):
            row = (id.hex, MONDAY.isoformat(), slot, False, b"t" * 16, False, b"sealed")
            before.execute("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        before.execute("PRAGMA user_version=1")
        before.commit()
    keeper = open_intake(config)
    assert keeper.ids(IntakeSlot(False, at(0))) == {early: False}
    assert keeper.ids(IntakeSlot(False, at(840))) == {late: False}
    assert everything(keeper) == {early: b"sealed", late: b"sealed"}
    keeper.dispose()


def test_what_the_version_for_one_node_holds_is_carried_over_and_still_to_be_copied(config: Config) -> None:
    one = uuid.uuid4()
    with closing(sqlite3.connect(config.data_dir / FILE)) as before:
        before.execute(
            "CREATE TABLE held (id CHAR(32) PRIMARY KEY, due INTEGER, urgent BOOLEAN, thread_id BLOB, "
            "mailed BOOLEAN, sealed BLOB) WITHOUT ROWID"
        )
        before.execute(
            "INSERT INTO held VALUES (?, ?, 0, ?, 0, ?)", (one.hex, int(at(540).timestamp()), b"", b"sealed")
        )
        before.execute("PRAGMA user_version=2")
        before.commit()
    keeper = open_intake(config)
    assert everything(keeper) == {one: b"sealed"}
    assert [item.id for item in keeper.to_copy(5)] == [one]
    assert keeper.file_number() != 0
    keeper.dispose()


def test_a_file_of_another_version_stops_the_start_and_is_not_touched(config: Config) -> None:
    with closing(sqlite3.connect(config.data_dir / FILE)) as other:
        other.execute("CREATE TABLE held (all_is_different INTEGER)")
        other.execute("PRAGMA user_version=99")
    keeper = open_intake(config)
    with pytest.raises(DatabaseNotSafe, match="another version"):
        keeper.check()
    keeper.dispose()
    with closing(sqlite3.connect(config.data_dir / FILE)) as other:
        assert other.execute("SELECT sql FROM sqlite_master").fetchall() == [
            ("CREATE TABLE held (all_is_different INTEGER)",)
        ]


def test_a_file_that_is_no_database_stops_the_start(config: Config) -> None:
    (config.data_dir / FILE).write_bytes(b"no database at all " * 400)
    keeper = open_intake(config)
    with pytest.raises(SQLAlchemyError):
        keeper.check()
    with pytest.raises(NotKept):
        keeper.put(held())
    keeper.dispose()


def test_after_the_check_no_connection_is_left_for_processes_that_are_forked(keeper: IntakeStore) -> None:
    keeper.check()
    assert keeper._database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
