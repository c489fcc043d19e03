"""Stands between a browser and kiosk, and notes what whoever watches the network sees: how much goes each way."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 65536


class Watched:
    """Exchanges in their order: bytes that went to kiosk, and bytes that came back before anything else went."""

    def __init__(self, port: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self._port = port
        self._all: list[list[int]] = []
        self._lock = threading.Lock()

    def exchanges(self) -> list[tuple[int, int]]:
        """Every exchange so far, by its lengths alone."""
        with self._lock:
            return sorted((sent, got) for sent, got in self._all)

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                threading.Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self._port))
        waiting, now = selectors.DefaultSelector(), None
        waiting.register(near, selectors.EVENT_READ, far)
        waiting.register(far, selectors.EVENT_READ, near)
        with near, far, suppress(OSError):
            while True:
                for key, _ in waiting.select():
                    assert isinstance(key.fileobj, socket.socket)
                    piece = key.fileobj.recv(PIECE)
                    if not piece:
                        return
                    with self._lock:
                        if key.fileobj is near and (now is None or now[1]):
                            self._all.append(now := [0, 0])
                        assert now is not None
                        now[key.fileobj is far] += len(piece)
                    key.data.sendall(piece)


@contextmanager
def watched(port: int) -> Iterator[Watched]:
    """A place that passes everything on to this port of the machine, while it is needed."""
    place = Watched(port)
    threading.Thread(target=place.serve, daemon=True).start()
    yield place
    place.listener.close()
