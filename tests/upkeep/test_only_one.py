"""Two workers, or two servers, on one data folder: refused in one line, or harmless."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.config import Config
from kiosk.host.heartbeat import FILE_NAME
from kiosk.sealing.site_key import make_site_key
from kiosk.start import closing_databases
from kiosk.upkeep.only_one import NAMES, WORKER, single_process
from tests.serving import PATIENCE_SECONDS, reserved_port, running_kiosk, stop, wait_until
from tests.tree import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="not tried on Windows")


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """The data folder of a school that was set up."""
    data_dir = tmp_path / "school"
    shutil.copytree(migrated, data_dir)
    make_site_key(data_dir / "site.key")
    return data_dir


@pytest.fixture
def settings(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    return kept | {"KIOSK_AS_ROOT": "yes", "KIOSK_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}


def start(command: str, settings: dict[str, str], *more: str) -> "subprocess.Popen[str]":
    asked = [sys.executable, "-m", "kiosk", command, *more]
    return subprocess.Popen(asked, env=settings, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def worker(settings: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A worker that is at work."""
    with start("worker", settings) as first:
        try:
            at_work = folder / FILE_NAME
            wait_until(lambda: at_work.exists() or first.poll() is not None, lambda: "it does not begin")
            yield first
        finally:
            stop(first)  # type: ignore[arg-type]


def test_a_second_worker_is_refused_in_one_line_and_the_first_goes_on(
    worker: "subprocess.Popen[str]", settings: dict[str, str], folder: Path
) -> None:
    with start("worker", settings) as second:
        said, complaint = second.communicate(timeout=PATIENCE_SECONDS)
    assert (second.returncode, said) == (1, "")
    assert complaint == (
        f"kiosk: KIOSK_DATA_DIR: another `kiosk worker` works on {folder} already (process {worker.pid}); "
        "one is enough\n"
    )
    assert worker.poll() is None


@pytest.mark.later
def test_after_a_worker_was_killed_the_next_one_starts(
    worker: "subprocess.Popen[str]", settings: dict[str, str], folder: Path
) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait(PATIENCE_SECONDS)
    beat = folder / FILE_NAME
    beat.unlink()
    with start("worker", settings) as second:
        wait_until(lambda: beat.exists() or second.poll() is not None, lambda: "it does not begin")
        assert second.poll() is None
        stop(second)  # type: ignore[arg-type]


@pytest.mark.later
def test_two_servers_on_one_folder_serve_the_same_school_side_by_side(
    settings: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    """Each is several processes already, which know of each other through the databases alone."""
    from_outside = {"KIOSK_DATA_DIR": str(folder)}
    with ExitStack() as both:
        for name in ("one", "two"):
            port = both.enter_context(reserved_port())
            log = tmp_path / f"{name}.log"
            both.enter_context(
                running_kiosk("serve", "--port", str(port), port=port, settings=from_outside, log=log)
            )
    for name in ("one", "two"):
        assert "Traceback" not in (tmp_path / f"{name}.log").read_text()
    with closing_databases(Config(data_dir=folder)) as databases:
        for database in (databases.school, databases.reports, databases.sessions):
            with database.engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.later
def test_a_second_server_on_the_same_port_is_refused_in_one_line(
    settings: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    with reserved_port() as port:
        log, from_outside = tmp_path / "one.log", {"KIOSK_DATA_DIR": str(folder)}
        with running_kiosk("serve", "--port", str(port), port=port, settings=from_outside, log=log) as first:
            with start("serve", settings, "--port", str(port)) as second:
                said, complaint = second.communicate(timeout=PATIENCE_SECONDS)
            assert second.returncode != 0
            assert "Traceback" not in complaint + said
            assert first.poll() is None


def test_whoever_comes_next_learns_of_all_who_ended_one_after_the_other(folder: Path) -> None:
    """One that was killed before it had looked left what those before it had left."""
    config, known = Config(data_dir=folder), list[str]()
    for number in range(NAMES + 2):
        with single_process(WORKER, config, f"{number:02x}") as ended:
            known.append(ended)
    assert known[:4] == ["", "00", "01 00", "02 01 00"]
    assert len(known[-1].split()) == NAMES
