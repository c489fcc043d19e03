"""Guessing pictures is slow for the whole school, and never locked (privacy.md C3); nothing is keyed on a device."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Array

TRIES_AN_HOUR = 600
HOUR_SECONDS = 3600
LONGEST_SECONDS = 5.0
MOST_WAITING = 3  # guesses must not take the threads that reports need


class TooManyAtOnce(Exception):
    """Others are being looked up: try again in a moment; the pictures are not looked at."""


class Slowing:
    """A bucket that every look-up fills and time empties; the fuller, the longer each one waits.

    Made before a server forks its workers, it is one bucket for all of them.
    """

    def __init__(
        self,
        tries_an_hour: float = TRIES_AN_HOUR,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate, self._most = tries_an_hour / HOUR_SECONDS, tries_an_hour
        self._clock, self._sleep = clock, sleep
        self._shared = Array("d", [0.0, clock()])  # how full, and when that was
        self._places = threading.Semaphore(MOST_WAITING)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait as long as it takes now, then look; raises TooManyAtOnce, whereupon nothing was looked at."""
        if not self._places.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            self._sleep(self._fill())
            yield
        finally:
            self._places.release()

    def _fill(self) -> float:
        """One more try; how many seconds it waits."""
        with self._shared.get_lock():
            level, at = float(self._shared[0]), float(self._shared[1])
            now = self._clock()
            level = max(0.0, level - (now - at) * self._rate)
            if level >= self._most:
                raise TooManyAtOnce
            self._shared[0], self._shared[1] = level + 1, now
        return LONGEST_SECONDS * (level + 1) / self._most
