"""`kiosk demo` as a person runs it: it serves, says how to get in, and leaves nothing running behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.demo_school import copied_demo
from tests.tree import ROOT

START_SECONDS, STOP_SECONDS = 120, 30
PROC = Path("/proc")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def children_of(pid: int) -> set[int]:
    """Processes below one, as Linux lists them."""
    found: set[int] = set()
    for path in PROC.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if path.read_text().rsplit(")", 1)[1].split()[1] == str(pid):
                child = int(path.parent.name)
                found |= {child} | children_of(child)
    return found


def fetch(address: str) -> str:
    with urlopen(address, timeout=10) as answer:
        return str(answer.read().decode())


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running demo and its address."""
    copied_demo(tmp_path / "demo")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    environment |= {
        "KIOSK_DATA_DIR": str(tmp_path / "demo"),
        "KIOSK_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "demo"],
            cwd=tmp_path,
            env=environment,
            stdout=said,
            stderr=said,
            text=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_it_answers(process, address)
            yield process, address
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _wait_until_it_answers(process: subprocess.Popen[str], address: str) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(URLError, OSError):
            fetch(address + "/healthz")
            return
        time.sleep(0.2)


@pytest.mark.skipif(not PROC.is_dir(), reason="processes are counted as Linux lists them")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_serves_until_it_is_told_to_stop_and_takes_its_worker_along(
    demo: tuple[subprocess.Popen[str], str], tmp_path: Path, stop: signal.Signals
) -> None:
    process, address = demo
    said = (tmp_path / "said").read_text
    assert process.poll() is None, said()
    assert "Hollybank School" in fetch(address + "/")
    assert "/staff/become/" in fetch(address + "/demo")
    assert f"{address}/demo" in said()
    ends = time.monotonic() + STOP_SECONDS
    while len(below := children_of(process.pid)) < 3 and time.monotonic() < ends:
        time.sleep(0.1)  # the second server may still be on its way
    assert len(below) >= 3, "two servers and the worker"
    process.send_signal(stop)
    assert process.wait(STOP_SECONDS) == 0, said()
    assert not [pid for pid in below if (PROC / str(pid)).exists()]
    assert "Traceback" not in said()
