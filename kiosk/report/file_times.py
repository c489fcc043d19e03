"""Sets the times of the report zone's files to the day, so that they do not show when a report came (promise A4)."""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from kiosk.db import Database

# When a file was changed (ctime) cannot be set, and says until the worker's next beat when the last thing came. When
# it was written (mtime) is set back at once all the same: copies and archives of the folder carry that one along.
DAY_SECONDS = 24 * 3600
BESIDE = ("", "-wal", "-shm")


def blur_times(paths: Iterable[Path]) -> None:
    """Set the times of these files back to the start of the day in UTC; files that cannot be changed are skipped."""
    day = time.time() // DAY_SECONDS * DAY_SECONDS
    for path in paths:
        with contextlib.suppress(OSError):
            os.utime(path, (day, day))


def files_of(database: Database) -> list[Path]:
    """The files of an SQLite database; none for PostgreSQL."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    return [Path(f"{url.database}{end}") for end in BESIDE]
