"""Asking one process's loop as strangers do: half a request, many in one, without ever reading the answer."""

import socket
from collections.abc import Callable
from typing import Any

from tests.serving import HOST, PATIENCE_SECONDS

PAGE = b"<!doctype html>a page"
PIECE = b"x" * 1024 * 1024
Start = Callable[[], int]


def please(path: str = "/", headers: str = "", body: bytes = b"") -> bytes:
    """A whole request."""
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    method = "POST" if body else "GET"
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}{length}\r\n".encode() + body


PLEASE = please()


def echo_length(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """An app that gives a body back and says how long it was; `/N` is answered by N megabytes, piece by piece."""
    megabytes = environ["PATH_INFO"].strip("/")
    body = [PIECE] * int(megabytes) if megabytes.isdigit() else [environ["wsgi.input"].read() or PAGE]
    length = str(sum(map(len, body)))
    start_response("200 OK", [("Content-Length", length), ("X-Length", length)])
    return body


def connect(port: int, sent: bytes = b"") -> socket.socket:
    """A connection that has sent this."""
    one = socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS)
    one.sendall(sent)
    return one


def connect_deaf(port: int, sent: bytes) -> socket.socket:
    """A connection that has sent this and takes as little of an answer as the system allows."""
    one = socket.socket()
    one.settimeout(PATIENCE_SECONDS)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    one.connect((HOST, port))
    one.sendall(sent)
    return one


def receive_all(one: socket.socket) -> bytes:
    """Everything that comes until the server ends the connection."""
    said = b""
    try:
        while some := one.recv(65536):
            said += some
    except ConnectionError:
        pass
    one.close()
    return said


def heard_page(one: socket.socket) -> bytes:
    """What comes until the page is there or the server ends the connection."""
    said = b""
    while not said.endswith(PAGE) and (some := one.recv(65536)):
        said += some
    return said


def ask(port: int, sent: bytes = PLEASE) -> bytes:
    """The answer to a request that asks for the connection to be closed after it."""
    return receive_all(connect(port, sent.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost")))
