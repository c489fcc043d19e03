"""Guessing is slowed for the whole school, and nobody who comes back is refused or told of others (promises C3, C9)."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.host.rate_limit import HOUR_SECONDS
from kiosk.report.replies.lookup_queue import (
    BEAT_SECONDS,
    MOST_IN_LINE,
    MOST_PLACES,
    PAUSE_SECONDS,
    TRIES_AN_HOUR,
    TRIES_AT_ONCE,
    LookupQueue,
    NotYet,
)
from kiosk.sealing.picture_code import LENGTH, PICTURES
from tests.report.clock import Clock

DAYS, LIVE_CODES = 90, 200
CHANCE_OF_A_HIT = 0.0038
MINE = (63,) * LENGTH
PAGE_SECONDS = 4.5  # after which a waiting page asks again


def _queue(clock: Clock, seed: int = 0, waits: bool = True) -> LookupQueue:
    sleep = clock.sleep if waits else _no_time
    return LookupQueue(clock=clock, sleep=sleep, draw=random.Random(seed).random)


def _no_time(seconds: float) -> None:
    pass


def _codes() -> Iterator[tuple[int, ...]]:
    """Different pictures each time, as a guesser sends them."""
    return (tuple(number >> (6 * place) & 63 for place in range(LENGTH)) for number in count())


def _looked_up(queue: LookupQueue, code: tuple[int, ...], right: bool = False) -> bool:
    try:
        with queue.lookup_slot(code) as lookup:
            lookup.right = right
            return True
    except NotYet:
        return False


def _moments(queue: LookupQueue, clock: Clock, hours: float, pause: float) -> Iterator[float]:
    """When a guesser was let look, who sends other pictures every `pause` seconds."""
    ends = clock.now + hours * HOUR_SECONDS
    for code in _codes():
        if clock.now >= ends:
            return
        if _looked_up(queue, code):
            yield clock.now
        clock.now += pause


# Guessing is slow


@settings(max_examples=25)
@given(st.floats(0.5, 60), st.floats(1, 3), st.integers(0, 99))
def test_c3_no_hour_ever_has_more_than_six_hundred_guesses(pause: float, hours: float, seed: int) -> None:
    clock = Clock()
    moments = list(_moments(_queue(clock, seed, waits=False), clock, hours, pause))
    for first in range(len(moments) - TRIES_AN_HOUR):
        assert moments[first + TRIES_AN_HOUR] - moments[first] >= HOUR_SECONDS


def test_c3_the_chance_of_any_hit_in_ninety_days_is_as_promised() -> None:
    tries = TRIES_AN_HOUR * 24 * DAYS
    assert tries * LIVE_CODES / PICTURES**LENGTH <= CHANCE_OF_A_HIT


def test_c3_what_others_tried_in_their_process_slows_this_one() -> None:
    clock = Clock()
    queue = _queue(clock, waits=False)
    child = os.fork()
    if not child:
        list(_moments(queue, clock, hours=1, pause=1.0))
        os._exit(0)
    os.waitpid(child, 0)
    assert sum(_looked_up(queue, code) for code, _ in zip(_codes(), range(60), strict=False)) < 10


def test_c3_right_pictures_are_no_guesses_and_slow_nobody() -> None:
    clock = Clock()
    queue = _queue(clock)
    for _ in range(500):
        assert _looked_up(queue, MINE, right=True)
        clock.now += BEAT_SECONDS
    assert queue._bucket.level() == 0


# What one tablet sees of another


@pytest.mark.parametrize("before", [0, 1, 10, 29])
def test_c9_how_long_a_look_up_takes_says_nothing_of_those_before(before: int) -> None:
    """It took five seconds times how much the school had tried lately: one child's look-up was 83 ms for the next."""
    clock = Clock()
    queue = _queue(clock)
    for code, _ in zip(_codes(), range(before), strict=False):
        assert _looked_up(queue, code)
    began = clock.now
    assert _looked_up(queue, MINE)
    assert clock.now - began == pytest.approx(PAUSE_SECONDS)


@pytest.mark.parametrize("took", [0.0, 0.1, 0.7, 1.2])
def test_c9_a_look_up_takes_whole_pauses_also_if_it_breaks(took: float) -> None:
    clock = Clock()
    queue, began = _queue(clock), clock.now
    with pytest.raises(ValueError, match="broken"), queue.lookup_slot(MINE):
        clock.now += took
        raise ValueError("broken")
    waited = clock.now - began
    assert waited / PAUSE_SECONDS == pytest.approx(round(waited / PAUSE_SECONDS))
    assert waited >= PAUSE_SECONDS
    assert _looked_up(queue, (1,) * LENGTH), "its place is free again"


def _told_apart(with_child: list[float], without: list[float]) -> float:
    """How often a look at one of each tells which is which: 0.5 is guessing, 1.0 is certainty."""
    pairs = [(one > other) + 0.5 * (one == other) for one in with_child for other in without]
    return max(sum(pairs), len(pairs) - sum(pairs)) / len(pairs)


def _burst(seed: int, child_looks: bool) -> float:
    """How many of ten look-ups at once are let in, while a child is being looked up for or not."""
    queue = _queue(Clock(), seed, waits=False)
    with ExitStack() as held:
        if child_looks:
            held.enter_context(queue.lookup_slot(MINE))
        got = 0
        for code, _ in zip(_codes(), range(10), strict=False):
            try:
                held.enter_context(queue.lookup_slot(code))
            except NotYet:
                continue
            got += 1
    return got


def _watched(seed: int, child_looks: bool) -> float:
    """How many guesses get through in the twenty seconds after a child's wrong try, for who keeps the count full."""
    clock = Clock()
    queue, guesses, got = _queue(clock, seed, waits=False), _codes(), 0
    for _ in range(55):
        queue._bucket.add()
    waiting = [next(guesses) for _ in range(12)]
    for second in range(140):
        if second == 120 and child_looks:
            queue._bucket.add()
        for place, code in enumerate(waiting):
            if _looked_up(queue, code):
                waiting[place], got = next(guesses), got + (second >= 120)
        clock.now += 1
    return got


@pytest.mark.parametrize(("watch", "most"), [(_burst, 0.85), (_watched, 0.8)])
def test_c9_who_fills_all_places_or_the_whole_count_is_left_guessing_whether_a_child_looks(
    watch: Callable[[int, bool], float], most: float
) -> None:
    """With a number of places that everybody knows, or waiting by turn, one look is enough: 1.0."""
    looked, nobody = ([watch(seed + 1000 * child, child) for seed in range(60)] for child in (True, False))
    assert _told_apart(looked, nobody) < most


# Nobody is refused, and everybody has a turn


def _waited(seed: int, codes: Iterator[tuple[int, ...]], an_attackers_pause: float) -> float:
    """How many seconds a child waits where the hour's guesses are used up, and somebody goes on guessing."""
    clock = Clock()
    queue = _queue(clock, seed, waits=False)
    while queue._bucket.add(TRIES_AT_ONCE):
        pass
    comes = asks = clock.now + 60
    for code in codes:
        if clock.now >= asks:
            if _looked_up(queue, MINE):
                return clock.now - comes
            asks = clock.now + PAGE_SECONDS
        _looked_up(queue, code)
        clock.now += an_attackers_pause
    raise AssertionError("no more guesses")


def test_c9_while_one_child_is_looked_up_for_another_never_has_to_wait() -> None:
    """A page that says "wait" in a quiet hour would say that somebody else looks at this very moment."""
    for seed in range(50):
        queue = _queue(Clock(), seed, waits=False)
        with queue.lookup_slot(MINE):
            assert _looked_up(queue, (1,) * LENGTH)


def test_c9_who_sends_the_same_pictures_again_and_again_has_no_more_turns_than_a_child() -> None:
    same = [(number,) * LENGTH for number in range(3)]
    waits = [_waited(seed, (same[number % 3] for number in count()), 0.05) for seed in range(15)]
    assert median(waits) < 90


def test_c9_a_child_has_a_turn_though_somebody_guesses_ten_times_a_second() -> None:
    waits = [_waited(seed, _codes(), 0.1) for seed in range(9)]
    assert median(waits) < HOUR_SECONDS / 4


def test_c9_a_class_that_comes_back_together_is_through_in_less_than_a_minute() -> None:
    clock = Clock()
    queue = _queue(clock, waits=False)
    waiting = [(code, clock.now) for code, _ in zip(_codes(), range(30), strict=False)]
    began = clock.now
    while waiting:
        code, asks = waiting.pop(0)
        clock.now = max(clock.now, asks) + PAUSE_SECONDS / 2  # two in each pause, the fewest places there are
        if not _looked_up(queue, code):
            waiting.append((code, clock.now + PAGE_SECONDS))
    assert clock.now - began < 60


def test_c9_the_line_is_bounded_and_look_ups_hold_few_threads() -> None:
    clock = Clock()
    queue = _queue(clock)
    with ExitStack() as held:
        busy = 0
        for code, _ in zip(_codes(), range(2000), strict=False):
            try:
                held.enter_context(queue.lookup_slot(code))
            except NotYet:
                clock.now += 0.01
                continue
            busy += 1
        assert 1 <= busy <= MOST_PLACES
        assert len(queue._line) <= MOST_IN_LINE
