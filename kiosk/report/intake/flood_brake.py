"""Slows floods of reports without refusing any (promise A19)."""

import threading
import time
from collections.abc import Callable

from kiosk.host.rate_limit import LeakyBucket

REPORTS_AN_HOUR = 300
STEP_SECONDS = 3.0
MOST_WAITING = 3  # waiting senders must not use up the threads that others need


class FloodBrake:
    """During a flood, makes each sender wait a little after their report is stored, and refuses none (promise A19)."""

    def __init__(
        self,
        reports_an_hour: float = REPORTS_AN_HOUR,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most, self._sleep = reports_an_hour, sleep
        self._bucket = LeakyBucket(reports_an_hour, clock)
        self._places = threading.Semaphore(MOST_WAITING)

    def wait_if_flooded(self) -> None:
        """Return at once, or after STEP_SECONDS if too many reports came lately and a thread is free."""
        level = self._bucket.add()
        if level is not None and level > self._most and self._places.acquire(blocking=False):
            try:
                self._sleep(STEP_SECONDS)
            finally:
                self._places.release()
