"""The loop holds what is sent under /report until its beat, and nothing else; its clock is the test's (promise A20)."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.server import line as line_module
from kiosk.server import loop as limits
from kiosk.server.line import Line
from kiosk.server.loop import Loop
from tests.report.clock import Clock
from tests.server import conftest
from tests.server.asking import PAGE, PLEASE, Start, ask, connect, connect_deaf, please, receive_all
from tests.serving import wait_until

WORDS = b"words=they+took+my+bag"
CLOSE = "Connection: close\r\n"
TELLING = please("/report/ks2/en", CLOSE, WORDS)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The line's clock, which stands until a test moves it."""
    clock = Clock()
    monkeypatch.setattr(limits, "Line", lambda beats: Line(clock, beats=beats))
    return clock


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What has reached the app."""
    taken: list[bytes] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        taken.append(body)
        answer = body * 5000 if environ["PATH_INFO"].endswith("/long") else body
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    monkeypatch.setattr(conftest, "echo_length", app)
    return taken


Beat = Callable[[], None]


@pytest.fixture
def beat(clock: Clock, loops: list[Loop]) -> Beat:
    """Lets the next beat begin, and returns once every thread is done with it."""

    def begin() -> None:
        loop, before = loops[0], clock.now
        clock.now = before + line_module.BEAT_SECONDS
        loop.pull_trigger()
        wait_until(lambda: loop.line._beat > before and not in_threads(loop), lambda: "threads go on")

    return begin


def in_threads(loop: Loop) -> bool:
    return any(one.requests for _, together in loop.line._beats for one in together)


def stands(loops: list[Loop], count: int) -> None:
    wait_until(lambda: len(loops[0].line) == count, lambda: f"{len(loops[0].line)} in line, not {count}")


def has_heard(one: socket.socket) -> bool:
    """Whether anything of an answer is there."""
    one.setblocking(False)
    try:
        return bool(one.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        one.settimeout(180)


@pytest.mark.parametrize(
    "path",
    [
        "/report",
        "/report/",
        "/report/ks2/en",
        "//report/ks2/en",
        "/%72eport/ks2/en",
        "http://x/report/worry",
        "/report/ks2/en?a=b",
    ],
)
def test_what_is_sent_under_report_is_drawn_at_one_beat_and_answered_at_the_next(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes], path: str
) -> None:
    one = connect(start(), please(path, CLOSE, WORDS))
    stands(loops, 1)
    assert told == []
    beat()
    assert told == [WORDS]
    assert not has_heard(one)
    beat()
    assert receive_all(one).endswith(WORDS)
    stands(loops, 0)


@pytest.mark.usefixtures("clock")
def test_a_connection_waits_with_those_of_its_school_and_names_that_are_made_up_are_none(
    start: Start, loops: list[Loop]
) -> None:
    port = start()
    loops[0]._schools = {"a.example": "a.example", "homes.a.example": "a.example", "b.example": "b.example"}
    names = ("a.example", "homes.a.example:443", "B.example", "made-up.example", "another.example", "x y")
    waiting = [connect(port, TELLING.replace(b"Host: x", f"Host: {name}".encode())) for name in names]
    stands(loops, len(names))
    schools = sorted(waits.school for waits in loops[0].line.waiting.values())
    assert schools == ["", "", "", "a.example", "a.example", "b.example"]
    for one in waiting:
        one.close()


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    "sent",
    [
        please("/report/ks2/en", CLOSE),
        PLEASE.replace(b"Host", b"Connection: close\r\nHost"),
        please("/reports", CLOSE, PAGE),
        please("/learn/report/", CLOSE, PAGE),
    ],
)
def test_pages_and_what_is_sent_elsewhere_wait_for_no_beat(start: Start, sent: bytes) -> None:
    assert receive_all(connect(start(), sent)).endswith(PAGE)


def test_an_answer_that_is_longer_than_one_send_waits_too(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes]
) -> None:
    one = connect(start(), please("/report/long", CLOSE, WORDS))
    stands(loops, 1)
    beat()
    assert told
    assert not has_heard(one)
    beat()
    assert receive_all(one).endswith(WORDS * 5000)


def test_a_browser_that_keeps_its_connection_waits_for_each_answer_anew(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes]
) -> None:
    one = connect(start())
    for count in range(1, 4):
        one.sendall(please("/report/ks2/en", body=WORDS))
        stands(loops, 1)
        beat()
        assert len(told) == count
        assert not has_heard(one)
        beat()
        assert one.recv(65536).endswith(WORDS)
    one.close()


def test_of_requests_sent_at_once_on_one_connection_one_has_a_ticket(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes]
) -> None:
    one = connect(start(), please("/report/ks2/en", body=WORDS) * 50)
    stands(loops, 1)
    beat()
    beat()
    said = receive_all(one)
    assert said.count(b"200 OK") == len(told) == 1
    assert b"Connection: close" in said


def test_who_sends_and_goes_away_has_told_all_the_same(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes]
) -> None:
    connect(start(), TELLING).close()
    stands(loops, 1)
    beat()
    assert told == [WORDS]
    beat()
    wait_until(lambda: not loops[0].active_channels, lambda: "who is gone keeps a place")


def test_who_reads_slowly_keeps_nobody_of_the_same_beat_waiting(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes]
) -> None:
    port = start()
    deaf = connect_deaf(port, please("/report/long", CLOSE, WORDS * 50))
    other = connect(port, TELLING)
    stands(loops, 2)
    beat()
    assert len(told) == 2
    beat()
    assert receive_all(other).endswith(WORDS)
    deaf.close()


def test_held_connections_take_no_place_from_lessons_and_lose_none(
    start: Start, loops: list[Loop], beat: Beat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_CONNECTIONS", 2)
    port = start()
    held = [connect(port, TELLING) for _ in range(10)]
    stands(loops, 10)
    assert all(ask(port).endswith(PAGE) for _ in range(5))
    beat()
    assert all(ask(port).endswith(PAGE) for _ in range(5)), "an answer that waits for its beat is not unread"
    beat()
    assert [receive_all(one).endswith(WORDS) for one in held] == [True] * 10


def test_who_finds_no_place_in_a_full_line_is_told_so_at_once(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_WAITING", 3)
    port = start()
    sent = [connect(port, TELLING) for _ in range(5)]
    wait_until(lambda: sum(map(has_heard, sent)) == 2, lambda: "nobody is told")
    surplus = [one for one in sent if has_heard(one)]
    assert told == []
    stands(loops, 3)
    beat()
    assert told == [WORDS] * 3
    beat()
    for one in sent:
        said = receive_all(one)
        assert (
            b" 503 " in said and b"so we did not get it" in said if one in surplus else said.endswith(WORDS)
        )


def test_forms_that_wait_in_line_stay_within_the_bounds_of_memory_and_the_largest_ends(
    start: Start, loops: list[Loop], beat: Beat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_HELD_BYTES", 100_000)
    port = start()
    small = connect(port, TELLING)
    stands(loops, 1)
    large = connect(port, please("/report/ks2/en", CLOSE, b"x" * 150_000))
    assert receive_all(large) == b""
    stands(loops, 1)
    beat()
    beat()
    assert receive_all(small).endswith(WORDS)


def test_a_stop_lets_every_held_answer_go_out(
    start: Start, loops: list[Loop], beat: Beat, told: list[bytes]
) -> None:
    port = start()
    waits, answered = connect(port, TELLING), connect(port, TELLING)
    stands(loops, 2)
    beat()
    loops[0].stop()
    assert len(told) == 2
    late = [one for one in (waits, answered) if not has_heard(one)]
    beat()
    assert [receive_all(one).endswith(WORDS) for one in late] == [True, True]


def test_who_cannot_be_drawn_any_more_when_the_server_stops_is_told_that_it_was_not_taken(
    start: Start, loops: list[Loop], told: list[bytes], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STOP_DRAW_SECONDS", 0)
    one = connect(start(), TELLING)
    stands(loops, 1)
    loops[0].stop()
    assert b" 503 " in receive_all(one)
    assert told == []
    assert clock.now == Clock().now
