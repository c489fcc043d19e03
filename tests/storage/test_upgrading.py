"""An update of the databases: all are new or all are as they were, whatever fails, and whenever it is killed."""

import os
import resource
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from kiosk.config import SettingError
from kiosk.start import closing_databases
from kiosk.storage.schema import METADATA, MIGRATIONS_DIR, SchemaNotCurrent
from kiosk.upkeep.running import running, stopped
from kiosk.upkeep.upgrading import BEGUN, DONE, FOLDER, upgrade_unfinished, upgraded
from tests.sets import repeats
from tests.storage.planted import (
    OldSchool,
    State,
    dies_at,
    in_a_process,
    make_newer,
    state,
    state_after,
    update,
    version,
)

INSTANTS = 1000 if os.environ.get("FAULTS") == "full" else 8
EVERY = 1 if os.environ.get("FAULTS") == "full" else repeats(1000, 400)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a newer version."""
    return make_newer(tmp_path / "newer")


def revisions(found: State) -> set[str | None]:
    return {revision for revision, _ in found.values()}


def is_new(found: State, before: State) -> bool:
    """Whether all is new; where it is not, all is as it was."""
    if found == before:
        return False
    assert revisions(found) == {"9000"}
    assert found["school"][1].count(b'"New"') == found["reports"][1].count(b'"New"') == 2
    return True


@pytest.mark.main(1)
def test_an_update_makes_every_database_new_and_leaves_nothing_behind(
    old_school: OldSchool, newer: Path
) -> None:
    with version(newer):
        update(old_school.config)
        assert is_new(state_after(old_school.config), old_school.before)
    assert not upgrade_unfinished(old_school.config)


@pytest.mark.main(2)
@pytest.mark.parametrize("tree", METADATA)
def test_a_migration_that_fails_leaves_every_database_as_it_was(
    old_school: OldSchool, tmp_path: Path, tree: str
) -> None:
    broken = make_newer(tmp_path / "broken", False, **{tree: "raise ZeroDivisionError"})
    with version(broken), pytest.raises(ZeroDivisionError):
        update(old_school.config)
    with closing_databases(old_school.config) as databases:
        assert state(databases) == old_school.before
    assert not upgrade_unfinished(old_school.config)


@pytest.mark.main(1)
def test_a_database_that_is_not_as_meant_afterwards_leaves_all_as_they_were(
    old_school: OldSchool, tmp_path: Path
) -> None:
    odd = make_newer(tmp_path / "odd", reports="op.drop_index('ix_reply_thread_id')")
    said = "the reports database was not updated: index ix_reply_thread_id of reply is missing"
    with version(odd), pytest.raises(SchemaNotCurrent, match=said):
        update(old_school.config)
    assert state_after(old_school.config) == old_school.before


@pytest.mark.main(2)
@pytest.mark.parametrize("number", [2, 3])
def test_a_commit_that_fails_after_others_did_not_is_put_right_at_once(
    old_school: OldSchool, newer: Path, number: int
) -> None:
    commit, begun = Connection.commit, list[Connection]()

    def fail_once(self: Connection) -> None:
        begun.append(self)
        if len(begun) == number:
            raise SQLAlchemyError("the disk is full")
        commit(self)

    with (
        version(newer),
        patch.object(Connection, "commit", fail_once),
        pytest.raises(SQLAlchemyError, match="full"),
    ):
        update(old_school.config)
    with closing_databases(old_school.config) as databases:
        assert state(databases) == old_school.before
    assert not upgrade_unfinished(old_school.config)


@pytest.mark.main(1)
def test_what_fails_after_the_update_brings_all_back(old_school: OldSchool, newer: Path) -> None:
    with (
        version(newer),
        pytest.raises(ZeroDivisionError),
        stopped(old_school.config),
        closing_databases(old_school.config) as databases,
        upgraded(old_school.config, databases) as changed,
    ):
        assert changed == list(METADATA)
        raise ZeroDivisionError
    assert state_after(old_school.config) == old_school.before


@pytest.mark.main(1)
def test_all_databases_are_looked_at_before_one_is_touched(old_school: OldSchool, newer: Path) -> None:
    with closing_databases(old_school.config) as databases, databases.sessions.rows(write=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with version(newer), pytest.raises(SchemaNotCurrent, match="made by a newer version"):
        update(old_school.config)
    with closing_databases(old_school.config) as databases:
        found = state(databases)
    assert (found["school"], found["reports"]) == (old_school.before["school"], old_school.before["reports"])
    assert not upgrade_unfinished(old_school.config)


@pytest.mark.later
def test_the_next_start_says_in_one_line_that_it_put_them_back(
    old_school: OldSchool, newer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        version(newer),
        stopped(old_school.config),
        closing_databases(old_school.config) as databases,
        upgraded(old_school.config, databases, keep=True),
    ):
        pass
    old_school.config.file(f"{FOLDER}/{DONE}").unlink()  # as a kill before it leaves it
    with running(old_school.config), closing_databases(old_school.config) as databases:
        assert state(databases) == old_school.before
    assert capsys.readouterr().err == (
        "kiosk: an update did not end; the databases are as they were before it\n"
    )


@pytest.mark.again
@pytest.mark.later
def test_killed_at_any_moment_all_databases_are_new_or_as_they_were(
    old_school: OldSchool, newer: Path, tmp_path: Path
) -> None:
    """What begins next is the newer version, or the one before, to which somebody went back."""
    last = moments_of(partial(update, old_school.config), newer, tmp_path / "count")
    ends = set[bool]()
    for number in moments(last):
        old_school.anew()
        with version(newer):
            ended = in_a_process(dies_at(number, partial(update, old_school.config)))
        assert os.WIFSIGNALED(ended)
        with version(newer if number % 2 else MIGRATIONS_DIR):
            found = state_after(old_school.config)
        ends.add(is_new(found, old_school.before))
        assert not upgrade_unfinished(old_school.config)
    assert ends == {False, True}


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_killed_again_while_the_next_command_puts_them_back(
    old_school: OldSchool, newer: Path, tmp_path: Path
) -> None:
    whole = moments_of(partial(update, old_school.config), newer, tmp_path / "count")
    old_school.anew()

    def half_done() -> None:
        with version(newer):
            assert os.WIFSIGNALED(in_a_process(dies_at(whole - 1, partial(update, old_school.config))))

    half_done()
    assert (old_school.config.data_dir / FOLDER / BEGUN).exists()
    last = moments_of(partial(state_after, old_school.config), MIGRATIONS_DIR, tmp_path / "count")
    for number in moments(last):
        old_school.anew()
        half_done()
        assert os.WIFSIGNALED(in_a_process(dies_at(number, partial(state_after, old_school.config))))
        assert state_after(old_school.config) == old_school.before


@pytest.mark.later
@pytest.mark.database("sqlite")
def test_killed_from_outside_at_any_instant(old_school: OldSchool, newer: Path) -> None:
    """Between two statements too: while files are written, forced to the disk or deleted."""
    lots, ends = Random(7), set[bool]()
    began = time.monotonic()
    with version(newer):
        assert in_a_process(partial(update, old_school.config)) == 0
    longest = time.monotonic() - began
    for number in range(INSTANTS):
        old_school.anew()
        with version(newer):
            in_a_process(partial(update, old_school.config), kill_after=lots.uniform(0, longest))
        with version(newer if number % 2 else MIGRATIONS_DIR):
            ends.add(is_new(state_after(old_school.config), old_school.before))
        assert not upgrade_unfinished(old_school.config)
    assert False in ends


def moments_of(work: Callable[[], object], migrations: Path, told: Path) -> int:
    """How many statements and commits some work has."""
    with version(migrations):
        assert in_a_process(dies_at(0, work, told)) == 0
    return int(told.read_text())


def moments(last: int) -> list[int]:
    """Every moment where there is time for that; else some, and all of the end, where it is decided."""
    return [number for number in range(1, last + 1) if number % EVERY == 0 or number > last - 5]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("kilobytes", repeats([64], range(0, 700, 20)))
def test_on_a_disk_that_is_full_all_databases_are_as_they_were(
    old_school: OldSchool, newer: Path, kilobytes: int
) -> None:
    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))
        update(old_school.config)

    with version(newer):
        ended = in_a_process(work)
        found = state_after(old_school.config)
    assert is_new(found, old_school.before) == (ended == 0)


@pytest.mark.database("sqlite")
def test_a_table_that_is_made_anew_keeps_what_refers_to_it(old_school: OldSchool, tmp_path: Path) -> None:
    """SQLite would delete children's rows with the table, as references say ON DELETE CASCADE."""
    anew = make_newer(
        tmp_path / "anew",
        school="with op.batch_alter_table('pupil', recreate='always') as batch: batch.alter_column('visit')",
    )
    with version(anew):
        update(old_school.config)
        assert is_new(state_after(old_school.config), old_school.before)


@pytest.mark.main(1)
def test_kiosk_starts_and_ends_no_update_while_another_command_is_at_it(
    old_school: OldSchool, newer: Path
) -> None:
    with (
        version(newer),
        stopped(old_school.config),
        closing_databases(old_school.config) as databases,
        upgraded(old_school.config, databases),
    ):
        assert upgrade_unfinished(old_school.config)
        with (
            pytest.raises(SettingError, match="is being restored, updated or moved"),
            running(old_school.config),
        ):
            pass
    with version(newer), running(old_school.config):
        assert not upgrade_unfinished(old_school.config)
