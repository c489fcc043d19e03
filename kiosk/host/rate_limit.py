"""A leaky bucket that counts recent requests over every process of the server (promises C3, A19, G10).

Each node of a school has its own, so whoever makes one gives each node its part of what the school may have.
"""

from collections.abc import Callable
from multiprocessing import Array

from kiosk.config import Config

HOUR_SECONDS = 3600
LOCK_SECONDS = 1.0  # a process killed while counting must not block the others for ever


def nodes_of(config: Config) -> int:
    """How many nodes serve a school."""
    return 2 if config.keeper_addresses else 1


class LeakyBucket:
    """A leaky bucket that counts recent requests, shared by all processes forked after it was made."""

    def __init__(self, an_hour: float, clock: Callable[[], float]) -> None:
        self._rate = an_hour / HOUR_SECONDS
        self._clock = clock
        self._shared = Array("d", [0.0, clock()])  # the level, and the time of that level

    def add(self, most: float | None = None) -> float | None:
        """Add one and return the level; None, with nothing added, if the level would exceed `most` or the lock is not
        free."""
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
