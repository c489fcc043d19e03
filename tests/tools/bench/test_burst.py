"""Figures of a burst: ranks are exact, and an answer that is not what a person needs is a failure."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from tools.bench.burst import times_of
from tools.bench.crowd import QUIZ, SENT, Visit, Visitor, go_together


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers by address: /well, /empty, /wrong; /away closes the connection after a good answer."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """One answer."""
        body = b"" if self.path == "/empty" else b"<!doctype html>"
        self.send_response(500 if self.path == "/wrong" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path == "/away"

    def log_message(self, *given: object) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def visit(port: int, *paths: str) -> Visitor:
    visitor = Visitor([Visit(0, QUIZ, path) for path in paths])
    go_together([visitor], port)
    return visitor


def test_percentiles_are_the_nearest_rank_of_one_kind() -> None:
    crowd = [
        Visitor([], took=[(SENT, number / 1000) for number in range(1, 101)]),
        Visitor([], took=[(QUIZ, 9)]),
    ]
    times = times_of(SENT, crowd, SENT)
    assert (times.visits, times.p50, times.p95, times.p99) == (100, 50, 95, 99)
    assert times_of("all", crowd).visits == 101
    assert times_of("all but one kind", crowd, without=SENT).visits == 1
    assert times_of("none", [], SENT).p95 == 0


@pytest.mark.parametrize("path", ["/wrong", "/empty"])
def test_an_answer_that_helps_nobody_is_a_failure(port: int, path: str) -> None:
    crowd = [visit(port, "/well", path)]
    assert (times_of("all", crowd).visits, times_of("all", crowd).failures) == (2, 1)
    assert times_of(SENT, crowd, SENT).failures == 0


def test_a_server_that_lets_go_of_an_idle_connection_is_asked_anew(port: int) -> None:
    assert visit(port, "/away", "/well").failed == []


def test_a_server_that_is_not_there_is_a_failure(port: int) -> None:
    visitor = Visitor([Visit(0, QUIZ, "/well")])
    visitor.go(1, 0)
    assert visitor.failed == [f"{QUIZ}: ConnectionRefusedError"]
