"""A visitor of the bench is like a browser: it sends the cookie that it got last."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
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


class _Packing(_Renewing):
    """Gives its page compressed to whoever asks for that, as a browser does, and to nobody else."""

    def do_GET(self) -> None:
        packed = gzip.compress(PAGE) if self.headers["Accept-Encoding"] == "gzip" else b""
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed)


@pytest.fixture
def renewing() -> Iterator[HTTPServer]:
    _Renewing.got = []
    with _serving(_Renewing) as server:
        yield server


@pytest.fixture
def packing() -> Iterator[HTTPServer]:
    with _serving(_Packing) as server:
        yield server


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
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


def test_a_visitor_asks_for_compressed_pages_and_reads_them(packing: HTTPServer) -> None:
    visitor = Visitor([Visit(0, "", "/"), Visit(0, "", "/", expected=b"not there")])
    visitor.go(packing.server_port, 0.0)
    assert visitor.failed == [": answered with 200"]
