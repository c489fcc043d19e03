"""Guessing is slowed for the whole school and never locked, and takes no thread from reports (promises C3, A19)."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.report import slowing
from kiosk.report.slowing import (
    HOUR_SECONDS,
    LONGEST_SECONDS,
    MOST_WAITING,
    STEP_SECONDS,
    TRIES_AN_HOUR,
    Bucket,
    FloodBrake,
    Slowing,
    TooManyAtOnce,
)
from kiosk.sealing.picture_code import LENGTH, PICTURES
from tests.serving import PATIENCE_SECONDS

DAYS, LIVE_CODES = 90, 200
CHANCE_OF_A_HIT = 0.0038


@dataclass
class Clock:
    """A clock that only waiting moves."""

    now: float = 1000.0
    waited: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += seconds
        self.waited += seconds


def _slow(clock: Clock) -> Slowing:
    return Slowing(clock=clock, sleep=clock.sleep)


def _looked_up(slow: Slowing) -> bool:
    try:
        with slow.lookup_slot():
            return True
    except TooManyAtOnce:
        return False


def _guesses(clock: Clock, hours: float, pause: float) -> Iterator[float]:
    """When look-ups happened for somebody who tries again and again, `pause` seconds after each refusal."""
    slow, ends = _slow(clock), clock.now + hours * HOUR_SECONDS
    while clock.now < ends:
        if _looked_up(slow):
            yield clock.now
        else:
            clock.now += pause


@given(st.floats(0.05, 600), st.floats(1, 6), st.booleans())
def test_c3_no_hour_ever_has_more_than_six_hundred_look_ups(pause: float, hours: float, waits: bool) -> None:
    clock = Clock()
    if not waits:  # as if a great many tablets tried at once
        clock.sleep = lambda seconds: None  # type: ignore[method-assign]
    moments = list(_guesses(clock, hours, pause))
    for first in range(len(moments) - TRIES_AN_HOUR):
        assert moments[first + TRIES_AN_HOUR] - moments[first] >= HOUR_SECONDS


def test_c3_somebody_who_goes_on_trying_is_never_locked_out_and_loses_little_of_the_six_hundred() -> None:
    moments = list(_guesses(Clock(), hours=4, pause=0.5))
    assert len(moments) > 4 * TRIES_AN_HOUR * 0.85
    assert max(after - before for before, after in pairwise(moments)) < 60


def test_c3_the_chance_of_any_hit_in_ninety_days_is_as_promised() -> None:
    tries = TRIES_AN_HOUR * 24 * DAYS
    assert tries * LIVE_CODES / PICTURES**LENGTH <= CHANCE_OF_A_HIT


def test_c3_the_first_child_waits_a_moment_and_a_guesser_up_to_five_seconds() -> None:
    clock = Clock()
    slow, waits = _slow(clock), []
    for _ in range(200):
        before = clock.waited
        if _looked_up(slow):
            waits.append(clock.waited - before)
    assert waits[0] < 0.2
    assert waits == sorted(waits)
    assert 4.5 < waits[-1] <= LONGEST_SECONDS


def test_c3_a_day_later_nobody_waits_for_what_was_tried() -> None:
    clock = Clock()
    slow = _slow(clock)
    while _looked_up(slow):
        pass
    clock.now += 24 * HOUR_SECONDS
    before = clock.waited
    assert _looked_up(slow)
    assert clock.waited - before < 0.2


def test_c3_all_processes_that_the_server_forks_share_one_bucket() -> None:
    bucket = Bucket(600, Clock())
    for _ in range(3):
        child = os.fork()
        if not child:
            bucket.add()
            os._exit(0)
        os.waitpid(child, 0)
    assert bucket.add() == pytest.approx(4)


def test_c3_what_others_tried_in_their_process_slows_this_one() -> None:
    clock = Clock()
    slow = _slow(clock)
    child = os.fork()
    if not child:
        while _looked_up(slow):
            pass
        os._exit(0)
    os.waitpid(child, 0)
    assert not _looked_up(slow)


def test_c3_a_process_that_is_killed_with_the_count_in_hand_stops_nobody_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slowing, "LOCK_SECONDS", 0.05)
    bucket, ready = Bucket(600, Clock()), multiprocessing.Event()
    child = os.fork()
    if not child:
        bucket._shared.get_lock().acquire()
        ready.set()
        signal.pause()
    ready.wait()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    crowd = FloodBrake(clock=Clock(), sleep=lambda seconds: None)
    crowd._bucket = bucket
    child_waits = threading.Thread(target=crowd.wait_if_flooded, daemon=True)
    child_waits.start()
    child_waits.join(PATIENCE_SECONDS)
    assert not child_waits.is_alive(), "the report is kept: its child gets the thank-you page"
    assert bucket.add() is None


def test_c3_guesses_take_three_threads_at_most_and_a_fourth_is_told_to_wait() -> None:
    inside, go = threading.Semaphore(0), threading.Event()

    def sleep(seconds: float) -> None:
        inside.release()
        go.wait(PATIENCE_SECONDS)  # a fourth that is let in must fail the test, not hang it

    slow = Slowing(clock=Clock(), sleep=sleep)
    threads = [threading.Thread(target=_looked_up, args=(slow,)) for _ in range(MOST_WAITING)]
    for thread in threads:
        thread.start()
    for _ in threads:
        inside.acquire()
    assert not _looked_up(slow)
    go.set()
    for thread in threads:
        thread.join()
    assert _looked_up(slow), "the places are free again"


def test_c3_a_look_up_that_breaks_gives_its_place_back() -> None:
    slow = _slow(Clock())
    for _ in range(2 * MOST_WAITING):
        with pytest.raises(ValueError, match="broken"), slow.lookup_slot():
            raise ValueError("broken")
    assert _looked_up(slow)


def test_c3_who_is_refused_for_the_threads_does_not_fill_the_bucket() -> None:
    clock = Clock()
    slow = _slow(clock)
    with ExitStack() as taken:
        for _ in range(MOST_WAITING):
            taken.enter_context(slow.lookup_slot())
        assert not any(_looked_up(slow) for _ in range(100))
    before = clock.waited
    assert _looked_up(slow)
    assert clock.waited - before < 0.5


def test_a19_three_hundred_reports_pass_at_once_and_the_next_waits_three_seconds_but_passes() -> None:
    clock = Clock()
    crowd = FloodBrake(clock=clock, sleep=clock.sleep)
    for _ in range(300):
        crowd.wait_if_flooded()
    assert clock.waited == 0
    crowd.wait_if_flooded()
    assert clock.waited == STEP_SECONDS
