"""Slows guessing and floods for the whole school without locking anybody out (promises C3, A19)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Array

TRIES_AN_HOUR = 600
TRIES_AT_ONCE = 60  # part of the 600, so that a whole class can look at once
HOUR_SECONDS = 3600
LONGEST_SECONDS = 5.0
REPORTS_AN_HOUR = 300
STEP_SECONDS = 3.0
MOST_WAITING = 3  # guesses must not use up the threads that reports need
LOCK_SECONDS = 1.0  # a process that is killed while counting must not block the others for good


class TooManyAtOnce(Exception):
    """Too many look-ups are running: try again in a moment; these pictures were not looked up."""


class Bucket:
    """A leaky bucket that counts recent requests, shared by all processes forked after it was made."""

    def __init__(self, an_hour: float, clock: Callable[[], float]) -> None:
        self._rate = an_hour / HOUR_SECONDS
        self._clock = clock
        self._shared = Array("d", [0.0, clock()])  # the level, and the time of that level

    def add(self, most: float | None = None) -> float | None:
        """Add one and return the level; None, with nothing added, if that exceeds `most` or the lock is not free."""
        lock = self._shared.get_lock()
        if not lock.acquire(timeout=LOCK_SECONDS):
            return None
        try:
            level, at = float(self._shared[0]), float(self._shared[1])
            now = self._clock()
            level = max(0.0, level - (now - at) * self._rate) + 1
            if most is not None and level > most:
                return None
            self._shared[0], self._shared[1] = level, now
        finally:
            lock.release()
        return level


class Slowing:
    """Makes every look-up wait, right or wrong, and longer if there were many lately.

    A full bucket plus what leaves it in an hour is at most the number allowed in an hour.
    """

    def __init__(
        self,
        tries_an_hour: float = TRIES_AN_HOUR,
        at_once: float = TRIES_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most, self._sleep = at_once, sleep
        self._bucket = Bucket(tries_an_hour - at_once, clock)
        self._places = threading.Semaphore(MOST_WAITING)

    @contextmanager
    def lookup_slot(self) -> Iterator[None]:
        """Wait as long as needed, then allow one look-up; raises TooManyAtOnce without a look-up."""
        if not self._places.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            level = self._bucket.add(self._most)
            if level is None:
                raise TooManyAtOnce
            self._sleep(LONGEST_SECONDS * level / self._most)
            yield
        finally:
            self._places.release()


class FloodBrake:
    """In a flood, makes each sender wait a little after their report is stored; refuses none (promise A19)."""

    def __init__(
        self,
        reports_an_hour: float = REPORTS_AN_HOUR,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most, self._sleep = reports_an_hour, sleep
        self._bucket = Bucket(reports_an_hour, clock)
        self._places = threading.Semaphore(MOST_WAITING)

    def wait_if_flooded(self) -> None:
        """Return at once, or after STEP_SECONDS if too many reports came lately and a thread is free."""
        level = self._bucket.add()
        if level is not None and level > self._most and self._places.acquire(blocking=False):
            try:
                self._sleep(STEP_SECONDS)
            finally:
                self._places.release()
