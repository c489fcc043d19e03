"""`kiosk demo` as a person runs it: it serves, says how to get in, and leaves nothing running behind."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.demo_school import copied_demo
from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, running_kiosk, wait_until

PROC = Path("/proc")


def children_of(pid: int) -> set[int]:
    """Processes below one, as Linux lists them."""
    found: set[int] = set()
    for path in PROC.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if path.read_text().rsplit(")", 1)[1].split()[1] == str(pid):
                child = int(path.parent.name)
                found |= {child} | children_of(child)
    return found


def is_running(pid: int) -> bool:
    """Whether a process still does something; one that only waits to be counted as dead does not."""
    try:
        return (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def fetch(address: str) -> str:
    with urlopen(address, timeout=PATIENCE_SECONDS) as answer:
        return str(answer.read().decode())


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """A running demo and its address."""
    copied_demo(tmp_path / "demo")
    with reserved_port() as port:
        settings, log = {"KIOSK_DATA_DIR": str(tmp_path / "demo"), "KIOSK_PORT": str(port)}, tmp_path / "said"
        with running_kiosk("demo", port=port, settings=settings, log=log, folder=tmp_path) as process:
            yield process, f"http://{HOST}:{port}"


@pytest.mark.later
@pytest.mark.skipif(not PROC.is_dir(), reason="processes are counted as Linux lists them")
@pytest.mark.parametrize(
    "stop", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.later)], ids=["SIGTERM", "Ctrl-C"]
)
def test_it_serves_until_it_is_told_to_stop_and_takes_its_worker_along(
    demo: tuple["subprocess.Popen[bytes]", str], tmp_path: Path, stop: signal.Signals
) -> None:
    process, address = demo
    said = (tmp_path / "said").read_text
    assert "Hollybank School" in fetch(address + "/")
    assert "/staff/become/" in fetch(address + "/demo")
    assert f"{address}/demo" in said()
    wait_until(lambda: len(children_of(process.pid)) >= 3, lambda: "two servers and the worker")
    below = children_of(process.pid)
    process.send_signal(stop)
    assert process.wait(PATIENCE_SECONDS) == 0, said()
    # A server that is too busy to stop by itself is killed as the demo ends, and may die a moment after it.
    wait_until(lambda: not any(map(is_running, below)), lambda: f"the end of {below}")
    assert "Traceback" not in said()
