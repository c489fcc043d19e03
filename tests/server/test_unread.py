"""Answers that nobody takes, and requests sent ahead of them, hold neither a thread nor memory (promise G11)."""

import pytest

from kiosk.server import connection as times
from kiosk.server import loop as limits
from kiosk.server.loop import Loop
from tests.server.asking import PAGE, PLEASE, Start, ask, connect, connect_deaf, please, receive_all
from tests.serving import wait_until

LONG = please("/20")  # more than waitress by itself keeps for one connection


def test_answers_that_nobody_takes_hold_no_thread(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "THREADS", 1)
    port = start()
    deaf = [connect_deaf(port, LONG) for _ in range(2)]
    assert ask(port).endswith(PAGE)
    for one in deaf:
        one.close()


def test_whoever_never_takes_the_answer_is_ended_although_nothing_can_be_sent(
    start: Start, loops: list[Loop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "TAKE_SECONDS", 0.1)
    port = start()
    deaf = connect_deaf(port, LONG)
    wait_until(lambda: not loops[0].active_channels, lambda: "who does not read keeps the connection")
    deaf.close()


@pytest.mark.parametrize(
    "sent",
    [PLEASE * 200, PLEASE + PLEASE[:9], please(body=PAGE) + PLEASE],
    ids=["many", "half a second one", "a form first"],
)
def test_of_requests_that_are_sent_at_once_the_first_is_answered_and_the_connection_ends(
    start: Start, sent: bytes
) -> None:
    said = receive_all(connect(start(), sent))
    assert said.count(b"HTTP/1.1 200 OK") == 1
    assert b"Connection: close" in said
    assert said.endswith(PAGE)


@pytest.mark.parametrize("stray", [b"\r\n", b"\r\n\r\n"])
def test_an_empty_line_between_two_requests_ends_nothing(start: Start, stray: bytes) -> None:
    one = connect(start(), stray + please(body=PAGE) + stray)
    said = b""
    while not said.endswith(PAGE):
        said += one.recv(65536)
    assert b"Connection: close" not in said
    one.sendall(PLEASE.replace(b"Host", b"Connection: close\r\nHost"))
    assert receive_all(one).endswith(PAGE)
