"""The disk may fail at any call: nobody is thanked for what is lost, and the words stay (promises D1, D3)."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.files import make_private_folder
from kiosk.report.form import Answers, read
from tests.faults.figures import FULL, reached, trials
from tests.faults.io_faults_calls import DATABASE, REPORTS, SPOOL, Faults, Plan, python_calls
from tests.faults.io_faults_sqlite import replaced, why_not
from tests.faults.io_faults_world import CARRYING, COLD, WARM, World, world

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
FEWEST = 500


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    """Every call of SQLite and of Python on the files of one school asks here first."""
    if reason := why_not():
        pytest.skip(reason)
    asked = Faults(tmp_path_factory.mktemp("calls") / "data")
    with replaced(asked), python_calls(asked):
        yield asked


@pytest.fixture(scope="module")
def school(faults: Faults) -> Iterator[World]:
    with world(faults.folder.parent) as made:
        yield made


def calls_of(school: World, faults: Faults, plan: Plan, state: str) -> int:
    """How often a report asks the disk for something, where the plan fails."""
    school.trial("counting", faults.planned(plan), state)
    school.clear_spool("counting")
    return len(faults.counted)


def plans(school: World, faults: Faults) -> Iterator[tuple[str, Plan]]:
    """Each call with each error: once, for ever, for ever in the database alone; and each call of the spool."""
    for state in (WARM, COLD, CARRYING):
        count = calls_of(school, faults, Plan(0, 0, DATABASE), state)
        spooled = calls_of(school, faults, Plan(0, errno.EIO, SPOOL, broken=DATABASE), state)
        for error in ERRORS:
            for at in range(1, count + 1):
                yield state, Plan(at, error)
                yield state, Plan(at, error, for_ever=True)
                yield state, Plan(at, error, DATABASE, for_ever=True)
            for at in range(1, spooled + 1):
                yield state, Plan(at, error, SPOOL, broken=DATABASE)
                yield state, Plan(at, error, SPOOL, for_ever=True, broken=DATABASE)


@pytest.fixture(scope="module")
def struck(school: World, faults: Faults) -> int:
    """How many faults there were once all have been tried; what came of them is noted in the school."""
    every = list(plans(school, faults))
    count = school.thanked = school.honest = 0
    for state, plan in every if FULL else Random(5).sample(every, trials(45, 0)):
        name = f"{plan} {state}"
        school.trial(name, faults.planned(plan), state)
        school.clear_spool(name)
        count += bool(faults.struck)
    return count


def test_no_failing_call_gets_a_false_thank_you_or_takes_the_words(school: World, struck: int) -> None:
    reached(
        "I/O faults at each call of SQLite and of the spool",
        f"{struck} faults, {school.thanked} kept and thanked for, {school.honest} told, {len(school.wrong)} wrong",
    )
    assert school.wrong == []
    assert school.thanked, "where the database fails, the spool takes it"
    assert school.honest, "where both fail, the child is told"
    assert struck >= trials(40, FEWEST)


def test_once_the_disk_is_well_the_database_takes_reports_again(school: World, struck: int) -> None:
    assert school.stuck == []


def test_the_spool_syncs_the_words_then_the_name_then_the_folder(school: World, faults: Faults) -> None:
    spool = school.config.spool_path
    shutil.rmtree(spool, ignore_errors=True)
    school.trial("spooling", faults.planned(Plan(0, errno.EIO, broken=DATABASE)))
    school.clear_spool("spooling")
    done = [
        (name, Path(path)) for name, path in faults.counted if name in {"mkdir", "write", "fsync", "replace"}
    ]
    done = [(name, path) for name, path in done if not path.name.startswith(REPORTS)]
    (unfinished,) = {path for _, path in done if path.suffix == ".part"}
    assert [name for name, path in done if path == unfinished] == ["write", "fsync", "replace"]
    assert done[-1] == ("fsync", spool)
    assert done.index(("mkdir", spool)) < done.index(("fsync", spool.parent)), "or a new folder may be gone"


def test_what_was_not_saved_leaves_no_piece_in_the_spool(school: World, faults: Faults) -> None:
    make_private_folder(
        school.config.spool_path
    )  # or only the first trial would make it, and count one call more
    school.trial("counting", faults.planned(Plan(0, errno.EIO, SPOOL, broken=DATABASE)))
    school.clear_spool("counting")
    names = [name for name, _ in faults.counted]
    for at in (names.index("write") + 1, names.index("fsync") + 1, names.index("replace") + 1):
        school.trial("spooling", faults.planned(Plan(at, errno.ENOSPC, SPOOL, broken=DATABASE)))
        assert faults.struck
        assert list(school.config.spool_path.iterdir()) == []


def test_a_thank_you_for_what_nobody_kept_would_be_caught(school: World, faults: Faults) -> None:
    before = list(school.wrong)
    with patch("kiosk.report.writer.put_aside"):
        school.trial("planted", faults.planned(Plan(1, errno.EIO, broken=DATABASE)))
    planted = school.wrong[len(before) :]
    school.wrong[:] = before
    assert any("FALSE THANK-YOU" in line for line in planted)


def test_lost_words_would_be_caught(school: World, faults: Faults) -> None:
    before = list(school.wrong)
    with patch("kiosk.report.views.pages.read", side_effect=lambda *given: (without_words(*given), [])):
        school.trial("planted", faults.planned(Plan(1, errno.EIO, for_ever=True)))
    planted = school.wrong[len(before) :]
    school.wrong[:] = before
    assert any("the words are gone" in line for line in planted)


def test_errors_are_those_of_the_disk(school: World, faults: Faults) -> None:
    """What the calls are made to say reaches Python as SQLite would say it of a real disk."""
    said = {}
    for error in ERRORS:
        with (
            faults.planned(Plan(1, error, for_ever=True)),
            closing(sqlite3.connect(school.config.data_dir / REPORTS)) as connection,
            pytest.raises(sqlite3.OperationalError) as raised,
        ):
            connection.execute("DELETE FROM reader")
        said[error] = str(raised.value)
    assert set(said.values()) <= {"attempt to write a readonly database", "unable to open database file"}
    with closing(sqlite3.connect(school.config.data_dir / REPORTS)) as connection:
        for error, words in ((errno.ENOSPC, "database or disk is full"), (errno.EIO, "disk I/O error")):
            connection.execute("SELECT * FROM reader").fetchall()
            with (
                faults.planned(Plan(1, error, for_ever=True)),
                pytest.raises(sqlite3.OperationalError) as raised,
            ):
                connection.execute("CREATE TABLE planted (a)")
            assert str(raised.value) == words


def without_words(*given: Any) -> Answers:
    """The answers as read, but for the words."""
    return replace(read(*given)[0], words="")
