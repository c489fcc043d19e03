"""A visitor of the bench is like a browser: it sends the cookie that it got last."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tools.bench.crowd import Visit, Visitor

PAGE = b"<!doctype html>"


class _Renewing(BaseHTTPRequestHandler):
    """Gives a new cookie beside another one with each page, as a pupil's is renewed."""

    protocol_version = "HTTP/1.1"
    got: list[str]

    def do_GET(self) -> None:
        self.got.append(self.headers["Cookie"])
        self.send_response(200)
        self.send_header("Set-Cookie", f"seen={len(self.got)}; Path=/learn; HttpOnly")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def renewing() -> Iterator[HTTPServer]:
    _Renewing.got = []
    with HTTPServer(("127.0.0.1", 0), _Renewing) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_visitor_sends_the_cookie_that_it_got_last_and_keeps_the_others(renewing: HTTPServer) -> None:
    visitor = Visitor([Visit(0, "", "/")] * 3, "other=x; seen=0")
    visitor.go(renewing.server_port, 0.0)
    assert not visitor.failed
    assert _Renewing.got == ["other=x; seen=0", "other=x; seen=1", "other=x; seen=2"]
