"""`python -m tests.server.odd_starts WAY PORT FILE`: a server whose first start goes wrong in a way."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from kiosk.server.serving import Processes, serve_application
from tests.server.asking import echo_length
from tests.serving import HOST


def told_to_stop(mark: Path) -> None:
    """The first process is told to stop when it has only just been forked; its number is in the file."""
    serve = Processes._serve

    def serve_late(self: Processes, unmasked: set[int]) -> None:
        if not mark.exists():
            mark.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGTERM)
        serve(self, unmasked)

    Processes._serve = serve_late  # type: ignore[method-assign]


def no_room(mark: Path) -> None:
    """The system has no process left, twice."""
    fork, refused = os.fork, [errno.EAGAIN, errno.ENOMEM]

    def refuse() -> int:
        if refused:
            raise OSError(refused.pop(0), "in words that could be long")
        mark.write_text("forked")
        return fork()

    os.fork = refuse


WAYS: dict[str, Callable[[Path], None]] = {"told to stop": told_to_stop, "no room": no_room}

if __name__ == "__main__":
    WAYS[sys.argv[1]](Path(sys.argv[3]))
    serve_application(lambda: echo_length, HOST, int(sys.argv[2]), workers=1)
