"""The gate in front of a PostgreSQL that is away opens again, whatever breaks while it is shut (ADR 21)."""

import threading
from typing import Any

import psycopg
import pytest

from kiosk.storage import postgresql
from kiosk.storage.postgresql import CircuitBreaker
from tests.serving import wait_until


class Server:
    """A server that is away at first, then breaks the looking in some ways, then answers."""

    def __init__(self, *breaks: BaseException) -> None:
        self._breaks = [psycopg.OperationalError("away"), *breaks]

    def connect(self) -> Any:
        """A connection, or what is next to break."""
        if self._breaks:
            raise self._breaks.pop(0)
        return self

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "PROBE_SECONDS", 0)


def is_open(gate: CircuitBreaker, server: Server) -> bool:
    """Whether the gate lets somebody through to a server that is back."""
    try:
        gate.connect(server.connect)
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize(
    "broken",
    [psycopg.OperationalError("still away"), OSError(24, "Too many open files"), MemoryError()],
    ids=["still away", "no file left", "no memory left"],
)
def test_the_gate_opens_again_although_looking_broke_once(broken: BaseException) -> None:
    gate, server = CircuitBreaker(), Server(broken)
    with pytest.raises(psycopg.OperationalError):
        gate.connect(server.connect)
    wait_until(lambda: is_open(gate, server), lambda: "the gate stays shut")


def test_where_no_thread_can_look_the_gate_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    gate, server = CircuitBreaker(), Server()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(psycopg.OperationalError):
            gate.connect(server.connect)
    assert is_open(gate, server)
