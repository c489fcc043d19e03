"""kill -9 right before each statement of putting, merging and rewriting: nothing lost or doubled (promises D1, A15)."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import ImportedId, Report, ReportReader
from kiosk.storage.db import Database
from tests.faults.figures import FULL, reached, trials
from tests.faults.kill_at_a_step import Fuse, merge_and_die, put_and_die, tidy_and_die
from tests.faults.kill_counts import Counted, count, is_whole
from tests.faults.kill_putting import put, ring_of, sent_with
from tests.faults.kill_victims import begin
from tests.faults.merger import merger_of
from tests.faults.school import make_school

NONCES = [f"at-a-step-{number:016}" for number in range(4, 8)]  # one of them urgent
SOME = trials(8, 0)
SIGKILLED = -9


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A school in whose intake some reports wait, one of them urgent."""
    config = make_school(tmp_path_factory.mktemp("told") / "data")
    with merger_of(config) as intake:
        for nonce in NONCES:
            put(intake, ring_of(intake), nonce)
    return config


def copied(config: Config, folder: Path) -> Config:
    """The same school in another folder."""
    shutil.copytree(config.data_dir, folder)
    return config.model_copy(update={"data_dir": folder})


def killed(does: Callable[..., None], *arguments: Any) -> tuple[int | None, list[Any]]:
    """How the process ended, and what it had said by then."""
    process, heard = begin(does, *arguments)
    process.join()
    said = []
    with suppress(EOFError):
        while heard.poll():
            said.append(heard.recv())
    heard.close()
    return process.exitcode, said


def counted_after(config: Config, acknowledged: list[str]) -> Counted:
    """What both stores hold; whatever was not acknowledged may be there or not."""
    perhaps = [sent_with(nonce) for nonce in NONCES]
    return count(config, [sent_with(nonce) for nonce in acknowledged], perhaps)


def each_step(steps: int) -> list[int]:
    """Every statement, or a few by chance; the last one always."""
    every = range(1, steps + 1)
    return list(every) if FULL else sorted({*Random(8).sample(every, min(SOME, steps)), steps})


@pytest.mark.parametrize("does", [merge_and_die, tidy_and_die])
def test_whatever_step_a_merge_is_killed_at_each_report_comes_once(
    told: Config, tmp_path: Path, does: Callable[..., None]
) -> None:
    ended, said = killed(does, copied(told, tmp_path / "whole"), Fuse())
    assert ended == 0
    steps = each_step(said[-1])
    for at in steps:
        config = copied(told, tmp_path / f"{at}")
        assert killed(does, config, Fuse(at))[0] == SIGKILLED, at
        counted = counted_after(config, NONCES)
        assert counted.nothing_amiss, f"{at}: {counted}"
        shutil.rmtree(config.data_dir)
    reached(f"{does.__name__}", f"{len(steps)} kills of {said[-1]} statements, 0 lost, 0 doubled")


def test_whatever_step_a_child_is_cut_off_at_what_was_acknowledged_is_there_and_may_be_sent_again(
    tmp_path: Path,
) -> None:
    fresh = make_school(tmp_path / "fresh")
    ended, said = killed(put_and_die, copied(fresh, tmp_path / "whole"), NONCES, Fuse())
    assert (ended, said[:-1]) == (0, NONCES)
    steps = each_step(said[-1])
    for at in steps:
        config = copied(fresh, tmp_path / f"{at}")
        ended, thanked = killed(put_and_die, config, NONCES, Fuse(at))
        assert ended == SIGKILLED, at
        again = copied(config, tmp_path / "again")
        counted = counted_after(config, thanked)
        assert counted.nothing_amiss, f"{at}: {counted}"
        assert killed(put_and_die, again, NONCES, Fuse())[1][:-1] == NONCES
        counted = counted_after(again, NONCES)
        assert counted.nothing_amiss, f"{at}, sent again: {counted}"
        shutil.rmtree(config.data_dir)
        shutil.rmtree(again.data_dir)
    reached("putting", f"{len(steps)} kills of {said[-1]} statements, 0 lost, 0 doubled")


def test_a_merge_killed_between_its_commit_and_forgetting_does_not_bring_back_what_was_deleted_since(
    told: Config, tmp_path: Path
) -> None:
    config = copied(told, tmp_path / "data")
    assert killed(merge_and_die, config, Fuse(1, "DELETE FROM held"))[0] == SIGKILLED
    with merger_of(config) as intake:
        assert len(intake.held()) == _count(intake.reports, Report) == len(NONCES)
        with intake.reports.write() as session:  # it was opened, closed, and the thread had expired
            for table in (OutboxRow, ReportReader, Report):
                session.execute(delete(table))
        intake.merge_all()
        assert intake.held() == set()
        assert [_count(intake.reports, table) for table in (Report, OutboxRow)] == [0, 0]
    assert is_whole(config)


def test_without_the_note_of_what_was_brought_in_it_would_come_back(told: Config, tmp_path: Path) -> None:
    """The control: this is what the table is there for."""
    config = copied(told, tmp_path / "data")
    assert killed(merge_and_die, config, Fuse(1, "DELETE FROM held"))[0] == SIGKILLED
    with merger_of(config) as intake:
        with intake.reports.write() as session:
            for table in (ImportedId, OutboxRow, ReportReader, Report):
                session.execute(delete(table))
        intake.merge_all()
        assert _count(intake.reports, Report) == len(NONCES)


def _count(reports: Database, table: Any) -> int:
    with reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
