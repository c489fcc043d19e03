"""Whatever is killed with -9 in a copy or a restore, at any instant: old or new, never neither, and never both."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.audit.verify import verify_log
from kiosk.backup.archive import Archive, ArchiveBroken
from kiosk.backup.card import new_card
from kiosk.backup.copying import copies_in
from kiosk.backup.restoring import restore
from kiosk.backup.switch import (
    JOURNAL,
    Switch,
    begin,
    complete,
    complete_interrupted,
    delete_left,
    staged_beside,
)
from kiosk.config import Config, SettingError
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import now_utc
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from tests.backup.conftest import SchoolWithCopies
from tests.backup.test_restoring import people_and_cases
from tests.sets import repeats
from tests.storage.planted import in_a_process

KILLED = signal.SIGKILL
TIMES = 200 if os.environ.get("FAULTS") == "full" else repeats(2, 8)


def seconds_of(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_copy_that_is_killed_leaves_the_old_ones_whole_and_none_that_is_not(
    small_school: SchoolWithCopies,
) -> None:
    folder, lot = small_school.copy().parent, random.Random(26)
    for path in copies_in(folder):
        path.rename(folder / "kiosk-2026-01-01-0130.kioskbackup")
    whole = seconds_of(small_school.copy)
    for _ in range(TIMES):
        in_a_process(small_school.copy, kill_after=lot.uniform(0, whole * 1.2))
        for path in copies_in(folder):
            Archive(path, small_school.card).check()
        assert folder / "kiosk-2026-01-01-0130.kioskbackup" in copies_in(folder)
    small_school.copy()
    assert {path.suffix for path in folder.iterdir()} == {".kioskbackup"}


@pytest.mark.later
def test_a_restore_that_is_killed_at_any_instant_leaves_old_or_new(small_school: SchoolWithCopies) -> None:
    kill_restores(small_school, TIMES)


@pytest.mark.later
def test_a_restore_that_dies_at_an_instant_that_matters_leaves_old_or_new(
    small_school: SchoolWithCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_school.config
    archive, new = Archive(small_school.copy(), small_school.card), people_and_cases(small_school.rows())

    def dying() -> None:
        restore(config, archive, replace=True, now=now_utc())

    on_files = not config.database_url
    for at, is_new in (
        ("begin", False),
        ("commit_all", on_files),
        ("complete", True),
    ):
        name_anew(config, at)
        old = people_and_cases(small_school.rows())
        with monkeypatch.context() as here:
            here.setattr(f"kiosk.backup.restoring.{at}", die)
            assert os.WIFSIGNALED(in_a_process(dying)), at
        complete_interrupted(config)
        assert people_and_cases(small_school.rows()) == (new if is_new else old), at
        with closing_databases(config) as databases:
            check_ready(config, databases)
        delete_left(config)
        assert not [path for path in config.data_dir.iterdir() if path.name.startswith(".")]


def die(*_: object, **__: object) -> None:
    """As a power cut."""
    os.kill(os.getpid(), KILLED)


def name_anew(config: Config, name: str) -> None:
    """Something that was done since the copy."""
    with closing_databases(config) as databases, databases.school.write() as session:
        session.execute(
            text("UPDATE staff_member SET name = :name WHERE name LIKE 'M%'"), {"name": f"M {name}"}
        )


def kill_restores(small_school: SchoolWithCopies, times: int) -> None:
    """Restore one of two copies, killed at a moment by lot, so many times; what is there is one of the two."""
    config, lot = small_school.config, random.Random(26)
    copies, states = list[Path](), list[list[bytes]]()
    for name in ("Ms Old", "Ms New"):
        with closing_databases(config) as databases, databases.school.write() as session:
            session.execute(
                text("UPDATE staff_member SET name = :name WHERE name LIKE 'Ms%'"), {"name": name}
            )
        made = small_school.copy()
        copies.append(Path(shutil.copy(made, made.with_suffix(f".{len(copies)}"))))
        states.append(people_and_cases(small_school.rows()))
    now = 1
    seen = set()

    def put_back() -> None:
        restore(config, Archive(copies[1 - now], small_school.card), replace=True, now=now_utc())

    whole = seconds_of(put_back)
    now = 1 - now
    for _ in range(times):
        in_a_process(put_back, kill_after=lot.uniform(whole * 0.2, whole * 1.2))
        try:
            complete_interrupted(config)
        except SettingError:  # between two commits of PostgreSQL: it is said, and the same restore ends it
            complete_interrupted(config, restoring=True)
            put_back()
        found = people_and_cases(small_school.rows())
        assert found in states
        whole *= 0.9 if found == states[1 - now] else 1.1  # a busy machine, or a quiet one, is met halfway
        now = states.index(found)
        seen.add(now)
        with closing_databases(config) as databases:
            check_ready(config, databases)
            with databases.school.session(write=False) as session:
                assert verify_log(session, small_school.card.site_key) == []
        assert not config.file(JOURNAL).exists()
    assert seen == {0, 1} or times < 25, "no kill came late, or none early"


FILE_ACTS = ("rename", "unlink", "mkdir", "chmod")


def dies_at(number: int, work: Callable[[], object]) -> bool:
    """Do it in a process that is killed before its act with files of this number; whether it had ended by then."""

    def dying() -> None:
        left = [number]

        def counted(act: Callable[..., object]) -> Callable[..., object]:
            def do(*args: object, **kwargs: object) -> object:
                if left[0] == 0:
                    os.kill(os.getpid(), KILLED)
                left[0] -= 1
                return act(*args, **kwargs)

            return do

        for name in FILE_ACTS:
            setattr(Path, name, counted(getattr(Path, name)))
        os.fsync = counted(os.fsync)  # type: ignore[assignment]
        work()

    return not os.WIFSIGNALED(in_a_process(dying))


@pytest.mark.parametrize("had", [True, False])
@pytest.mark.main(1)
def test_a_switch_that_is_killed_before_any_act_with_files_is_completed_by_the_next_command(
    tmp_path: Path, had: bool
) -> None:
    for number in range(200):
        config = Config(data_dir=tmp_path / str(number))
        config.data_dir.mkdir()
        names = ("school.sqlite", "reports.sqlite", "calendar.toml")
        moves = []
        for name in names:
            target = config.file(name)
            staged_beside(target).write_text(f"new {name}")
            moves.append((str(staged_beside(target)), str(target)))
            if had:
                target.write_text(f"old {name}")
                Path(f"{target}-wal").write_text("a log of the old one")
        older = config.file("before-restore-older")
        older.mkdir()
        switch = Switch("mark", "before-restore-now", tuple(moves))

        def work(config: Config = config, switch: Switch = switch) -> None:
            begin(config, switch)
            complete(config, switch)

        ended = dies_at(number, work)
        begun = config.file(JOURNAL).exists()
        said = complete_interrupted(config)
        assert bool(said) is begun
        state = {config.file(name).read_text() if config.file(name).exists() else "" for name in names}
        new = {f"new {name}" for name in names}
        if state == new:
            assert not list(config.data_dir.glob("*-wal"))
            kept = config.file("before-restore-now")
            assert {path.name for path in kept.glob("*")} == (
                {f"{name}{end}" for name in names for end in ("", "-wal")} if had else set()
            )
            assert not older.exists()
        else:  # before the journal was there
            assert state == ({f"old {name}" for name in names} if had else {""})
            assert not begun
        if ended:
            assert state == new
            assert number > 8
            return
    raise AssertionError("it never ended")


@pytest.mark.database("postgresql")
@pytest.mark.later
def test_a_restore_that_is_killed_between_two_commits_is_said_and_ends_when_it_is_done_again(
    small_school: SchoolWithCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_school.config
    archive = Archive(small_school.copy(), small_school.card)
    before = people_and_cases(small_school.rows())
    with closing_databases(config) as databases, databases.school.write() as session:
        session.execute(text("UPDATE staff_member SET name = 'Changed since'"))

    def first_alone(commits: list[Callable[[], None]]) -> None:
        commits[0]()
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("kiosk.backup.restoring.commit_all", first_alone)
        with pytest.raises(KeyboardInterrupt):
            restore(config, archive, replace=True, now=now_utc())
    with pytest.raises(SettingError, match="killed between the two databases"):
        complete_interrupted(config)
    # Whatever becomes of the next restore, nothing starts before one has ended.
    other = Archive(archive.path, new_card(small_school.card.site_key))
    assert "starts only once this one has" in complete_interrupted(config, restoring=True)
    with pytest.raises(ArchiveBroken):
        restore(config, other, replace=True, now=now_utc())
    for at in ("_end_sessions", "begin", "commit_all"):
        with monkeypatch.context() as dying:
            dying.setattr(f"kiosk.backup.restoring.{at}", die)
            again = partial(restore, config, archive, replace=True, now=now_utc())
            assert os.WIFSIGNALED(in_a_process(again)), at
        with pytest.raises(SettingError, match="killed between the two databases"):
            complete_interrupted(config)
    restore(config, archive, replace=True, now=now_utc())
    assert people_and_cases(small_school.rows()) == before
    assert complete_interrupted(config) == ""


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b"\xff\xfe", b""])
def test_a_journal_that_a_disk_has_lost_is_named_and_nothing_starts_before_a_restore_has_ended(
    tmp_path: Path, content: bytes
) -> None:
    config = Config(data_dir=tmp_path)
    config.file(JOURNAL).write_bytes(content)
    with pytest.raises(SettingError, match=r"restore\.journal cannot be read"):
        complete_interrupted(config)
    assert "starts only once this one has" in complete_interrupted(config, restoring=True)
    switch = Switch("mark", "before-restore-now", ())
    begin(config, switch)
    complete(config, switch)
    assert complete_interrupted(config) == ""


def test_what_was_made_beside_a_school_goes_unless_somebody_works_with_it(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "data", secret_key_file=tmp_path / "safe" / "site.key")
    (config.file(".drill-a")).mkdir(parents=True)
    config.key_path.parent.mkdir()
    left = [config.file(".drill-a/school.sqlite"), staged_beside(config.key_path)]
    left += [
        config.file(f".{name}.sqlite.restoring{end}")
        for name in ("school", "reports")
        for end in ("", "-wal")
    ]
    for path in left:
        path.write_bytes(b"names of children")
    with single_process(MAINTENANCE, config):
        delete_left(config)
    config.file(JOURNAL).touch()
    delete_left(config)
    assert all(path.exists() for path in left)
    config.file(JOURNAL).unlink()
    delete_left(config)
    assert not any(path.exists() for path in [*left, config.file(".drill-a")])
