"""Guessing six pictures stays slow for the whole school, and nobody is refused for good (promises C3, C9).

Only wrong pictures are counted, so a child who looks changes nothing for others. How long a look-up takes is no
matter of this file: the server answers it on the beat of whatever is sent.
"""

import time
from collections.abc import Callable
from random import SystemRandom

from kiosk.host.rate_limit import LeakyBucket

TRIES_AN_HOUR = 600
TRIES_AT_ONCE = 60  # part of the 600, so that a whole class can look at once
HOMES_AN_HOUR, HOMES_AT_ONCE = 120, 12  # counted by themselves: anybody can reach the page of homes
_CHANCE = SystemRandom()


class GuessLimit:
    """Admits look-ups of one school by lot: so many wrong ones in an hour, and so many at once.

    A full bucket plus what leaves it in an hour is at most the number allowed in an hour, over all processes. Each of
    several nodes has its part of that, as none asks another: a question would say that a child looks.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = _CHANCE.random,
        an_hour: int = TRIES_AN_HOUR,
        at_once: int = TRIES_AT_ONCE,
        nodes: int = 1,
    ) -> None:
        self._draw, self._at_once = draw, at_once / nodes
        self._bucket = LeakyBucket((an_hour - at_once) / nodes, clock)

    def admit(self) -> bool:
        """Whether these pictures may be looked up now; the chance falls smoothly once half of the tries are used."""
        level = self._bucket.level()
        if level is None or self._draw() >= 2 * (self._at_once - level) / self._at_once:
            return False
        return self._bucket.add(self._at_once) is not None

    def take_back(self) -> None:
        """Count a look-up no longer that was admitted: its pictures were right."""
        self._bucket.take_back()


def limit_of_homes(nodes: int = 1) -> GuessLimit:
    """The limit for look-ups from homes, beside the school's own: whoever guesses from outside slows no child."""
    return GuessLimit(an_hour=HOMES_AN_HOUR, at_once=HOMES_AT_ONCE, nodes=nodes)
