"""The log that PostgreSQL writes ahead of its tables is read across the edges of its pages."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.upkeep.server_log import EPOCH, FIRST_HEAD, HEAD, PAGE, is_dated_early

WRITTEN = datetime(2026, 9, 15, 10, 5, tzinfo=UTC)
SLOT_END = WRITTEN + timedelta(minutes=25)
ID = uuid.uuid4()
_MICROSECONDS = (WRITTEN - EPOCH) // timedelta(microseconds=1)
COMMIT = b"\x80\x01\x00\x00summ\xff\x08" + _MICROSECONDS.to_bytes(8, "little")


def pages(records: bytes) -> bytes:
    """A file of the log with these records: each page begins with a head."""
    first, rest = records[: PAGE - FIRST_HEAD], records[PAGE - FIRST_HEAD :]
    room = PAGE - HEAD
    others = (rest[start : start + room] for start in range(0, len(rest), room))
    return b"h" * FIRST_HEAD + first + b"".join(b"h" * HEAD + page for page in others)


@pytest.mark.parametrize("cut", range(len(ID.bytes) + len(COMMIT) + 1))
def test_an_early_report_is_found_wherever_the_edge_of_a_page_cuts_it(cut: int) -> None:
    log = pages(b" " * (PAGE - FIRST_HEAD - cut) + ID.bytes + COMMIT + b" " * PAGE)
    assert is_dated_early(log, {ID: SLOT_END})
    assert not is_dated_early(log, {ID: WRITTEN})
    assert not is_dated_early(log, {uuid.uuid4(): SLOT_END})


def test_an_empty_file_says_nothing() -> None:
    assert not is_dated_early(b"", {ID: SLOT_END})
