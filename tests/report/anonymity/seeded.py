"""A clock that stands still and chance that repeats itself, so that two runs can be told apart by their makers only."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch


@contextmanager
def standing_clock() -> Iterator["Clock"]:
    """Every `now_utc()` of kiosk, wherever it was imported to, reads the clock that is handed out."""
    clock = Clock()

    class Standing(datetime):
        """What kiosk.db takes the time from."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            """The instant at which the clock stands."""
            assert clock.moment is not None, "nobody has set the clock"
            return clock.moment.astimezone(tz)

    with patch("kiosk.db.datetime", Standing):
        yield clock


class Clock:
    """Stands where it is put."""

    moment: datetime | None = None


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
