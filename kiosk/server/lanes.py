"""The lanes of one process: what the app cannot deal with yet waits here, and is drawn by lot (promise G10).

The app names the lane, the loop keeps the request as it came, and no thread waits. One connection has one ticket, so
a script that never pauses gains nothing by it; and who is drawn waits for the next round, so that nobody waits longer
than two rounds.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import TYPE_CHECKING

from kiosk.accounts.sign_in.code_rate_limit import CODES, CODES_OF_TWO, SLOW_SECONDS
from kiosk.accounts.sign_in.hash_slots import Lane as Hashing
from kiosk.web.lanes import LATE

if TYPE_CHECKING:
    from kiosk.server.connection import Connection

LONGEST_SECONDS = 40.0  # after this wait the app tells them to try again
MOST_WAITING = 500
AT_ONCE = {Hashing.KNOWN.value: 2, LATE: 2}  # threads that may work for a lane; any other lane has one
# How long a lane rests after an answer that refuses.
REST_SECONDS = {CODES: SLOW_SECONDS, CODES_OF_TWO: 2 * SLOW_SECONDS}


@dataclass(eq=False)
class Lane:
    """The requests that wait for one thing, and since when; those left of this round, in the order of the draw."""

    kind: str
    waiting: dict["Connection", float] = field(default_factory=dict)
    round: list["Connection"] = field(default_factory=list)
    in_threads: int = 0
    rests_until: float = 0.0

    @property
    def has_room(self) -> bool:
        """Whether one more may have a thread."""
        return self.in_threads < AT_ONCE.get(self.kind, 1)


class Lanes:
    """Threads say who has to wait and who is answered; the loop alone draws."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, chance: Random | None = None) -> None:
        self._clock, self._chance, self._lock = clock, chance or SystemRandom(), threading.Lock()
        self._lanes = {LATE: Lane(LATE)}

    def __len__(self) -> int:
        """How many requests wait."""
        return len(self.waiting)

    @property
    def waiting(self) -> list["Connection"]:
        """Every request that waits."""
        with self._lock:
            return [one for lane in self._lanes.values() for one in lane.waiting]

    def join(self, one: "Connection", name: str) -> None:
        """Let one wait in the lane of this name; of a name with a number, the first word says how it is drawn."""
        with self._lock:
            self._lanes.setdefault(name, Lane(name.split()[0])).waiting[one] = self._clock()

    def leave(self, one: "Connection") -> None:
        """Forget one who waits."""
        with self._lock:
            for lane in self._lanes.values():
                lane.waiting.pop(one, None)

    def end(self, name: str, is_refused: bool) -> None:
        """Free the place of one who was drawn and is answered."""
        with self._lock:
            lane = self._lanes[name]
            lane.in_threads -= 1
            if is_refused:
                lane.rests_until = self._clock() + REST_SECONDS.get(lane.kind, 0)

    def seconds_until_draw(self) -> float:
        """Seconds until the next request can be drawn; infinite while no lane has one to draw."""
        with self._lock:
            able = [lane.rests_until for lane in self._lanes.values() if lane.waiting and lane.has_room]
        return max(0.0, min(able, default=math.inf) - self._clock())

    def turn(self, hand_over: Callable[["Connection", str], None], longest: float = LONGEST_SECONDS) -> None:
        """Hand over whoever is drawn with the name of their lane, and LATE whoever has waited too long."""
        now = self._clock()
        with self._lock:
            self._end_waits(now, longest)
            drawn = [(one, name) for name, lane in self._lanes.items() for one in self._draw(lane, now)]
        for one, name in drawn:
            hand_over(one, name)

    def _end_waits(self, now: float, longest: float) -> None:
        """Let those who have waited too long, and by lot those who are too many, wait to be told so instead."""
        left = [(lane, one) for lane in self._lanes.values() if lane.kind != LATE for one in lane.waiting]
        late = [(lane, one) for lane, one in left if now - lane.waiting[one] >= longest]
        late += self._chance.sample(left, max(0, len(left) - MOST_WAITING))
        for lane, one in dict.fromkeys(late):
            self._lanes[LATE].waiting[one] = lane.waiting.pop(one)

    def _draw(self, lane: Lane, now: float) -> Iterator["Connection"]:
        while lane.waiting and lane.has_room and now >= lane.rests_until:
            if not lane.round:
                lane.round = self._chance.sample(list(lane.waiting), len(lane.waiting))
            one = lane.round.pop()
            if lane.waiting.pop(one, None) is None:
                continue
            if one.has_left:
                one.handle_close()
                continue
            lane.in_threads += 1
            yield one
