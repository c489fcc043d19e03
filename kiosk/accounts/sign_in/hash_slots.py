"""At most two hashes of passwords at a time on one machine, whichever process computes them (promise G10).

A hash takes all of a processor for a third of a second, so whoever sends wrong passwords must not get them all.
"""

import enum
import os
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.host.files import open_lock, try_lock

FILES = ("hashing-1.lock", "hashing-2.lock")
LONGEST_SECONDS = 8.0  # after this time whoever waits is asked to try again, which frees the thread
RETRY_SECONDS = 0.01


class Lane(enum.Enum):
    """For whom a hash is computed."""

    STRANGERS = "strangers"
    KNOWN = "known"  # the browser is known, the person is signed in already, or they came by a one-time link
    CHILDREN = "children"  # in an open class; such a hash takes a thirteenth of the time of one for staff


class NoHashSlot(Exception):
    """Too many passwords are being checked at once: this one was not checked and can be sent again in a moment."""


class HashSlots:
    """Two places, each a locked file of the data folder: the system frees the lock of a process that was killed.

    The second place is for those alone whom kiosk knows: however many strangers there are, these wait for one another
    only. How many wait in threads is a matter of the server's lanes.
    """

    def __init__(self, folder: Path, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._paths = [folder / name for name in FILES]
        self._longest = longest_seconds
        self._at_it: set[Hashable] = set()
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, lane: Lane) -> Iterator[None]:
        """Hold a place for the block; raises NoHashSlot if there is none for too long."""
        paths = self._paths[:1] if lane is Lane.STRANGERS else self._paths[::-1]
        opened = [open_lock(path) for path in paths]
        try:
            self._wait_for_one(opened)
            yield
        finally:
            for file in opened:
                os.close(file)

    @contextmanager
    def one_at_a_time(self, who: Hashable) -> Iterator[bool]:
        """Whether nobody else is at it for the same person in this process, for the length of the block."""
        with self._lock:
            first = who not in self._at_it
            self._at_it.add(who)
        try:
            yield first
        finally:
            if first:
                self._at_it.discard(who)

    def _wait_for_one(self, files: list[int]) -> None:
        ends = time.monotonic() + self._longest
        while not any(try_lock(file) for file in files):
            if time.monotonic() >= ends:
                raise NoHashSlot
            time.sleep(RETRY_SECONDS)
