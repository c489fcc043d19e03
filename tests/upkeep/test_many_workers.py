"""One worker for many schools: what hangs or breaks in one of them keeps no other from its rounds (promise M3)."""

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import Config, SettingError
from kiosk.host.log_lines import school_of_thread
from kiosk.upkeep import many_workers, worker
from kiosk.upkeep.many_workers import Turns, WorkersOfSchools, run_workers
from kiosk.upkeep.memory import WorkerMemory
from tests.fleet import make_fleet

LONG = 120  # seconds after which something hangs for ever
WELL, HANGING, BROKEN = "s000.example", "s001.example", "s002.example"


@pytest.fixture
def schools(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Config]:
    """Three schools, whose rounds follow one another without a pause."""
    for module in (worker, many_workers):
        monkeypatch.setattr(module, "TICK_SECONDS", 0)
    for name in ("LOOK_AGAIN_SECONDS", "LONGEST_TURN_SECONDS"):
        monkeypatch.setattr(many_workers, name, 0.01)
    return make_fleet(tmp_path, migrated, 3)[0]


def folder_of(schools: dict[str, Config]) -> Path:
    """The folder of their files."""
    return schools[WELL].data_dir.with_name("sites")


def holding_nothing(config: Config, memory: WorkerMemory) -> AbstractContextManager[None]:
    """What a school that nobody else could disturb holds."""
    return nullcontext()


@contextmanager
def working(schools: dict[str, Config]) -> Iterator[threading.Event]:
    """The worker of these schools for the block, and what stops it."""
    stop = threading.Event()
    thread = threading.Thread(target=run_workers, args=(schools, stop, folder_of(schools), holding_nothing))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(LONG)
        assert not thread.is_alive()


def test_a_school_that_hangs_and_one_that_breaks_hold_up_no_other(
    schools: dict[str, Config], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds, go_on, done = dict.fromkeys(schools, 0), threading.Event(), threading.Event()
    monkeypatch.setattr(many_workers, "Turns", lambda: Turns(1, 0.01))

    def run_round(hosts: Any, now: Any, memory: Any) -> None:
        host = school_of_thread()
        assert hosts.find("").config.public_url == f"https://{host}"
        rounds[host] += 1
        if rounds[WELL] > 5 and rounds[BROKEN] > 5 and rounds[HANGING]:
            done.set()
        if host == HANGING:
            go_on.wait(LONG)
        if host == BROKEN:
            raise ZeroDivisionError("Amira told that")

    monkeypatch.setattr(worker, "run_round", run_round)
    with caplog.at_level(logging.ERROR), working(schools):
        assert done.wait(LONG), rounds
        go_on.set()
    assert rounds[HANGING] >= 1
    assert f"{BROKEN}: the worker cannot work: ZeroDivisionError" in caplog.text
    assert "Amira" not in caplog.text
    assert WELL not in caplog.text


def test_a_school_that_cannot_be_opened_is_named_and_the_others_are_served(
    schools: dict[str, Config], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    served, both = set[str](), threading.Event()

    def run_round(*_: Any) -> None:
        served.add(school_of_thread())
        if served >= {WELL, HANGING}:
            both.set()

    monkeypatch.setattr(worker, "run_round", run_round)
    (schools[BROKEN].data_dir / "calendar.toml").write_text("closes = 7", encoding="utf-8")
    with caplog.at_level(logging.ERROR), working(schools):
        assert both.wait(LONG), served
    assert served == {WELL, HANGING}
    assert f"{BROKEN}: the worker cannot work: " in caplog.text


def test_what_is_held_for_a_school_is_begun_in_its_name(
    schools: dict[str, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list[str]()

    def begin(config: Config, memory: WorkerMemory) -> AbstractContextManager[None]:
        names.append(school_of_thread())
        return nullcontext()

    monkeypatch.setattr(WorkersOfSchools, "_start", lambda *_: None)
    workers = WorkersOfSchools(begin)
    workers.follow(schools)
    workers.end()
    assert names == [*schools]


def test_whoever_waited_through_a_turn_goes_on_beside_it() -> None:
    turns = Turns(1, 0.01)
    with turns.turn(), turns.turn(), turns.turn():
        pass
    with turns.turn():
        pass


def test_two_schools_with_one_key_have_no_worker(schools: dict[str, Config]) -> None:
    schools[BROKEN].key_path.write_bytes(schools[WELL].key_path.read_bytes())
    with pytest.raises(SettingError, match=f"{BROKEN}.toml: .*its site key is that of {WELL}"):
        run_workers(schools, threading.Event(), folder_of(schools), holding_nothing)
