"""A computer whose clock jumps while kiosk runs: what it says and what time passes are two things."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from kiosk.host.clock import SteadyClock
from kiosk.storage.db import now_utc

YEAR = timedelta(days=365)
READ_FROM = (
    "kiosk.storage.db",
    "kiosk.calendar.written",
    "kiosk.host.heartbeat",
    "kiosk.upkeep.worker",
    "kiosk.staff.views.home",
)


class JumpingClock:
    """The clock of a computer, and the seconds since it was switched on."""

    def __init__(self, says: datetime) -> None:
        self.says, self.passed = says, 0.0

    def jump(self, by: timedelta) -> None:
        """Somebody, or something, sets the clock."""
        self.says += by

    def wait(self, time: timedelta) -> datetime:
        """Time passes; returns what kiosk takes for now."""
        self.says += time
        self.passed += time.total_seconds()
        return now_utc()


class Believing:
    """The clock of a kiosk that believes whatever the computer says, as it did before: for controls."""

    def __init__(self, clock: JumpingClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """What the computer says."""
        return self._clock.says

    def jumped(self) -> timedelta:
        """It notices nothing."""
        return timedelta()


@contextmanager
def computer_clock(says: datetime, *, believed: bool = False) -> Iterator[JumpingClock]:
    """For the block kiosk has just been started on a computer whose clock says this."""
    computer = JumpingClock(says)
    steady = SteadyClock(lambda: computer.says, lambda: computer.passed)
    with ExitStack() as stack:
        for module in READ_FROM:
            stack.enter_context(patch(f"{module}.CLOCK", Believing(computer) if believed else steady))
        yield computer
