"""The database may refuse any statement and any COMMIT, for any reason it has (promises D1, D3)."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, event

from kiosk.report.intake import SealedReport
from kiosk.report.writer import NotSaved, Writer
from tests.faults.figures import FULL, reached, trials
from tests.faults.io_faults_world import World, world
from tests.serving import PATIENCE_SECONDS, wait_until

REFUSALS = (
    sqlite3.OperationalError("disk I/O error"),
    sqlite3.OperationalError("database or disk is full"),
    sqlite3.OperationalError("attempt to write a readonly database"),
    sqlite3.OperationalError("database is locked"),
    sqlite3.OperationalError("unable to open database file"),
    sqlite3.OperationalError("no such table: report"),
    sqlite3.DatabaseError("database disk image is malformed"),
    sqlite3.DatabaseError("file is not a database"),
)


@dataclass
class Refusing:
    """Refuses the `at`-th statement or COMMIT of an engine, or every one from it on."""

    engine: Engine
    error: Exception
    at: int
    for_ever: bool = False
    count: int = 0

    def ask(self, *_: Any) -> None:
        """Raise in place of the database."""
        self.count += 1
        if self.count == self.at or (self.for_ever and self.count > self.at > 0):
            raise self.error

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
        with patch.object(self.engine.dialect, "do_commit", commit):
            yield
        for kind in kinds:
            event.remove(self.engine, kind, self.ask)


@contextmanager
def no_spool(spool: Path) -> Iterator[None]:
    """While it is open, the spool cannot be written: a file stands in its place."""
    if spool.is_dir():
        spool.rmdir()
    spool.write_text("in the way")
    yield
    spool.unlink()


@pytest.fixture(scope="module", params=[True, False], ids=["with a copy of the readers", "without one"])
def school(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("engine"), copy_of_readers=request.param) as made:
        yield made


def test_no_refusal_gets_a_false_thank_you_or_takes_the_words(school: World) -> None:
    engine, spool = school.databases.reports.engine, school.config.spool_path
    asked = Refusing(engine, REFUSALS[0], 0)
    school.trial("counting", asked.going_on())
    every = [
        (Refusing(engine, error, at, for_ever), spooled)
        for error in REFUSALS
        for at in range(1, asked.count + 1)
        for for_ever in (False, True)
        for spooled in (True, False)
    ]
    school.thanked = school.honest = 0
    for refusing, spooled in every if FULL else Random(3).sample(every, trials(40, 0)):
        name = f"{refusing.error} at {refusing.at}, for ever: {refusing.for_ever}, spool: {spooled}"
        if spooled:
            school.trial(name, refusing.going_on())
        else:
            with no_spool(spool):
                school.trial(name, refusing.going_on())
        assert refusing.count >= refusing.at, name
        school.clear_spool(name)
    reached(
        "refusals of the database",
        f"{school.thanked + school.honest} trials, {school.thanked} kept and thanked for, {school.honest} told, "
        f"{len(school.wrong)} wrong",
    )
    assert asked.count > 8, "a report takes more statements than that"
    assert school.wrong == []
    assert school.stuck == []
    assert school.thanked
    assert school.honest


def test_an_error_that_nobody_thought_of_leaves_no_child_waiting(school: World, tmp_path: Path) -> None:
    answers: list[str] = []
    first, go_on = threading.Event(), threading.Event()

    def write(*_: Any) -> Any:
        first.set()
        go_on.wait()
        raise MemoryError

    def tell() -> None:
        try:
            writer.keep(SealedReport(**nothing))
        except NotSaved:
            answers.append("told")
        else:
            answers.append("thanked")

    nothing: dict[str, Any] = dict.fromkeys(SealedReport.__dataclass_fields__)
    writer = Writer(school.databases.reports, tmp_path / "spool")
    with patch("kiosk.report.writer.store", side_effect=write):
        children = [threading.Thread(target=tell, daemon=True) for _ in range(3)]
        children[0].start()
        first.wait()
        for child in children[1:]:
            child.start()
        wait_until(lambda: writer._queue.qsize() == 2, lambda: "two more wait")
        go_on.set()
        for child in children:
            child.join(PATIENCE_SECONDS)
    assert len(answers) == 3
