"""An answer `Kiosk-Not-Yet` stays in the loop, and the request comes again as it was (promise G10)."""

import http.client
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.server import lanes as lanes_module
from kiosk.server import loop as limits
from kiosk.server.lanes import Lanes
from kiosk.server.loop import Loop
from kiosk.web.lanes import DRAWN, HEADER, LATE
from tests.report.clock import Clock
from tests.server import conftest
from tests.server.asking import PAGE, Start, ask, connect, please, receive_all
from tests.serving import PATIENCE_SECONDS, wait_until

CLOSE = "Connection: close\r\n"
WORDS = b"email=a%40b.cd&password=" + b"x" * 20_000
ASKING = please("/staff/sign-in", CLOSE, WORDS)
STRANGERS = "strangers"


class App:
    """Deals with whoever is drawn, once the test lets it, and with nobody else."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self.goes_on = threading.Semaphore(0)
        self.done = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        if not body:
            start_response("200 OK", [("Content-Length", str(len(PAGE)))])
            return [PAGE]
        self.asked.append((environ[DRAWN], body))
        if environ[DRAWN] == STRANGERS:
            assert self.goes_on.acquire(timeout=PATIENCE_SECONDS)
            self.done += 1
            answer = b"dealt with"
            start_response("303 See Other", [("Content-Length", str(len(answer))), ("Location", "/staff/")])
        else:
            answer = b"try again" if environ[DRAWN] == LATE else b"never sent"
            head = [("Content-Length", str(len(answer))), (HEADER, STRANGERS)]
            start_response("503 Service Unavailable", head)
        return [answer]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the lanes, which stands until a test moves it."""
    clock = Clock()
    monkeypatch.setattr(limits, "Lanes", lambda: Lanes(clock))
    return clock


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[App]:
    """What is asked."""
    app = App()
    monkeypatch.setattr(conftest, "echo_length", app)
    yield app
    app.goes_on.release(1000)


def wait_for(loops: list[Loop], count: int) -> None:
    wait_until(lambda: len(loops[0].lanes) == count, lambda: f"{len(loops[0].lanes)} wait, not {count}")


def test_a_request_that_has_to_wait_comes_again_whole_and_its_first_answer_is_never_sent(
    start: Start, app: App
) -> None:
    one = connect(start(), ASKING)
    app.goes_on.release()
    said = receive_all(one)
    assert said.startswith(b"HTTP/1.1 303 ")
    assert said.endswith(b"dealt with")
    assert app.asked == [("", WORDS), (STRANGERS, WORDS)]
    assert HEADER.lower().encode() not in said.lower()


def test_who_waits_holds_no_thread_and_pages_are_answered_meanwhile(
    start: Start, loops: list[Loop], app: App
) -> None:
    port = start()
    waiting = [connect(port, ASKING) for _ in range(limits.THREADS * 3)]
    wait_for(loops, len(waiting) - 1)
    assert all(ask(port).endswith(PAGE) for _ in range(5))
    app.goes_on.release(len(waiting))
    assert [receive_all(one).endswith(b"dealt with") for one in waiting] == [True] * len(waiting)


def test_who_has_waited_too_long_gets_the_apps_page_without_the_header(
    start: Start, loops: list[Loop], app: App, clock: Clock
) -> None:
    port = start()
    first = connect(port, ASKING)
    wait_until(lambda: len(app.asked) == 2, lambda: "nobody is drawn")
    late = connect(port, ASKING)
    wait_for(loops, 1)
    clock.now += lanes_module.LONGEST_SECONDS
    loops[0].pull_trigger()
    said = receive_all(late)
    assert b" 503 " in said
    assert said.endswith(b"try again")
    assert HEADER.lower().encode() not in said.lower()
    app.goes_on.release()
    assert receive_all(first).endswith(b"dealt with")


def test_no_client_can_say_that_it_was_drawn_or_ask_to_wait(start: Start, app: App) -> None:
    told = f"{HEADER}: late\r\nkiosk.drawn: {STRANGERS}\r\nKiosk-Drawn: {STRANGERS}\r\n"
    app.goes_on.release()
    assert receive_all(connect(start(), please("/staff/sign-in", told + CLOSE, WORDS))).endswith(
        b"dealt with"
    )
    assert [drawn for drawn, _ in app.asked] == ["", STRANGERS]


def test_what_is_sent_under_report_waits_in_no_lane_whatever_the_app_says(
    start: Start, loops: list[Loop], app: App
) -> None:
    """How long it takes would say what was sent (promise A20)."""
    said = receive_all(connect(start(), please("/report/replies/en", CLOSE, WORDS)))
    assert b" 503 " in said
    assert HEADER.lower().encode() not in said.lower()
    assert [drawn for drawn, _ in app.asked] == [""]
    assert not loops[0].lanes


def test_who_leaves_while_waiting_is_not_dealt_with(start: Start, loops: list[Loop], app: App) -> None:
    port = start()
    first = connect(port, ASKING)
    wait_until(lambda: len(app.asked) == 2, lambda: "nobody is drawn")
    for _ in range(20):
        gone = connect(port, ASKING)
        wait_for(loops, 1)
        gone.sendall(b"x")  # one that is half ended and has sent something is gone as well
        gone.close()
        app.goes_on.release()
        assert receive_all(first).endswith(b"dealt with")
        wait_for(loops, 0)
        first = connect(port, ASKING)
        wait_until(lambda: app.asked[-1][0] == STRANGERS, lambda: "nobody is drawn")
    app.goes_on.release()
    assert receive_all(first).endswith(b"dealt with")
    assert app.done == 21


def test_a_browser_that_keeps_its_connection_has_one_ticket_at_a_time(start: Start, app: App) -> None:
    one = http.client.HTTPConnection("127.0.0.1", start(), timeout=PATIENCE_SECONDS)
    for count in range(1, 6):
        app.goes_on.release()
        one.request("POST", "/staff/sign-in", WORDS)
        answer = one.getresponse()
        assert (answer.status, answer.read(), app.done) == (303, b"dealt with", count)
    one.close()


def test_requests_that_wait_stay_within_the_bounds_of_memory_and_the_largest_ends(
    start: Start, loops: list[Loop], app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_HELD_BYTES", 200_000)
    port = start()
    first, small = connect(port, ASKING), connect(port, ASKING)
    wait_for(loops, 1)
    large = connect(port, please("/staff/sign-in", CLOSE, b"x" * 250_000))
    assert receive_all(large) == b""
    app.goes_on.release(2)
    assert [receive_all(one).endswith(b"dealt with") for one in (first, small)] == [True, True]


def test_who_waits_takes_no_place_from_lessons(
    start: Start, loops: list[Loop], app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_CONNECTIONS", 3)
    port = start()
    waiting = []
    for count in range(10):
        waiting.append(connect(port, ASKING))
        wait_until(lambda: len(app.asked) == len(waiting) + 1, lambda: "nobody is asked")
        wait_for(loops, count)
    assert all(ask(port).endswith(PAGE) for _ in range(5))
    app.goes_on.release(10)
    assert [receive_all(one).endswith(b"dealt with") for one in waiting] == [True] * 10


def test_a_stop_answers_whoever_waits(start: Start, loops: list[Loop], app: App) -> None:
    port = start()
    first = connect(port, ASKING)
    wait_until(lambda: len(app.asked) == 2, lambda: "nobody is drawn")
    waits = connect(port, ASKING)
    wait_for(loops, 1)
    loops[0].stop()
    assert receive_all(waits).endswith(b"try again")
    app.goes_on.release()
    assert receive_all(first).endswith(b"dealt with")
