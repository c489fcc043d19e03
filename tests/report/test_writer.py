"""One writer a process: reports that wait are committed together, and none is thanked for before it is durable."""

import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from kiosk.db import Database, Databases
from kiosk.outbox import OutboxRow
from kiosk.report import writer as writing
from kiosk.report.intake import SealedReport, store
from kiosk.report.models import Report
from kiosk.report.spool import bring_in, waiting
from kiosk.report.writer import NotSaved, Writer
from tests.report.failing import nothing_is_taken
from tests.report.sealed import RING, sealed_report, words_of
from tests.serving import PATIENCE_SECONDS

TOGETHER = 40


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Where reports wait that the database did not take."""
    return tmp_path / "spool"


@pytest.fixture
def writer(databases: Databases, spool: Path) -> Writer:
    """A writer of the reports database."""
    return Writer(databases.reports, spool)


def kept(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(Report)) or 0


def keep_all(writer: Writer, reports: list[SealedReport]) -> list[str]:
    """Every report in a thread of its own, all at once; how each was answered."""
    answers: list[str] = []
    barrier = threading.Barrier(len(reports))

    def one(sealed: SealedReport) -> None:
        barrier.wait()
        try:
            writer.keep(sealed)
            answers.append("kept")
        except NotSaved:
            answers.append("not saved")

    threads = [threading.Thread(target=one, args=(sealed,)) for sealed in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@contextmanager
def first_commit_after(reports: int) -> Iterator[None]:
    """The first commit waits until so many reports have been put into the queue."""
    first, all_there, rows = threading.Event(), threading.Event(), Database.rows
    queued = itertools.count(1)

    class Counted(SimpleQueue[Any]):
        def put(self, *args: Any, **options: Any) -> None:
            super().put(*args, **options)
            if next(queued) == reports:
                all_there.set()

    @contextmanager
    def slowly(self: Database, write: bool) -> Iterator[Connection]:
        if write and not first.is_set():
            first.set()
            assert all_there.wait(PATIENCE_SECONDS)
        with rows(self, write) as connection:
            yield connection

    with patch.object(Database, "rows", slowly), patch.object(writing, "SimpleQueue", Counted):
        yield


def test_what_is_kept_is_there_when_keep_returns(databases: Databases, writer: Writer) -> None:
    writer.keep(sealed_report(words="kept"))
    with databases.reports.session(write=False) as session:
        assert words_of(session) == ["kept"]


def test_forty_at_once_are_all_there_with_fewer_commits_than_reports(
    databases: Databases, writer: Writer
) -> None:
    commits: list[None] = []
    event.listen(databases.reports.engine, "commit", lambda connection: commits.append(None))
    with first_commit_after(TOGETHER):
        answers = keep_all(writer, [sealed_report(words=f"{number}") for number in range(TOGETHER)])
    assert answers == ["kept"] * TOGETHER
    assert kept(databases) == TOGETHER
    assert 1 <= len(commits) < TOGETHER / 2


def test_the_same_report_from_many_threads_is_one_row_and_everybody_is_told_so(
    databases: Databases, writer: Writer
) -> None:
    sealed = sealed_report(RING)
    assert keep_all(writer, [sealed] * 12) == ["kept"] * 12
    assert kept(databases) == 1
    with databases.reports.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == len(sealed.alerts) == 2


def test_the_same_report_from_two_processes_is_one_row(databases: Databases, spool: Path) -> None:
    sealed, writers = sealed_report(), [Writer(databases.reports, spool) for _ in range(6)]
    threads = [threading.Thread(target=one.keep, args=(sealed,)) for one in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (kept(databases), waiting(spool)) == (1, [])


def test_one_that_lost_a_race_against_its_double_is_looked_for_again_before_the_spool_is_asked(
    databases: Databases, writer: Writer, spool: Path
) -> None:
    tries: list[SealedReport] = []

    def racing(session: Any, sealed: SealedReport) -> None:
        tries.append(sealed)
        if len(tries) == 1:
            raise IntegrityError("insert", {}, Exception("there is one"))
        store(session, sealed)

    with patch.object(writing, "store", racing):
        writer.keep(sealed_report())
    assert (len(tries), kept(databases), waiting(spool)) == (2, 1, [])


def test_one_report_that_is_refused_takes_no_other_down_with_it(
    databases: Databases, writer: Writer, spool: Path
) -> None:
    bad = sealed_report(words="bad")

    def refusing(session: Any, sealed: SealedReport) -> None:
        if sealed.id == bad.id:
            raise OperationalError("insert", {}, OSError("no"))
        store(session, sealed)

    good = [sealed_report(words=f"good {number}") for number in range(9)]
    with first_commit_after(10), patch.object(writing, "store", refusing):
        assert keep_all(writer, [*good, bad]) == ["kept"] * 10
    assert kept(databases) == 9
    assert len(waiting(spool)) == 1, "the refused one waits in the spool"


@pytest.mark.parametrize(
    "error", [OperationalError("insert", {}, OSError("locked")), OSError(5, "I/O"), RuntimeError("any other")]
)
def test_what_the_database_does_not_take_waits_in_the_spool_and_is_thanked_for(
    databases: Databases, writer: Writer, spool: Path, error: Exception
) -> None:
    with nothing_is_taken(error):
        writer.keep(sealed_report(words="kept"))
    assert (kept(databases), len(waiting(spool))) == (0, 1)
    assert bring_in(databases.reports, spool) == 1
    with databases.reports.session(write=False) as session:
        assert words_of(session) == ["kept"]


@pytest.mark.parametrize("error", [OSError("disk full"), RuntimeError("any other"), MemoryError()])
def test_what_neither_takes_is_not_saved_and_the_next_one_is(
    databases: Databases, writer: Writer, spool: Path, error: BaseException
) -> None:
    with nothing_is_taken(), patch.object(writing, "put_aside", side_effect=error):
        assert keep_all(writer, [sealed_report() for _ in range(5)]) == ["not saved"] * 5
    assert (kept(databases), waiting(spool)) == (0, [])
    writer.keep(sealed_report())
    assert kept(databases) == 1


def test_the_thread_ends_when_nothing_comes_and_begins_again(
    databases: Databases, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "IDLE_SECONDS", 0.02)
    before = threading.active_count()
    for number in range(3):
        writer.keep(sealed_report())
        thread = writer._thread
        if thread is not None:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()
        assert kept(databases) == number + 1
    assert threading.active_count() <= before + 1


def test_a_report_that_comes_while_the_thread_is_ending_is_kept(
    databases: Databases, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "IDLE_SECONDS", 0.0001)
    for _ in range(60):
        writer.keep(sealed_report())
    assert kept(databases) == 60


@pytest.mark.database("sqlite")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_that_was_forked_after_the_first_report_keeps_its_own(
    databases: Databases, writer: Writer
) -> None:
    first, of_child, of_parent = (sealed_report(words=words) for words in ("first", "of child", "of parent"))
    writer.keep(first)
    databases.reports.engine.dispose()
    child = os.fork()
    if child == 0:  # nothing of the tests may go on here
        code = 1
        try:
            writer.keep(of_child)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    writer.keep(of_parent)
    with databases.reports.session(write=False) as session:
        assert words_of(session) == ["first", "of child", "of parent"]
