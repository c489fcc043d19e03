"""A moment at which a test plays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from kiosk.host.clock import CLOCK


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """It is this moment."""
    with patch.object(CLOCK, "now", lambda: moment):
        yield
