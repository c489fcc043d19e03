"""What all processes counted lately is one count, and a flood of reports is slowed and never refused (promise A19)."""

import multiprocessing
import os
import signal
import threading

import pytest

from kiosk.host import rate_limit as bucket_module
from kiosk.host.rate_limit import LeakyBucket
from kiosk.report.intake.flood_brake import STEP_SECONDS, FloodBrake
from tests.report.clock import Clock
from tests.serving import PATIENCE_SECONDS


def test_c3_all_processes_that_the_server_forks_share_one_bucket() -> None:
    bucket = LeakyBucket(600, Clock())
    for _ in range(3):
        child = os.fork()
        if not child:
            bucket.add()
            os._exit(0)
        os.waitpid(child, 0)
    assert bucket.add() == pytest.approx(4)


def test_c3_a_process_that_is_killed_with_the_count_in_hand_stops_nobody_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bucket_module, "LOCK_SECONDS", 0.05)
    bucket, ready = LeakyBucket(600, Clock()), multiprocessing.Event()
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


def test_a19_three_hundred_reports_pass_at_once_and_the_next_waits_three_seconds_but_passes() -> None:
    clock = Clock()
    crowd = FloodBrake(clock=clock, sleep=clock.sleep)
    for _ in range(300):
        crowd.wait_if_flooded()
    assert clock.waited == 0
    crowd.wait_if_flooded()
    assert clock.waited == STEP_SECONDS
