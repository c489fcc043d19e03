"""Guessing and flooding are slowed for the whole school, never locked (promises C3, A19); no device is known."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Array

TRIES_AN_HOUR = 600
TRIES_AT_ONCE = 60  # part of the 600: a class may look together
HOUR_SECONDS = 3600
LONGEST_SECONDS = 5.0
REPORTS_AN_HOUR = 300
STEP_SECONDS = 3.0
MOST_WAITING = 3  # guesses must not take the threads that reports need
LOCK_SECONDS = 1.0  # a process killed with the count in its hand must not hold up the others for good


class TooManyAtOnce(Exception):
    """Others are being looked up: try again in a moment; the pictures are not looked at."""


class Bucket:
    """How many came lately: one more at a time, emptied by time; shared by all processes forked after it."""

    def __init__(self, an_hour: float, clock: Callable[[], float]) -> None:
        self._rate = an_hour / HOUR_SECONDS
        self._clock = clock
        self._shared = Array("d", [0.0, clock()])  # how full, and when that was

    def add(self, most: float | None = None) -> float | None:
        """How full it is with one more; None, and nothing added, where that were over `most` or nobody can tell."""
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
    """Every look-up waits, the longer the more there were lately: right and wrong ones alike.

    A full bucket and what leaves it in an hour are together no more than an hour may have.
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
        """Wait as long as it takes now, then look; raises TooManyAtOnce, whereupon nothing was looked at."""
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
    """In a flood of reports each sender waits a little after theirs is kept; none is ever refused (promise A19)."""

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
        """Go on at once, or after STEP_SECONDS where too many came lately and a thread can be spared."""
        level = self._bucket.add()
        if level is not None and level > self._most and self._places.acquire(blocking=False):
            try:
                self._sleep(STEP_SECONDS)
            finally:
                self._places.release()
