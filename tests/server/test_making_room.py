"""Where there are too many connections, whoever comes is served, and those end whom it hurts least (promise G11)."""

import socket
from select import select

import pytest

from kiosk.server import loop as limits
from kiosk.server.loop import Loop
from tests.server.asking import (
    PAGE,
    PLEASE,
    Start,
    ask,
    connect,
    connect_deaf,
    heard_page,
    please,
    receive_all,
)
from tests.serving import PATIENCE_SECONDS, wait_until

HALF = b"GET / HTTP/1.1\r\nX: "


def idle(port: int) -> socket.socket:
    """A browser that was answered and keeps its connection."""
    one = connect(port, PLEASE)
    assert heard_page(one).endswith(PAGE)
    return one


def unread(loops: list[Loop]) -> int:
    """How many connections have an answer that waits to be taken, and no thread at work."""
    return sum(one.is_unread for one in list(loops[0].active_channels.values()))


def idling(loops: list[Loop]) -> int:
    """How many connections wait for their next request, with no thread at work for them."""
    return sum(one.owes_since is None and not one.requests for one in list(loops[0].active_channels.values()))


def is_served(one: socket.socket) -> bool:
    """Whether a connection still gets a page."""
    one.sendall(PLEASE)
    return heard_page(one).endswith(PAGE)


@pytest.fixture(autouse=True)
def room_for_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CONNECTIONS", 3)


@pytest.fixture(params=[0, PATIENCE_SECONDS], ids=["late at once", "never late"])
def late_after(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LATE_SECONDS", request.param)


@pytest.mark.usefixtures("late_after")
def test_among_browsers_that_idle_whoever_comes_next_is_served_and_the_oldest_ends(
    start: Start, loops: list[Loop]
) -> None:
    port = start()
    kept = []
    for count in range(1, 4):
        kept.append(idle(port))
        wait_until(lambda: idling(loops) == count, lambda: "its thread is done")  # noqa: B023 - asked at once
    assert ask(port).endswith(PAGE)
    assert receive_all(kept.pop(0)) == b""
    assert all(map(is_served, kept))
    for one in kept:
        one.close()


def test_an_unfinished_request_ends_before_an_idle_browser(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LATE_SECONDS", 0)
    port = start()
    kept, held = idle(port), [connect(port, HALF), connect(port, HALF)]
    for _ in range(5):
        assert ask(port).endswith(PAGE)
    assert receive_all(held[0]) == b"", "the oldest unfinished one"
    assert is_served(kept)
    held[1].close()
    kept.close()


def test_a_request_that_has_only_just_begun_outlives_an_idle_browser(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LATE_SECONDS", PATIENCE_SECONDS)
    port = start()
    begun = connect(port, HALF)
    kept = [idle(port), idle(port)]
    assert ask(port).endswith(PAGE)
    ended, _, _ = select(kept, [], [], PATIENCE_SECONDS)  # whose thread was done first is chance
    assert [receive_all(one) for one in ended] == [b""]
    begun.sendall(b"\r\n\r\n")
    assert heard_page(begun).endswith(PAGE)
    for one in (begun, *kept):
        one.close()


def test_whoever_does_not_take_the_answer_ends_before_an_idle_browser(
    start: Start, loops: list[Loop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LATE_SECONDS", 0)
    port = start()
    kept = [idle(port), idle(port)]
    deaf = connect_deaf(port, please("/8"))
    wait_until(lambda: unread(loops) == 1, lambda: "it has taken its answer")
    assert ask(port).endswith(PAGE)
    wait_until(lambda: unread(loops) == 0, lambda: "who does not read stays")
    assert all(map(is_served, kept))
    for one in (deaf, *kept):
        one.close()


def test_nobody_ends_where_nobody_has_come(
    start: Start, loops: list[Loop], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = start()
    kept = [idle(port) for _ in range(3)]
    monkeypatch.setattr(limits, "MOST_CONNECTIONS", 2)
    loops[0].trigger.pull_trigger(loops[0].handle_accept)  # as when the other process was quicker
    assert all(map(is_served, kept))
    for one in kept:
        one.close()
