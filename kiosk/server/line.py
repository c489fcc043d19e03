"""The line of what is sent under /report: drawn by lot, answered on a beat that no form moves (promise A20).

Beats are those of the clock, so that no tablet sees in its own wait whether another one sends. The line knows of a
request that it is whole, and nothing of what it says: neither a lot nor a wait can depend on that.
"""

import time
from collections.abc import Callable, Iterable
from itertools import zip_longest
from random import Random, SystemRandom
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kiosk.server.connection import Connection

BEAT_SECONDS = 1.0
MOST_A_BEAT = 20
MOST_AT_ONCE = 4  # most threads that may work for this line; the others are for lessons
MOST_WAITING = 500


class Waits(NamedTuple):
    """The beat in which a connection came, and the host of its school."""

    came: int
    school: str


class Line:
    """Connections that have sent a whole request: each waits, is drawn, and is answered with those of the same beat."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, chance: Random | None = None, beats: int = 1
    ) -> None:
        """`beats`: how many pass between being drawn and the answer."""
        self._clock, self._chance, self._answered_after = clock, chance or SystemRandom(), beats
        self._beat = self._beat_of_now()
        self.waiting: dict[Connection, Waits] = {}  # not drawn yet
        self._drawn: list[Connection] = []  # connections that are drawn and wait for a thread
        self._in_threads: list[Connection] = []
        self._beats: list[
            tuple[int, list[Connection]]
        ] = []  # drawn in the same beat, and answered together then

    def __len__(self) -> int:
        """How many connections it holds."""
        return len(self.waiting) + sum(len(together) for _, together in self._beats)

    def join(self, one: "Connection", school: str = "") -> None:
        """Let one wait for a beat that begins later, which makes its answer a whole beat long at least."""
        self.waiting[one] = Waits(self._beat_of_now(), school)

    def leave(self, gone: Iterable["Connection"]) -> None:
        """Forget some that are not drawn yet."""
        for one in gone:
            self.waiting.pop(one, None)

    def seconds_to_beat(self) -> float:
        """Seconds until the next beat."""
        return (self._beat_of_now() + 1) * BEAT_SECONDS - self._clock()

    def turn(self, hand_over: Callable[["Connection"], None]) -> None:
        """With each new beat answer and draw; hand over what threads have room for."""
        beat = self._beat_of_now()
        if beat > self._beat:
            self._beat = beat
            self._answer_beats()
            self._draw_connections()
        self._in_threads = [one for one in self._in_threads if one.requests]
        while self._drawn and len(self._in_threads) < MOST_AT_ONCE:
            self._in_threads.append(self._drawn.pop())
            hand_over(self._in_threads[-1])

    def take_surplus(self, most: int) -> list["Connection"]:
        """Those of more than `most` who wait that find no place, drawn by lot; they leave the line."""
        surplus = self._by_lot(self.waiting)[most:] if len(self.waiting) > most else []
        self.leave(surplus)
        return surplus

    def _beat_of_now(self) -> int:
        return int(self._clock() // BEAT_SECONDS)

    def _answer_beats(self) -> None:
        """Answer each beat whose last thread is done: one that overruns moves the answers of all of its beat."""
        unready = []
        for due, together in self._beats:
            if due > self._beat or any(one.requests for one in together):
                unready.append((due, together))
                continue
            for one in together:
                one.release()
        self._beats = unready

    def _by_lot(self, some: Iterable["Connection"]) -> list["Connection"]:
        """These by lot, in rounds with one of each school: who floods a school brakes nobody of another."""
        schools: dict[str, list[Connection]] = {}
        for one in some:
            schools.setdefault(self.waiting[one].school, []).append(one)
        drawn = [self._chance.sample(each, len(each)) for each in schools.values()]
        self._chance.shuffle(drawn)
        return [one for together in zip_longest(*drawn) for one in together if one is not None]

    def _draw_connections(self) -> None:
        able = [one for one, waits in self.waiting.items() if waits.came < self._beat]
        drawn = self._by_lot(able)[: MOST_A_BEAT - len(self._drawn)]
        self.leave(drawn)
        self._drawn += drawn
        if drawn:
            self._beats.append((self._beat + self._answered_after, drawn))
