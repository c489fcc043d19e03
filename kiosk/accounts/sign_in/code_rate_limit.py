"""Limits guessing of class codes: many wrong codes slow the look-ups down and lock nobody out (promise G10).

There are 4,410 codes, and whoever finds one sees the first names of a class. Wrong codes are counted for the school as
a whole; tablets on which a class was joined before are counted apart from others, in sixteen groups by that class.
"""

import time
import uuid
from collections.abc import Callable

from kiosk.host.rate_limit import HOUR_SECONDS, LeakyBucket

WRONG_AT_ONCE = 60  # enough for every child of two classes to mistype once
WRONG_AN_HOUR = 300
SLOW_SECONDS = 2.0  # between two look-ups of a group that has had too many wrong codes
GROUPS = 16
STRANGERS = GROUPS  # the group of tablets that have not joined a class


class CodeRateLimit:
    """Lets look-ups pass at once, or one every two seconds after many wrong codes of the same group."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._wrong = [LeakyBucket(WRONG_AN_HOUR, clock) for _ in range(GROUPS + 1)]
        self._passing = [LeakyBucket(HOUR_SECONDS / SLOW_SECONDS, clock) for _ in range(GROUPS + 1)]

    def allows_lookup(self, group: int) -> bool:
        """Whether a tablet of this group may have a code looked up now; else it asks again in a moment."""
        wrong = self._wrong[group].level()
        # None: a process was killed while it was counting. That must not lock a class out.
        return wrong is None or wrong < WRONG_AT_ONCE or self._passing[group].add(1) is not None

    def count_wrong(self, group: int) -> None:
        """Count a wrong code. The count stops a little above the limit, so that normal speed returns soon after a
        flood."""
        self._wrong[group].add(WRONG_AT_ONCE + 1)


def group_of(class_id: uuid.UUID) -> int:
    """The group of tablets on which this class is joined; sixteen groups hardly say which class it was."""
    return class_id.bytes[-1] % GROUPS
