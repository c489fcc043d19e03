"""Guessing is slowed for the whole school, and nobody who comes back is refused for good (promises C3, C9)."""

import os
import random
from collections.abc import Iterator
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.host.rate_limit import HOUR_SECONDS
from kiosk.report.replies.guess_limit import HOMES_AN_HOUR, TRIES_AN_HOUR, TRIES_AT_ONCE, GuessLimit
from kiosk.sealing.picture_code import LENGTH, PICTURES
from tests.report.clock import Clock

DAYS, LIVE_CODES = 90, 200
CHANCE_OF_A_HIT = 0.0046
PAGE_SECONDS = 4.5  # between two taps on Look


def _limit(clock: Clock, seed: int = 0) -> GuessLimit:
    return GuessLimit(clock, random.Random(seed).random)


def _moments(limit: GuessLimit, clock: Clock, hours: float, pause: float) -> Iterator[float]:
    """When a guesser was let look, who sends other pictures every `pause` seconds."""
    ends = clock.now + hours * HOUR_SECONDS
    while clock.now < ends:
        if limit.admit():
            yield clock.now
        clock.now += pause


@settings(max_examples=25)
@given(st.floats(0.5, 60), st.floats(1, 3), st.integers(0, 99))
def test_c3_no_hour_ever_has_more_than_six_hundred_guesses(pause: float, hours: float, seed: int) -> None:
    clock = Clock()
    moments = list(_moments(_limit(clock, seed), clock, hours, pause))
    for first in range(len(moments) - TRIES_AN_HOUR):
        assert moments[first + TRIES_AN_HOUR] - moments[first] >= HOUR_SECONDS


def test_c3_the_chance_of_any_hit_in_ninety_days_is_as_promised() -> None:
    tries = (TRIES_AN_HOUR + HOMES_AN_HOUR) * 24 * DAYS
    assert tries * LIVE_CODES / PICTURES**LENGTH <= CHANCE_OF_A_HIT


def test_c3_what_others_tried_in_their_process_slows_this_one() -> None:
    clock = Clock()
    limit = _limit(clock)
    child = os.fork()
    if not child:
        list(_moments(limit, clock, hours=1, pause=1.0))
        os._exit(0)
    os.waitpid(child, 0)
    assert sum(limit.admit() for _ in range(60)) < 10


def test_c3_right_pictures_are_no_guesses_and_slow_nobody() -> None:
    limit = _limit(Clock())
    for _ in range(500):
        assert limit.admit()
        limit.take_back()
    assert limit._bucket.level() == 0


@pytest.mark.parametrize("looking", [0, 10, TRIES_AT_ONCE // 2 - 1])
def test_c9_in_a_quiet_hour_nobody_is_told_to_wait_whoever_else_looks_at_that_moment(looking: int) -> None:
    for seed in range(50):
        limit = _limit(Clock(), seed)
        assert all(limit.admit() for _ in range(looking))
        assert limit.admit()


def test_c9_a_child_has_a_turn_though_somebody_guesses_ten_times_a_second() -> None:
    waits = []
    for seed in range(9):
        clock = Clock()
        limit = _limit(clock, seed)
        list(_moments(limit, clock, hours=0.5, pause=0.1))
        began = asks = clock.now
        while clock.now < asks or not limit.admit():
            if clock.now >= asks:
                asks = clock.now + PAGE_SECONDS
            limit.admit()
            clock.now += 0.1
        waits.append(clock.now - began)
    assert median(waits) < HOUR_SECONDS / 4


def test_c9_a_class_that_comes_back_together_is_let_in_at_once() -> None:
    limit = _limit(Clock())
    assert all(limit.admit() for _ in range(30))
