"""Limits guessing of class codes: after many wrong codes look-ups are drawn, and nobody is locked out (promise G10).

There are 4,410 codes, and whoever finds one sees the first names of a class. Wrong codes are counted for the school as
a whole, by each of two nodes for its half; tablets on which a class was joined before are counted apart from others, in
sixteen groups by that class.
"""

import time
import uuid
from collections.abc import Callable

from kiosk.host.rate_limit import LeakyBucket

WRONG_AT_ONCE = 60  # enough for every child of two classes to mistype once
WRONG_AN_HOUR = 300
SLOW_SECONDS = (
    4.0  # the pause after each further wrong code of a group, in each server process; on two nodes twice
)
CODES, CODES_OF_TWO = "codes", "codes-of-two"  # the lanes on a school's one node, and on each of two
GROUPS = 16
STRANGERS = GROUPS  # the group of tablets that have not joined a class


class CodeRateLimit:
    """Says whether a group has had many wrong codes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, nodes: int = 1) -> None:
        self._most = WRONG_AT_ONCE / nodes
        self._wrong = [LeakyBucket(WRONG_AN_HOUR / nodes, clock) for _ in range(GROUPS + 1)]

    def is_slowed(self, group: int) -> bool:
        """Whether codes of this group are looked up one by one."""
        wrong = self._wrong[group].level()
        # None: a process was killed while it was counting. That must not lock a class out.
        return wrong is not None and wrong >= self._most

    def count_wrong(self, group: int) -> None:
        """Count a wrong code. The count stops a little above the limit, so that normal speed returns soon after a
        flood."""
        self._wrong[group].add(self._most + 1)


def group_of(class_id: uuid.UUID) -> int:
    """The group of tablets on which this class is joined; sixteen groups hardly say which class it was."""
    return class_id.bytes[-1] % GROUPS


def lane_of(group: int, nodes: int = 1) -> str:
    """The lane in which tablets of a slowed group wait."""
    return f"{CODES if nodes == 1 else CODES_OF_TWO} {group}"
