"""Either store may refuse any statement and any COMMIT, for any reason it has (promises D1, D3)."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, Engine, event

from kiosk.storage import engines
from tests.faults.figures import FULL, reached, trials
from tests.faults.io_faults_world import World, world
from tests.faults.test_io_faults import ACTS, Act


@dataclass(frozen=True)
class Refusal:
    """What SQLite raises; some of its errors are told apart by their number alone."""

    kind: type[sqlite3.Error]
    words: str
    code: int = 0

    def __str__(self) -> str:
        return self.words

    def error(self) -> sqlite3.Error:
        """A new one each time: an error remembers during which other it was raised."""
        error = self.kind(self.words)
        if self.code:
            error.sqlite_errorcode = self.code
        return error


REFUSALS = (
    Refusal(sqlite3.OperationalError, "disk I/O error"),
    Refusal(sqlite3.OperationalError, "database or disk is full"),
    Refusal(sqlite3.OperationalError, "attempt to write a readonly database", sqlite3.SQLITE_READONLY),
    Refusal(sqlite3.OperationalError, "database is locked"),
    Refusal(sqlite3.OperationalError, "unable to open database file"),
    Refusal(sqlite3.OperationalError, "no such table: report", sqlite3.SQLITE_ERROR),
    Refusal(sqlite3.IntegrityError, "CHECK constraint failed", sqlite3.SQLITE_CONSTRAINT),
    Refusal(sqlite3.DatabaseError, "database disk image is malformed"),
    Refusal(sqlite3.DatabaseError, "file is not a database"),
)
SOME = trials(12, 0)  # of each act and store


@dataclass
class Refusing:
    """Refuses the `at`-th statement or COMMIT of an engine, or every one from it on."""

    engine: Engine
    refusal: Refusal
    at: int
    for_ever: bool = False
    count: int = 0

    def ask(self, *_: Any) -> None:
        """Raise in place of the database."""
        self.count += 1
        if self.count == self.at or (self.for_ever and self.count > self.at > 0):
            raise self.refusal.error()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """While it is open, the database refuses."""
        kinds = ("do_execute", "do_executemany", "do_execute_no_params")
        real = self.engine.dialect.do_commit

        def commit(connection: Any) -> None:
            self.ask()
            real(connection)

        for kind in kinds:
            event.listen(self.engine, kind, self.ask)
        with (
            patch.object(self.engine.dialect, "do_commit", commit),
            patch.object(engines, "driver_of", partial(self._driver, engines.driver_of)),
        ):
            yield
        for kind in kinds:
            event.remove(self.engine, kind, self.ask)

    def _driver(self, real: Callable[[Connection], Any], connection: Connection) -> Any:
        """The driver of a connection; this engine's own asks first, where BEGIN and prepared statements go to it."""
        driver = real(connection)
        if connection.dialect is not self.engine.dialect:
            return driver

        def execute(*given: Any) -> Any:
            self.ask()
            return driver.execute(*given)

        def fetch(words: str, values: Any, alone: bool) -> Any:
            return execute(words, values).fetchall()

        return SimpleNamespace(execute=execute, fetch=fetch)


@pytest.fixture(scope="module", params=[True, False], ids=["with a copy of the readers", "without one"])
def school(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("engine"), readers_known=request.param) as made:
        yield made


def refuse(school: World, act: Act, engine: Engine) -> int:
    """Each statement of one store is refused in each way, once and for ever; how many there are in one act."""
    asked = Refusing(engine, REFUSALS[0], 0)
    act("counting", asked.going_on())
    every = list(itertools.product(REFUSALS, range(1, asked.count + 1), (False, True)))
    for refusal, at, for_ever in every if FULL else Random(3).sample(every, SOME):
        refusing = Refusing(engine, refusal, at, for_ever)
        act(f"{refusal} at {at}, for ever: {for_ever}, of {engine.url.database}", refusing.going_on())
        assert refusing.count >= at
    return asked.count


@pytest.mark.parametrize("does", [does for does in ACTS if does != "tidies"])  # it asks sqlite3 itself
def test_no_refusal_gets_a_false_thank_you_loses_anything_or_takes_the_words(
    does: str, school: World
) -> None:
    act = ACTS[does](school)
    school.thanked = school.unheard = school.honest = school.merged = school.unmerged = 0
    of_reports = refuse(school, act, school.intake.reports.engine)
    told_although_it_failed = school.thanked
    of_intake = refuse(school, act, school.intake.intake.engine)
    reached(
        f"refusals of {of_reports} statements of the reports database and {of_intake} of the intake, {does}",
        f"{school.thanked} kept and thanked for, {school.unheard} of them told that nobody knows yet, "
        f"{school.honest} told that it did not work, {school.merged} merged in spite of it, {school.unmerged} later, "
        f"{len(school.wrong)} wrong",
    )
    assert (school.wrong, school.stuck) == ([], [])
    if does == "merges":
        assert school.merged and school.unmerged
    else:
        assert school.honest and told_although_it_failed
        assert bool(school.unheard) == (does == "tells in danger")


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_nobody_in_danger_is_told_that_staff_know_when_the_merge_was_refused(
    refusal: Refusal, school: World
) -> None:
    counting = Refusing(school.intake.reports.engine, refusal, 0)
    school.trial("counting", counting.going_on())
    reading = counting.count  # the form's readers are found first: what follows is the merge
    school.unheard = 0
    refusing = Refusing(school.intake.reports.engine, refusal, reading + 1, for_ever=True)
    school.trial(str(refusal), refusing.going_on(), danger="yes")
    found, school.wrong[:] = list(school.wrong), []
    assert found == []
    assert school.unheard == 1
