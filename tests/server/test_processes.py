"""`kiosk serve` as an init system meets it: who dies is replaced, a taken port is said, a stop is orderly."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from kiosk.config import Config
from kiosk.server.loop import STOP_READ_SECONDS
from tests.demo_school import ADDRESS, copied_demo
from tests.faults.kill_counts import count
from tests.faults.kill_processes import children
from tests.faults.kill_school import make_staffed_school
from tests.faults.kill_tellers import ACKNOWLEDGED, Teller
from tests.holding import held_body
from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, running_kiosk, wait_until
from tests.tree import ROOT

RESTARTS = 3
TELLERS = 4
TRIES = 5


@dataclass(frozen=True)
class Told:
    """What was answered to a report that was finished after the stop, after how many seconds, and how kiosk ended."""

    said: bytes
    took: float
    code: int


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A school that takes reports."""
    return copied_demo(tmp_path / "school")


@pytest.fixture
def port() -> Iterator[int]:
    with reserved_port() as reserved:
        yield reserved


def settings(config: Config) -> dict[str, str]:
    return {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": ADDRESS}


def is_refused(port: int) -> bool:
    """Whether nobody listens on a port any more."""
    try:
        socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def is_reaped(parent: int, child: int) -> bool:
    """Whether a process has taken note that one it started is dead."""
    return child not in children(parent)


def answer_of(tablet: socket.socket) -> bytes:
    """Everything until the server ends the connection."""
    said = b""
    while some := tablet.recv(65536):
        said += some
    return said


def test_a_process_that_dies_is_replaced(config: Config, port: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running_kiosk("serve", "--port", str(port), port=port, settings=settings(config), log=log) as served:
        wait_until(lambda: len(children(served.pid)) == 2, lambda: "two processes serve")
        before = set(children(served.pid))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(
            lambda: len(children(served.pid)) == 2 and not before & {*children(served.pid)},
            lambda: "nobody took the places of those that were killed",
        )
        assert served.poll() is None
    assert served.returncode == 0
    assert log.read_text() == ""


@pytest.mark.later
def test_a_process_that_dies_while_the_place_of_another_waits_to_be_filled_is_replaced_too(
    config: Config, port: int, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with running_kiosk("serve", "--port", str(port), port=port, settings=settings(config), log=log) as served:
        for _ in range(RESTARTS):
            wait_until(lambda: len(children(served.pid)) == 2, lambda: "one of two places stays empty")
            for pid in children(served.pid):
                os.kill(pid, signal.SIGKILL)
                wait_until(partial(is_reaped, served.pid, pid), lambda: "who is dead is still kept")
    assert served.returncode == 0


@pytest.mark.later
def test_processes_end_when_the_one_that_started_them_is_killed(
    config: Config, port: int, tmp_path: Path
) -> None:
    with running_kiosk(
        "serve", "--port", str(port), port=port, settings=settings(config), log=tmp_path / "log"
    ) as served:
        wait_until(lambda: len(children(served.pid)) == 2, lambda: "two processes serve")
        served.kill()
        served.wait()
        wait_until(lambda: is_refused(port), lambda: "the port is still held")


def test_a_port_that_is_taken_stops_the_start_with_one_line_and_leaves_no_socket_open(config: Config) -> None:
    with socket.create_server((HOST, 0)) as other:
        taken = str(other.getsockname()[1])
        said = subprocess.run(
            [sys.executable, "-W", "default::ResourceWarning", "-m", "kiosk", "serve", "--port", taken],
            env=os.environ | settings(config) | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"kiosk: cannot serve on {HOST}, port {taken}: Address already in use\n"


def test_a_report_that_had_begun_when_the_stop_came_is_taken_and_the_server_ends(
    config: Config, port: int, tmp_path: Path
) -> None:
    for _ in range(TRIES):
        told = finish_after_stop(config, port, tmp_path / "log")
        if ACKNOWLEDGED in told.said or told.took < STOP_READ_SECONDS:
            break
    else:
        pytest.fail(
            f"no trial: {TRIES} times the rest of a report and its answer took {STOP_READ_SECONDS} seconds or more"
        )
    assert ACKNOWLEDGED in told.said
    assert b"Connection: close" in told.said
    assert told.code == 0


def finish_after_stop(config: Config, port: int, log: Path) -> Told:
    """Begin a report, have the server stop, and send the rest.

    The server waits for the rest for a while only: on a busy machine it may come too late, and then it shows nothing.
    """
    rest = b"not+kind&concern=bullying&nonce=stop-" + b"n" * 40
    begun = held_body("/report/ks2/en", length=len(b"words=" + rest))
    with running_kiosk("serve", "--port", str(port), port=port, settings=settings(config), log=log) as served:
        tablet = socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS)
        tablet.sendall(begun)
        stopped = time.monotonic()
        served.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(port), lambda: "it still takes connections")
        said = b""
        with suppress(ConnectionError):  # it came too late, or nobody waited for it
            tablet.sendall(rest)
            said = answer_of(tablet)
        took = time.monotonic() - stopped
        tablet.close()
        code = served.wait(PATIENCE_SECONDS)
    return Told(said, took, code)


@pytest.mark.later
@pytest.mark.database("sqlite")
def test_no_acknowledgement_is_lost_while_the_server_is_started_again(port: int, tmp_path: Path) -> None:
    config = make_staffed_school(tmp_path / "data")
    stop = threading.Event()
    tellers = [Teller(number, port, stop) for number in range(TELLERS)]
    for turn in range(RESTARTS):
        said = [len(teller.acknowledged) for teller in tellers]
        with running_kiosk(
            "serve", "--port", str(port), port=port, settings=settings(config), log=tmp_path / "log"
        ):
            if turn == 0:
                for teller in tellers:
                    teller.start()
            wait_until(
                lambda said=said: all(  # type: ignore[misc]
                    len(teller.acknowledged) > before + 3
                    for teller, before in zip(tellers, said, strict=True)
                ),
                lambda: "nobody tells",
            )
            if turn == RESTARTS - 1:
                stop.set()
                for teller in tellers:
                    teller.join()
    counted = count(config, itertools.chain.from_iterable(teller.acknowledged for teller in tellers))
    assert counted.acknowledged >= TELLERS * RESTARTS * 3
    assert (counted.lost, counted.doubled, counted.without_alert) == (
        0,
        0,
        0,
    )  # no mail server takes alerts here
    assert counted.whole
    assert [odd for teller in tellers for odd in teller.odd] == []
