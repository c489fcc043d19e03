"""A request hidden in another's body or head is answered to nobody: not by kiosk, and not through nginx or Caddy.

Where proxy and server read the end of a request differently, the next person could get the answer of the hidden one.
"""

import socket
from pathlib import Path

import pytest

from tests.proxies import KINDS, NAME, proxied
from tests.server.asking import PAGE, PIECE, PLEASE, Start, ask, connect, please, receive_all
from tests.serving import HOST, PATIENCE_SECONDS

HIDDEN = please("/1")  # answered by a megabyte
POST, GET = b"POST / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED, NO_MORE = b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"
FIVE = b"Content-Length: 5\r\n"
SHAPES = {
    "a length and chunks": POST + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n" + NO_MORE,
    "chunks and a length": POST + CHUNKED + b"Content-Length: 4\r\n\r\n" + NO_MORE,
    "two lengths": POST + FIVE + b"Content-Length: 0\r\n\r\n",
    "a list of lengths": POST + b"Content-Length: 0, 5\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +0\r\n\r\n",
    "a length in another base": POST + b"Content-Length: 0x0\r\n\r\n",
    "a coding nobody knows": POST + FIVE + b"Transfer-Encoding: xchunked\r\n\r\n" + NO_MORE,
    "two codings": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + NO_MORE,
    "a coding twice": POST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n" + NO_MORE,
    "a space before the colon": POST + FIVE + b"Transfer-Encoding : chunked\r\n\r\n" + NO_MORE,
    "a control letter": POST + FIVE + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + NO_MORE,
    "an underscore": POST + FIVE + b"Transfer_Encoding: chunked\r\n\r\n" + NO_MORE,
    "a length with an underscore": POST + b"Content_Length: 5\r\n\r\n",
    "a folded line": POST + FIVE + b"X: a\r\n Transfer-Encoding: chunked\r\n\r\n" + NO_MORE,
    "a note after a chunk's length": POST + CHUNKED + b'\r\n3;a="\n\n"\r\nabc\r\n' + NO_MORE,
    "bare ends of lines in chunks": POST + CHUNKED + b"\r\n3\nabc\n0\n\n",
    "a chunk longer than it says": POST + CHUNKED + b"\r\n3\r\nabcXX" + NO_MORE,
    "a chunk's length with a sign": POST + CHUNKED + b"\r\n+3\r\nabc\r\n" + NO_MORE,
    "chunks of an old version": POST.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n" + NO_MORE,
    "bare ends of lines in the head": b"GET / HTTP/1.1\nHost: x\n\n",
    "a bare return in the head": b"GET / HTTP/1.1\r\nHost: x\rContent-Length: 5\r\n\r\n",
    "a page asked for with a body": GET + b"Content-Length: %d\r\n\r\n" % len(HIDDEN),
    "another protocol": GET
    + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n\r\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hidden_request_is_not_answered(start: Start, shape: str) -> None:
    said = receive_all(connect(start(), SHAPES[shape] + HIDDEN + PLEASE))
    assert said.count(b" 200 OK\r\n") <= 1
    assert PIECE[:1000] not in said


def test_the_control_asked_for_openly_it_is_answered(start: Start) -> None:
    assert ask(start(), HIDDEN).endswith(PIECE)


@pytest.mark.main(1)
@pytest.mark.parametrize("kind", KINDS)
def test_through_a_proxy_nobody_gets_the_answer_of_a_request_that_another_hid(
    start: Start, kind: str, tmp_path: Path
) -> None:
    with proxied(kind, start(), tmp_path / "proxy") as proxy:

        def open_tls(sent: bytes) -> socket.socket:
            plain = socket.create_connection((HOST, proxy.https), timeout=PATIENCE_SECONDS)
            one = proxy.tls.wrap_socket(plain, server_hostname=NAME)
            one.sendall(sent.replace(b"Host: x", b"Host: localhost"))
            return one

        for shape in SHAPES.values():
            hiding = open_tls(shape + HIDDEN)
            for _ in range(2):
                said = receive_all(open_tls(PLEASE.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost")))
                assert said.startswith(b"HTTP/1.1 200 "), said[:200]
                assert said.endswith(PAGE), shape
            hiding.close()
