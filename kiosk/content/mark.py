"""A mark in the data folder that is a new one whenever other content, or another recording, came into use."""

import secrets
from contextlib import suppress

from kiosk.config import Config
from kiosk.host.files import write_durably

MARK = "approved"
Mark = tuple[int, int]


def note_change(config: Config) -> None:
    """Let every process look again what is in use.

    Called after the commit, and before: where they cannot be told, nothing may be recorded, as a refused lesson would
    stay open.
    """
    write_durably(config.file(MARK), secrets.token_hex(8).encode())


def mark_of(config: Config) -> Mark | None:
    """Which mark is there now."""
    with suppress(FileNotFoundError):
        found = config.file(MARK).stat()
        return found.st_ino, found.st_mtime_ns
    return 0, 0
