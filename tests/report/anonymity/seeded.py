"""A clock that stands still and chance that repeats itself, so that two runs can be told apart by their makers only."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch


@contextmanager
def standing_clock() -> Iterator["Clock"]:
    """Every `now_utc()` of kiosk, wherever it was imported to, reads the clock that is handed out."""
    clock = Clock()
    with patch("kiosk.storage.db.CLOCK", clock):
        yield clock


class Clock:
    """What kiosk.storage.db takes the time from: stands where it is put."""

    moment: datetime | None = None

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        assert self.moment is not None, "nobody has set the clock"
        return self.moment.astimezone(UTC)


@contextmanager
def seeded_chance(seed: int = 1) -> Iterator[None]:
    """What `os.urandom` hands out, directly or through `secrets` and `uuid`, is the same at every call of this."""
    source = random.Random(seed)
    real = os.urandom

    def drawn(size: int) -> bytes:
        return source.randbytes(size)

    with patch("os.urandom", drawn), patch("random._urandom", drawn):
        yield
    assert os.urandom is real
