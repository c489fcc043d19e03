"""The disk may fail at any call: nobody is thanked for what is lost, and the words stay (promises D1, D3)."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.report.form.answers import ReportAnswers, read
from kiosk.report.intake.store import IntakeStore
from kiosk.report.intake.urgent import UrgentAlert, UrgentProgress
from tests.faults.figures import FULL, reached, trials
from tests.faults.io_faults_calls import ANYWHERE, INTAKE, REPORTS, STORES, Faults, Plan, python_calls
from tests.faults.io_faults_sqlite import replaced, why_not
from tests.faults.io_faults_world import STATES, World, is_thanks, world

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
FEWEST = 500
NOTHING_FAILS = Plan(0, 0)
SOME = trials(20, 0)  # of each act

Act = Callable[..., None]
ACTS: dict[str, Callable[[World], Act]] = {
    "tells": lambda school: school.trial,
    "tells in danger": lambda school: partial(school.trial, danger="yes"),
    "merges": lambda school: school.merge_trial,
    "tidies": lambda school: school.tidy_trial,
}


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    """Every call of SQLite and of Python on the stores of one school asks here first."""
    if reason := why_not():
        pytest.skip(reason)
    asked = Faults(tmp_path_factory.mktemp("calls") / "data")
    with replaced(asked), python_calls(asked):
        yield asked


@pytest.fixture(scope="module")
def school(faults: Faults) -> Iterator[World]:
    with world(faults.folder.parent) as made:
        yield made


def plans(act: Act, faults: Faults) -> Iterator[tuple[str, Plan]]:
    """Each call of both stores or of one, with each error: once, or for ever; and with the other store broken."""
    for state in STATES:
        for place in (ANYWHERE, *STORES):
            act("counting", faults.planned(replace(NOTHING_FAILS, place=place)), state)
            for at in range(1, len(faults.counted) + 1):
                for error in ERRORS:
                    yield state, Plan(at, error, place, for_ever=True)
                    if place == ANYWHERE:
                        yield state, Plan(at, error)
        for at, error in enumerate(ERRORS):
            yield state, Plan(at, error, INTAKE, broken=REPORTS)
            yield state, Plan(at, error, REPORTS, broken=INTAKE)


@pytest.mark.parametrize("does", ACTS)
def test_no_failing_call_gets_a_false_thank_you_loses_anything_or_takes_the_words(
    does: str, school: World, faults: Faults
) -> None:
    act, struck = ACTS[does](school), 0
    every = list(plans(act, faults))
    school.thanked = school.unheard = school.honest = school.merged = school.unmerged = 0
    for state, plan in every if FULL else Random(5).sample(every, SOME):
        act(f"{does}: {plan} {state}", faults.planned(plan), state)
        struck += bool(faults.struck)
    reached(
        f"I/O faults at each call, while somebody {does}",
        f"{struck} faults, {school.thanked} kept and thanked for, {school.unheard} of them told that nobody knows yet, "
        f"{school.honest} told that it did not work, {school.merged} merged in spite of it, {school.unmerged} later, "
        f"{len(school.wrong)} wrong",
    )
    assert school.wrong == []
    assert school.stuck == [], "once the disk is well, nothing needs a new connection"
    assert struck >= trials(SOME // 2, FEWEST)
    if does == "merges":
        assert school.merged and school.unmerged
    elif does != "tidies":
        assert school.thanked, "where the reports database fails, the intake takes it"
        assert school.honest, "where the intake fails, the child is told"


def test_with_the_reports_database_broken_every_child_is_thanked_and_in_danger_told_the_truth(
    school: World, faults: Faults
) -> None:
    school.thanked = school.unheard = school.honest = 0
    for danger in ("no", "yes"):
        for state in STATES:
            name = f"in danger: {danger}, {state}"
            school.trial(name, faults.planned(Plan(0, errno.EIO, broken=REPORTS)), state, danger)
            assert faults.struck or danger == "no"
    assert (school.wrong, school.stuck) == ([], [])
    assert (school.thanked, school.unheard, school.honest) == (6, 3, 0)


def test_the_intake_is_synced_after_the_last_word_and_before_the_thank_you(
    school: World, faults: Faults
) -> None:
    for state in STATES:
        school.trial("looking", faults.planned(replace(NOTHING_FAILS, place=INTAKE)), state)
        done = [name for name, file in faults.counted if file == f"{INTAKE}-wal"]
        assert [name for name in done if name in {"write", "pwrite", "pwrite64", "fsync"}][-1] == "fsync"
    assert school.wrong == []


def test_a_connection_opened_while_the_disk_took_nothing_sends_no_child_away_later(
    school: World, faults: Faults
) -> None:
    """SQLite opens a file for reading alone where it cannot for writing, and says nothing of it."""
    answers = school.answers()
    school.intake.dispose()
    with closing(sqlite3.connect(school.config.data_dir / INTAKE)) as of_another_process:
        of_another_process.execute("SELECT * FROM held").fetchall()
        with faults.planned(Plan(1, errno.EROFS, INTAKE, for_ever=True)):
            assert school.intake.held() == set()
            assert faults.struck
        assert is_thanks(school.send(answers))
    school.clear("read-only")
    assert (school.wrong, school.stuck) == ([], [])


def test_a_thank_you_for_what_nobody_kept_would_be_caught(school: World, faults: Faults) -> None:
    with patch.object(IntakeStore, "put"), planted(school) as found:
        school.trial("planted", faults.planned(NOTHING_FAILS))
    assert any("FALSE THANK-YOU" in line for line in found)


def test_saying_that_staff_know_when_nobody_does_would_be_caught(school: World, faults: Faults) -> None:
    told = patch.object(UrgentAlert, "reach_staff", return_value=UrgentProgress.MERGED)
    with told, planted(school) as found:
        school.trial("planted", faults.planned(Plan(0, errno.EIO, broken=REPORTS)), danger="yes")
    assert any("FALSE PROMISE" in line for line in found)


def test_forgetting_what_was_not_merged_would_be_caught(school: World, faults: Faults) -> None:
    with patch("kiosk.report.intake.transfer._store_all"), planted(school) as found:
        school.merge_trial("planted", faults.planned(NOTHING_FAILS))
    assert any("LOST" in line for line in found)


def test_lost_words_would_be_caught(school: World, faults: Faults) -> None:
    forgetful = patch("kiosk.report.form.views.read", side_effect=lambda *given: (without_words(*given), []))
    with forgetful, planted(school) as found:
        school.trial("planted", faults.planned(Plan(1, errno.EIO, for_ever=True)))
    assert any("the words are gone" in line for line in found)


def test_errors_are_those_of_the_disk(school: World, faults: Faults) -> None:
    """What the calls are made to say reaches Python as SQLite would say it of a real disk."""
    place = school.config.data_dir / INTAKE
    said = {}
    school.intake.dispose()
    for error in ERRORS:
        with (
            faults.planned(Plan(1, error, for_ever=True)),
            closing(sqlite3.connect(place)) as connection,
            pytest.raises(sqlite3.OperationalError) as raised,
        ):
            connection.execute("DELETE FROM held")
        said[error] = str(raised.value)
    assert set(said.values()) <= {"attempt to write a readonly database", "unable to open database file"}
    with closing(sqlite3.connect(place)) as connection:
        for error, words in ((errno.ENOSPC, "database or disk is full"), (errno.EIO, "disk I/O error")):
            connection.execute("SELECT * FROM held").fetchall()
            with (
                faults.planned(Plan(1, error, for_ever=True)),
                pytest.raises(sqlite3.OperationalError) as raised,
            ):
                connection.execute("CREATE TABLE planted (a)")
            assert str(raised.value) == words


@contextmanager
def planted(school: World) -> Iterator[list[str]]:
    """What is found wrong while a mistake is planted; afterwards nothing is wrong any more."""
    found: list[str] = []
    before = list(school.wrong)
    yield found
    found += school.wrong[len(before) :]
    school.wrong[:] = before


def without_words(*given: Any) -> ReportAnswers:
    """The answers as read, but for the words."""
    return replace(read(*given)[0], words="")
