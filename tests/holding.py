"""Somebody who holds a server's connections: requests begun, never finished, and begun anew when they are ended."""

import contextlib
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.serving import HOST, PATIENCE_SECONDS, wait_until

DRIP_SECONDS = 1.0  # a byte now and then, so that no idle timer ever ends the request
HELD_HEADERS = b"GET /report/ks2/en HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
FORM = b"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def held_body(path: str, cookie: str = "", length: int = 4000) -> bytes:
    """The beginning of a form, sent from our own page, of which most never comes."""
    cookies = f"Cookie: {cookie}\r\n".encode() if cookie else b""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n".encode()
    return head + FORM + cookies + b"\r\nwords="


@dataclass
class _Connection:
    """One held connection: how it begins, and when it drips again."""

    beginning: bytes
    socket: socket.socket
    drips_at: float


class Holder(threading.Thread):
    """Holds one connection for each beginning until told to stop; what the server answers is thrown away."""

    def __init__(self, port: int, beginnings: Sequence[bytes], tls: ssl.SSLContext | None = None) -> None:
        super().__init__(name="holder", daemon=True)
        self.begun = 0
        self.problems: list[str] = []
        self._port, self._beginnings, self._tls = port, beginnings, tls
        self._stop_asked = threading.Event()
        self._held = selectors.DefaultSelector()

    def run(self) -> None:
        """Hold, drip, and begin anew."""
        waiting = list(self._beginnings)
        while not self._stop_asked.is_set():
            waiting = [beginning for beginning in waiting if not self._begin(beginning)]
            for key, _ in self._held.select(DRIP_SECONDS / 4 if not waiting else 0.01):
                waiting += self._ended(key.data)
            now = time.monotonic()
            for key in list(self._held.get_map().values()):
                if key.data.drips_at < now:
                    waiting += self._drip(key.data, now)
        for key in list(self._held.get_map().values()):
            key.data.socket.close()
        self._held.close()

    def stop(self) -> None:
        """Let go of everything."""
        self._stop_asked.set()
        self.join()

    def _begin(self, beginning: bytes) -> bool:
        """Whether the server took the connection; where it does not, it is tried again."""
        try:
            plain = socket.create_connection((HOST, self._port), timeout=PATIENCE_SECONDS)
            begun = self._tls.wrap_socket(plain, server_hostname="localhost") if self._tls else plain
            begun.sendall(beginning)
        except OSError:
            return False
        begun.setblocking(False)
        one = _Connection(beginning, begun, time.monotonic() + DRIP_SECONDS)
        self._held.register(begun, selectors.EVENT_READ, one)
        self.begun += 1
        return True

    def _ended(self, one: _Connection) -> list[bytes]:
        """Its beginning, if the server has ended this connection."""
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            try:
                if one.socket.recv(65536):
                    return []
            except OSError as error:
                if isinstance(error, BlockingIOError | ssl.SSLWantReadError):
                    return []
            return self._let_go(one)
        return []

    def _drip(self, one: _Connection, now: float) -> list[bytes]:
        one.drips_at = now + DRIP_SECONDS
        try:
            one.socket.send(b"x")
        except (BlockingIOError, ssl.SSLWantWriteError):
            return []
        except OSError:
            return self._let_go(one)
        return []

    def _let_go(self, one: _Connection) -> list[bytes]:
        self._held.unregister(one.socket)
        one.socket.close()
        return [one.beginning]


@contextmanager
def holding(port: int, beginnings: Sequence[bytes], tls: ssl.SSLContext | None = None) -> Iterator[Holder]:
    """Hold these for the block, from the moment at which all have begun."""
    holder = Holder(port, beginnings, tls)
    holder.start()
    try:
        wait_until(lambda: holder.begun >= len(beginnings), lambda: "not every connection was taken")
        yield holder
    finally:
        holder.stop()
