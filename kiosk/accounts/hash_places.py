"""At most two hashes of passwords at a time on one machine, whichever process computes them (promise G10).

A hash takes all of a processor for a third of a second, so whoever sends wrong passwords must not get them all.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.file_locks import open_lock, try_lock

FILES = ("hashing-1.lock", "hashing-2.lock")
LONGEST_SECONDS = 8.0  # then whoever waits is asked to try again, and their thread is free for others
LOOK_AGAIN_SECONDS = 0.01
# Of one process: those who wait keep a thread each, and pupils need the others.
MOST_STRANGERS = 2


class NoPlace(Exception):
    """Too many passwords are being checked: this one was not looked at; it can be sent again in a moment."""


class HashPlaces:
    """Two places, each a locked file of the data folder: the system frees the lock of a process that was killed.

    The second place is for those alone whom kiosk knows: from a browser that signed in before, with a link, or in an
    open class. However many strangers there are, these wait for one another only.
    """

    def __init__(self, folder: Path, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._paths = [folder / name for name in FILES]
        self._longest = longest_seconds
        self._strangers = threading.BoundedSemaphore(MOST_STRANGERS)
        self.waiting = 0  # in this process, for those who look on

    @contextmanager
    def place(self, known: bool) -> Iterator[None]:
        """Hold a place for the block; raises NoPlace, at once for strangers of whom too many wait already."""
        if known:
            with self._lock(self._paths[::-1]):
                yield
            return
        if not self._strangers.acquire(blocking=False):
            raise NoPlace
        try:
            with self._lock(self._paths[:1]):
                yield
        finally:
            self._strangers.release()

    @contextmanager
    def _lock(self, paths: list[Path]) -> Iterator[None]:
        opened = [open_lock(path) for path in paths]
        try:
            self._wait_for_one(opened)
            yield
        finally:
            for file in opened:
                os.close(file)

    def _wait_for_one(self, files: list[int]) -> None:
        ends = time.monotonic() + self._longest
        self.waiting += 1
        try:
            while not any(try_lock(file) for file in files):
                if time.monotonic() >= ends:
                    raise NoPlace
                time.sleep(LOOK_AGAIN_SECONDS)
        finally:
            self.waiting -= 1
