"""What all processes counted lately is one count, and nobody who dies with it stops the others (promise C3)."""

import multiprocessing
import os
import signal
import threading

import pytest

from kiosk.host import rate_limit as bucket_module
from kiosk.host.rate_limit import LeakyBucket
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
    counts = threading.Thread(target=bucket.add, daemon=True)
    counts.start()
    counts.join(PATIENCE_SECONDS)
    assert not counts.is_alive(), "whoever counts gets an answer"
    assert bucket.add() is None
