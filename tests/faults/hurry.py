"""Trials send in minutes what a school sends in years: the waits for floods and guesses are tried elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from kiosk.host.rate_limit import LeakyBucket
from kiosk.report.replies import lookup_queue


@contextmanager
def nobody_waits() -> Iterator[None]:
    """Here nobody waits for having sent, or tried, too much in an hour (tests/report/intake/test_flood_brake.py)."""
    with (
        patch.object(LeakyBucket, "add", lambda self, most=None: 0.0),
        patch.object(LeakyBucket, "level", lambda self: 0.0),
        patch.object(lookup_queue, "PAUSE_SECONDS", 1e-6),
    ):
        yield
