"""The deadlines of the server run on when somebody sets the computer's clock back (promise G11, ADR 22)."""

import time

import pytest

from kiosk.server import connection as times
from kiosk.server import loop as limits
from tests.server.asking import PAGE, PLEASE, Start, connect, receive_all

DAY = 24 * 60 * 60


@pytest.fixture(params=[-DAY, DAY], ids=["back", "ahead"])
def set_clock(request: pytest.FixtureRequest, start: Start, monkeypatch: pytest.MonkeyPatch) -> int:
    """The port of a server under which the clock was set after it had begun."""
    monkeypatch.setattr(times, "IDLE_SECONDS", 0.1)
    port, right = start(), time.time
    assert receive_all(connect(port, PLEASE)).endswith(PAGE), "it looks at who idles"
    monkeypatch.setattr(time, "time", lambda: right() + request.param)
    return port


@pytest.mark.main(1)
def test_a_request_that_is_never_finished_ends(set_clock: int, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = connect(set_clock, b"GET / HTTP/1.1\r\nX: ")
    monkeypatch.setattr(limits, "READ_SECONDS", 1)
    assert receive_all(begun).startswith(b"HTTP/1.1 408 ")


@pytest.mark.main(1)
def test_a_browser_that_idles_is_ended(set_clock: int) -> None:
    assert receive_all(connect(set_clock, PLEASE)).endswith(PAGE)
