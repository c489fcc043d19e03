"""One process's loop, run in a thread of the tests."""

import socket
import threading
from collections.abc import Iterator

import pytest

from kiosk.server import connection
from kiosk.server import loop as limits
from kiosk.server.loop import Loop
from tests.server.asking import Start, echo_length
from tests.serving import HOST, PATIENCE_SECONDS


@pytest.fixture
def loops() -> list[Loop]:
    """The loops that `start` has started."""
    return []


@pytest.fixture
def start(loops: list[Loop], monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts one process's loop in a thread; call it after the limits are set, and it returns the port.

    Where a test sets none, nobody is ended for being slow: on a busy machine everybody is.
    """
    monkeypatch.setattr(limits, "READ_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(connection, "IDLE_SECONDS", PATIENCE_SECONDS)
    threads: list[threading.Thread] = []

    def begin() -> int:
        loop = Loop(echo_length, socket.create_server((HOST, 0)))
        loops.append(loop)
        threads.append(threading.Thread(target=loop.run))
        threads[-1].start()
        return int(loop.effective_port)

    yield begin
    for loop, thread in zip(loops, threads, strict=True):
        loop.stop()
        thread.join()
        loop.task_dispatcher.shutdown()
        loop.trigger._close()
