"""Who has to wait is drawn by lot, round by round, with one ticket for each connection (promise G10)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from statistics import mean

import pytest

from kiosk.accounts.sign_in.code_rate_limit import SLOW_SECONDS, lane_of
from kiosk.accounts.sign_in.hash_slots import Lane as Hashing
from kiosk.server.lanes import LONGEST_SECONDS, MOST_WAITING, Lanes
from kiosk.web.lanes import LATE
from tests.report.clock import Clock

STRANGERS, KNOWN = Hashing.STRANGERS.value, Hashing.KNOWN.value
HASH_SECONDS, SCRIPTS = 0.5, 8


@dataclass(eq=False)
class Browser:
    """A connection as the lanes see it."""

    name: str = ""
    has_left: bool = False

    def handle_close(self) -> None:
        assert self.has_left


@dataclass
class Door:
    """Lanes under a clock that a test moves, and who has a thread at present, for which lane."""

    clock: Clock = field(default_factory=Clock)
    at_work: dict[Browser, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lanes = Lanes(self.clock, Random(19))

    def join(self, lane: str, *waiting: Browser) -> None:
        for one in waiting:
            self.lanes.join(one, lane)  # type: ignore[arg-type]

    def turn(self, longest: float = LONGEST_SECONDS) -> None:
        self.lanes.turn(self.at_work.__setitem__, longest)

    def answer(self, one: Browser, is_refused: bool = False) -> None:
        self.lanes.end(self.at_work.pop(one), is_refused)

    def work(self, lane: str, seconds: float) -> Iterator[Browser]:
        """Everybody who is drawn from a lane one after another, each of whom takes so long."""
        while True:
            self.turn()
            if not self.at_work:
                return
            (one,) = self.at_work
            assert self.at_work[one] == lane
            self.clock.now += seconds
            self.answer(one)
            yield one


@pytest.fixture
def door() -> Door:
    return Door()


def test_one_stranger_at_a_time_has_a_thread_and_whoever_is_known_waits_for_no_stranger(door: Door) -> None:
    strangers, known = [Browser() for _ in range(5)], [Browser() for _ in range(3)]
    door.join(STRANGERS, *strangers)
    door.join(KNOWN, *known)
    door.turn()
    assert Counter(door.at_work.values()) == {STRANGERS: 1, KNOWN: 2}
    door.turn()
    assert len(door.at_work) == 3


def test_a_newcomer_is_drawn_within_two_rounds_however_fast_scripts_come_back(door: Door) -> None:
    def wait_of_a_newcomer(comes_after: int) -> float:
        newcomer, came = Browser("newcomer"), 0.0
        for count, one in enumerate(door.work(STRANGERS, HASH_SECONDS)):
            if one is newcomer:
                return door.clock.now - came
            door.join(STRANGERS, one)
            if count == comes_after:
                door.join(STRANGERS, newcomer)
                came = door.clock.now
        raise AssertionError

    door.join(STRANGERS, *[Browser() for _ in range(SCRIPTS)])
    waits = [wait_of_a_newcomer(comes_after) for comes_after in list(range(2 * SCRIPTS)) * 20]
    assert max(waits) <= (2 * SCRIPTS + 1) * HASH_SECONDS
    assert mean(waits) == pytest.approx(SCRIPTS * HASH_SECONDS, rel=0.25)


def test_a_connection_that_has_left_loses_its_ticket(door: Door) -> None:
    left, stays = [Browser(has_left=True) for _ in range(200)], Browser()
    door.join(STRANGERS, *left[:100], stays, *left[100:])
    door.turn()
    assert list(door.at_work) == [stays]
    door.answer(stays)
    door.turn()
    assert not door.lanes


def test_after_a_wrong_code_its_group_rests_and_after_a_right_one_nobody_does(door: Door) -> None:
    children, guesser, other = [Browser() for _ in range(20)], Browser(), Browser()
    door.join(lane_of(3), guesser)
    door.turn()
    door.answer(guesser, is_refused=True)
    door.join(lane_of(3), *children)
    door.join(lane_of(4), other)
    door.turn()
    assert list(door.at_work) == [other]
    assert door.lanes.seconds_until_draw() == SLOW_SECONDS
    door.answer(other)
    door.clock.now += SLOW_SECONDS
    assert len(list(door.work(lane_of(3), 0.01))) == 20
    assert door.clock.now < SLOW_SECONDS + Clock().now + 1


def test_whoever_has_waited_too_long_is_handed_over_to_be_told_so(door: Door) -> None:
    first, waits = Browser(), [Browser() for _ in range(3)]
    door.join(STRANGERS, first)
    door.turn()
    door.join(STRANGERS, *waits)
    door.clock.now += LONGEST_SECONDS - 1
    late = Browser()
    door.join(STRANGERS, late)
    door.turn()
    assert list(door.at_work) == [first]
    door.clock.now += 1
    told: list[Browser] = []
    for _ in waits:
        door.turn()
        now_late = [one for one, lane in door.at_work.items() if lane == LATE]
        told += now_late
        for one in now_late:
            door.answer(one, is_refused=True)
    assert Counter(told) == Counter(waits)
    assert door.lanes.waiting == [late]


def test_of_more_than_may_wait_some_by_lot_are_told_so_whenever_they_came(door: Door) -> None:
    told = Counter[str]()
    for _ in range(40):
        early, late = ([Browser(name) for _ in range(MOST_WAITING // 2 + 50)] for name in ("early", "late"))
        door.join(STRANGERS, Browser())
        door.turn()
        door.join(STRANGERS, *early, *late)
        while door.at_work:
            for one, lane in list(door.at_work.items()):
                told[one.name] += lane == LATE
                door.answer(one)
            door.turn()
    assert told["early"] + told["late"] == 40 * 100
    assert told["early"] == pytest.approx(told["late"], rel=0.2)


def test_when_the_server_stops_everybody_is_told_so(door: Door) -> None:
    waits = [Browser() for _ in range(10)]
    door.join(STRANGERS, *waits)
    for _ in waits:
        door.turn(longest=0)
        for one in list(door.at_work):
            assert door.at_work[one] == LATE
            door.answer(one)
    assert not door.lanes


def test_nothing_wakes_the_loop_while_nobody_can_be_drawn(door: Door) -> None:
    never = float("inf")
    assert door.lanes.seconds_until_draw() == never
    door.join(STRANGERS, Browser(), Browser())
    door.turn()
    assert door.lanes.seconds_until_draw() == never


def test_one_who_is_forgotten_is_never_drawn(door: Door) -> None:
    one = Browser()
    door.join(STRANGERS, one)
    door.lanes.leave(one)  # type: ignore[arg-type]
    door.turn()
    assert not door.at_work
