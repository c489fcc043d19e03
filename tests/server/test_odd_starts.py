"""A process that is told to stop as it begins, and a system that has no process left (promise G11)."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.kill_processes import children
from tests.server.asking import PAGE, ask
from tests.serving import reserved_port, stop, wait_until
from tests.tree import ROOT


@contextmanager
def started(way: str, mark: Path, log: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A server whose first start goes wrong in this way, and its port; ended in the orderly way."""
    with reserved_port() as port, log.open("wb") as said:
        command = [sys.executable, "-m", "tests.server.odd_starts", way, str(port), str(mark)]
        with subprocess.Popen(command, cwd=ROOT, stderr=said) as server:
            try:
                wait_until(
                    lambda: server.poll() is not None or (mark.exists() and mark.read_text()),
                    lambda: "nobody was started",
                )
                yield server, port
            finally:
                stop(server)


@pytest.mark.later
def test_a_process_that_is_told_to_stop_before_it_serves_ends(tmp_path: Path) -> None:
    mark = tmp_path / "first"
    with started("told to stop", mark, tmp_path / "log") as (server, port):
        first = int(mark.read_text())
        wait_until(
            lambda: children(server.pid) and first not in children(server.pid),
            lambda: "it serves on as if nobody had told it",
        )
        assert ask(port).endswith(PAGE), "another took its place"
    assert server.returncode == 0


@pytest.mark.later
def test_a_system_without_room_for_a_process_is_asked_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with started("no room", tmp_path / "mark", log) as (server, port):
        assert server.poll() is None, "one fork that the system refused ended the whole site"
        assert ask(port).endswith(PAGE)
    assert server.returncode == 0
    assert log.read_text().splitlines() == ["ERROR server: BlockingIOError", "ERROR server: OSError"]
