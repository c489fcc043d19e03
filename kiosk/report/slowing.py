"""Counts what the whole school did lately, and slows floods without locking anybody out (promises C3, A19)."""

import threading
import time
from collections.abc import Callable
from multiprocessing import Array

HOUR_SECONDS = 3600
REPORTS_AN_HOUR = 300
STEP_SECONDS = 3.0
MOST_WAITING = 3  # senders in a flood must not use up the threads that others need
LOCK_SECONDS = 1.0  # a process that is killed while counting must not block the others for good


class Bucket:
    """A leaky bucket that counts recent requests, shared by all processes forked after it was made."""

    def __init__(self, an_hour: float, clock: Callable[[], float]) -> None:
        self._rate = an_hour / HOUR_SECONDS
        self._clock = clock
        self._shared = Array("d", [0.0, clock()])  # the level, and the time of that level

    def add(self, most: float | None = None) -> float | None:
        """Add one and return the level; None, with nothing added, if that exceeds `most` or the lock is not free."""
        return self._count(1, most)

    def level(self) -> float | None:
        """How full the bucket is now; None if the lock is not free."""
        return self._count(0, None)

    def take_back(self) -> None:
        """Take one away that was added."""
        self._count(-1, None)

    def _count(self, more: float, most: float | None) -> float | None:
        lock = self._shared.get_lock()
        if not lock.acquire(timeout=LOCK_SECONDS):
            return None
        try:
            level, at = float(self._shared[0]), float(self._shared[1])
            now = self._clock()
            level = max(0.0, max(0.0, level - (now - at) * self._rate) + more)
            if most is not None and level > most:
                return None
            self._shared[0], self._shared[1] = level, now
        finally:
            lock.release()
        return level


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
