"""Reads the log that PostgreSQL writes ahead of its tables: it dates every transaction, whatever the settings are."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
NEAR = 256 * 1024  # what is written by itself has its commit as near as this
# A record goes on behind the head of the next page; that of a file's first page is longer.
PAGE, FIRST_HEAD, HEAD = 8192, 40, 24
_SEGMENT = re.compile(r"[0-9A-F]{24}(\.partial)?")
# The record of a commit: what it is, two empty bytes, a check sum, the mark of its content, how long that is, and
# the moment in microseconds, of which the bytes above change once in many years.
_COMMIT = re.compile(rb"[\x00\x80]\x01\x00\x00.{4}(?:\xff.|\xfe.{4})(.{6}[\x02-\x06]\x00)", re.DOTALL)


def is_log(path: Path) -> bool:
    """Whether a file has the name of a piece of such a log, in the server's folder or among copies."""
    return bool(_SEGMENT.fullmatch(path.name))


def is_dated_early(log: bytes, ends: Mapping[uuid.UUID, datetime]) -> bool:
    """Whether one of these reports was written before the moment until which it had to wait in the intake.

    The log stands in the order of time, so the next commit behind an id is not older than what the id was written for.
    """
    log = _without_heads(log)
    return any(
        (moment := _next_commit(log, place)) is not None and moment < end
        for id, end in ends.items()
        for place in _places(log, id.bytes)
    )


def _without_heads(log: bytes) -> bytes:
    """The records of a file: an id or a commit that lies across the edge of a page is whole again."""
    first, *others = (log[start : start + PAGE] for start in range(0, len(log), PAGE)) if log else (b"",)
    return first[FIRST_HEAD:] + b"".join(page[HEAD:] for page in others)


def _places(log: bytes, mark: bytes) -> list[int]:
    found, place = [], log.find(mark)
    while place >= 0:
        found.append(place)
        place = log.find(mark, place + len(mark))
    return found


def _next_commit(log: bytes, place: int) -> datetime | None:
    found = _COMMIT.search(log, place, place + NEAR)
    return EPOCH + timedelta(microseconds=int.from_bytes(found[1], "little")) if found else None
