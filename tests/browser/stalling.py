"""A network that takes what a browser sends and loses it, or loses the answer: between the browser and the school."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

from tests.serving import HOST

CHUNK = 65536


class Network(Enum):
    """What becomes of a request."""

    PASSES = "it arrives, and so does its answer"
    LOSES_REQUEST = "it never arrives"
    LOSES_ANSWER = "it arrives, and its answer is lost"


class Line:
    """The line to a school; `network` may change while connections are open."""

    def __init__(self, port: int) -> None:
        self.network = Network.PASSES
        self.lost = threading.Event()  # something was taken and is not going to come through
        self._school = port
        self._door = socket.create_server((HOST, 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take nobody any more."""
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._door.accept()
                school = socket.create_connection((HOST, self._school))
                for ends in (
                    (browser, school, Network.LOSES_REQUEST),
                    (school, browser, Network.LOSES_ANSWER),
                ):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, taken: socket.socket, given: socket.socket, loses: Network) -> None:
        with suppress(OSError):
            while data := taken.recv(CHUNK):
                if self.network is loses:
                    self.lost.set()
                else:
                    given.sendall(data)
        for end in (taken, given):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to whoever listens on that port, for the block."""
    line = Line(port)
    try:
        yield line
    finally:
        line.close()
