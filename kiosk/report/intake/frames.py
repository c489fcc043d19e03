"""What one node sends to the other: frames under the school's key, always of one length (ADR 45)."""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.report.intake.store import CopyItem
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.sealing.site_key import SiteKey

FRAME_BYTES = 64 * 1024  # the longest report takes less, so that each fits alone
FRAME_ON_WIRE = len(lock(bytes(32), bytes(FRAME_BYTES)))
ANSWER_BYTES = 4 * 1024
HEAD_BYTES = 200  # more than a frame says about itself, or about one item
MOST_ITEMS = 16
LATEST = 600  # seconds: an older frame is refused, or whoever recorded it could bring back what was deleted long ago


class FrameBroken(Exception):
    """A frame that this school's other node did not make, or made long ago."""


@dataclass(frozen=True)
class Frame:
    """What one node sends: what the other may lack, and a number by which the answer is known as one to this."""

    number: str
    file: int  # which intake file it has: another one has lost what the one before held
    items: Sequence[CopyItem] = ()
    took: Sequence[tuple[uuid.UUID, bool]] = ()
    run: int = (
        0  # which process has it: before it began, somebody may have put an older copy in the file's place
    )


def write_frame(key: SiteKey, frame: Frame, size: int) -> bytes:
    """A frame under this school's key, always of the same length."""
    listed = [
        [one.id.hex, one.due, one.urgent, one.thread_id.hex(), one.mailed, len(one.sealed)]
        for one in frame.items
    ]
    took = [[id.hex, mailed] for id, mailed in frame.took]
    head = json.dumps([int(time.time()), frame.number, frame.file, listed, took, frame.run]).encode("ascii")
    plain = len(head).to_bytes(4) + head + b"".join(one.sealed for one in frame.items)
    return lock(_key_of(key), plain.ljust(size, b"\0"))


def read_frame(key: SiteKey, box: bytes) -> Frame:
    """The frame in a box of this school's key; raises FrameBroken."""
    try:
        plain = unlock(_key_of(key), box)
        start = 4 + int.from_bytes(plain[:4])
        at, number, file, listed, took, run = json.loads(plain[4:start])
        items = []
        for id, due, urgent, thread_id, mailed, length in listed:
            sealed, start = plain[start : start + length], start + length
            items.append(CopyItem(uuid.UUID(id), due, urgent, bytes.fromhex(thread_id), mailed, sealed))
        frame = Frame(number, file, items, [(uuid.UUID(id), mailed) for id, mailed in took], run)
    except (BoxBroken, ValueError, TypeError):
        raise FrameBroken from None
    if abs(time.time() - at) > LATEST:
        raise FrameBroken
    return frame


def _key_of(key: SiteKey) -> bytes:
    return key.derive("keepers")


def fitting(items: Sequence[CopyItem]) -> list[CopyItem]:
    """As many of these, in the order of their random ids, as one frame takes."""
    room, chosen = FRAME_BYTES - HEAD_BYTES, list[CopyItem]()
    for one in items:
        needed = len(one.sealed) + HEAD_BYTES
        if needed <= room:
            chosen.append(one)
            room -= needed
    return chosen
