"""The queue of children who enter six pictures: guessing stays slow, and nobody is refused (promises C3, C9).

The report zone knows no addresses, so what is fair here goes by what is asked: one entry in line for each six
pictures, however often they are sent, and the same chance for every entry. Whether somebody has to wait is drawn by
lot, and each look-up takes a fixed time: what one tablet sees reveals almost nothing about the use of another.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil

from kiosk.host.rate_limit import LeakyBucket

TRIES_AN_HOUR = 600
TRIES_AT_ONCE = 60  # part of the 600, so that a whole class can look at once
PAUSE_SECONDS = 1.0  # each look-up takes a whole number of these, mostly one
FEWEST_PLACES, MOST_PLACES = 2, 4  # threads of a process that look-ups may hold, drawn anew after each pause
MOST_IN_LINE = 200  # beyond them, a new entry takes the place of one drawn by lot
DRAWN_AT_ONCE = 12  # in a longer line, about so many get a chance in the time that a page waits
BEAT_SECONDS = 3.0  # how long one entry waits for its next chance
FORGET_SECONDS = 120.0  # an entry that nobody asked for again is over
_CHANCE = secrets.SystemRandom()


class NotYet(Exception):
    """These pictures stand in line and were not looked up: ask again with the same ones in a moment."""


@dataclass
class Lookup:
    """One look-up that was admitted. Right pictures do not count as a try: only guesses are slowed."""

    right: bool = False


@dataclass
class _Entry:
    drawn_at: float
    asked_at: float


class LookupQueue:
    """Admits look-ups of one school by lot: so many wrong ones in an hour, and so many at once.

    A full bucket plus what leaves it in an hour is at most the number allowed in an hour, over all processes.
    """

    def __init__(
        self,
        tries_an_hour: float = TRIES_AN_HOUR,
        at_once: float = TRIES_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = _CHANCE.random,
    ) -> None:
        self._most, self._clock, self._sleep, self._draw = at_once, clock, sleep, draw
        self._bucket = LeakyBucket(tries_an_hour - at_once, clock)
        self._key = secrets.token_bytes(32)  # codes are never kept, not even in memory
        self._line: dict[bytes, _Entry] = {}
        self._busy, self._places, self._drawn_for = 0, FEWEST_PLACES, -1
        self._lock = threading.Lock()

    @contextmanager
    def lookup_slot(self, code: Sequence[int]) -> Iterator["Lookup"]:
        """Allow one look-up, which takes a fixed time whether it succeeds or breaks; raises NotYet without one."""
        began = self._clock()
        if not self._admit(blake2b(bytes(code), digest_size=16, key=self._key).digest(), began):
            raise NotYet
        lookup = Lookup()
        try:
            yield lookup
        finally:
            if lookup.right:
                self._bucket.take_back()
            took = self._clock() - began
            try:
                self._sleep(max(1, ceil(took / PAUSE_SECONDS)) * PAUSE_SECONDS - took)
            finally:
                with self._lock:
                    self._busy -= 1

    def _admit(self, mark: bytes, now: float) -> bool:
        with self._lock:
            if not self._may_draw(mark, now) or self._draw() >= self._chance(now):
                return False
            if self._bucket.add(self._most) is None:
                return False
            del self._line[mark]
            self._busy += 1
            return True

    def _may_draw(self, mark: bytes, now: float) -> bool:
        """Whether this entry, which stands in line from now on, has not had its chance within the last beat."""
        self._line = {
            one: entry for one, entry in self._line.items() if now - entry.asked_at < FORGET_SECONDS
        }
        entry = self._line.get(mark)
        if entry is None:
            if len(self._line) >= MOST_IN_LINE:
                del self._line[list(self._line)[int(self._draw() * len(self._line))]]
            self._line[mark] = _Entry(now, now)
            return True
        entry.asked_at = now
        if now - entry.drawn_at < BEAT_SECONDS:
            return False
        entry.drawn_at = now
        return True

    def _chance(self, now: float) -> float:
        """The probability that a look-up is admitted; it falls smoothly, so that one more look-up hardly shows."""
        level = self._bucket.level()
        if level is None or self._busy >= self._places_for(int(now / PAUSE_SECONDS)):
            return 0.0
        room = min(1.0, 2 * max(0.0, self._most - level) / self._most)
        return room * min(1.0, DRAWN_AT_ONCE / len(self._line))

    def _places_for(self, pause: int) -> int:
        if self._drawn_for != pause:
            self._drawn_for = pause
            self._places = FEWEST_PLACES + int(self._draw() * (MOST_PLACES - FEWEST_PLACES + 1))
        return self._places
