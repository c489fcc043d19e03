"""The clock that kiosk goes by: the computer's, unless it jumps while kiosk runs (ADR 22)."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# More than a clock correction or a paused machine causes, and less than a school day, so that nothing becomes due by
# it.
FOLLOWED = timedelta(hours=6)


def _wall() -> datetime:
    return datetime.now(UTC)


def _elapsed() -> float:
    """Seconds that no setting of the clock changes; with the time that the computer slept, where it can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class SteadyClock:
    """Follows the computer's clock as long as it agrees, within FOLLOWED, with the time that has passed since start.

    If it jumps further, in one step or in several, this clock goes on by the time that passes: a wrong clock then
    closes no window, releases and deletes nothing, ends no wait and locks nobody out. Once the computer's clock is
    right again, it is followed again (promise D7).
    """

    def __init__(self, wall: Callable[[], datetime] = _wall, elapsed: Callable[[], float] = _elapsed) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._started_at, self._started = wall(), elapsed()

    @property
    def started_at(self) -> datetime:
        """When kiosk was started: the processes that the first one forks have it from its memory."""
        return self._started_at

    def now(self) -> datetime:
        """This instant, in UTC."""
        wall, steady = self._both_clocks()
        return wall if abs(wall - steady) <= FOLLOWED else steady

    def jumped(self) -> timedelta:
        """How far the computer's clock is ahead of this one (behind: negative); zero while it is followed."""
        wall, steady = self._both_clocks()
        return wall - steady if abs(wall - steady) > FOLLOWED else timedelta()

    def _both_clocks(self) -> tuple[datetime, datetime]:
        return self._wall(), self._started_at + timedelta(seconds=self._elapsed() - self._started)


CLOCK = SteadyClock()
