"""Answers to a child as a chain, which only the six pictures and the report's readers can lengthen (promise C8)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from hmac import compare_digest
from typing import Any

from kiosk.sealing.boxes import BoxBroken, lock, open_sealed, seal_to, unlock

PADDED_SIZES = (1024, 8192)
DISCARD_PLAIN_BYTES = 64
DISCARD_BYTES = DISCARD_PLAIN_BYTES + 40  # the sealed size: plaintext plus nonce and authentication tag
HEAD_STEP = 1024  # the place where a chain stands grows in steps of this many bytes
DIGEST_BYTES = 16
MARK_BYTES = 32


@dataclass(frozen=True)
class Answer:
    """One answer or state, its number, and the digest of the box before it."""

    number: int
    before: str
    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class ChainHead:
    """Where a chain stands: its last number, what came before the oldest box still kept, the kept boxes in order."""

    number: int = 0
    before: str = ""
    kept: tuple[str, ...] = ()

    @property
    def last(self) -> str:
        """The digest of the newest box, which the next one names."""
        return self.kept[-1] if self.kept else self.before

    def with_box(self, box: bytes) -> "ChainHead":
        """The head after one more answer."""
        return replace(self, number=self.number + 1, kept=(*self.kept, digest_of(box)))

    def without(self, number: int) -> "ChainHead":
        """The head after the child discarded every answer up to this number; later answers count on from it."""
        gone = min(max(number - (self.number - len(self.kept)), 0), len(self.kept))
        return replace(self, before=self.kept[gone - 1], kept=self.kept[gone:]) if gone else self

    def holds(self, boxes: Sequence[bytes]) -> bool:
        """Whether these are the kept boxes, none added, changed, doubled or missing."""
        return sorted(digest_of(box) for box in boxes) == sorted(self.kept)


def digest_of(box: bytes) -> str:
    """The digest by which the next answer names this one."""
    return blake2b(box, digest_size=DIGEST_BYTES).hexdigest()


def seal_answer(thread_id: bytes, secret: bytes, public_key: bytes, answer: Answer) -> bytes:
    """A box for the child alone; inside, thread and answer stand under a mark that needs the thread's secret."""
    text = _signed_text(thread_id, answer)
    plain = _digest_of_text(secret, text) + text
    size = next(size for size in PADDED_SIZES if len(plain) <= size)
    return seal_to(public_key, plain.ljust(size, b" "))


def open_answer(thread_id: bytes, secret: bytes, private_key: bytes, box: bytes) -> Answer | None:
    """The answer in a box, or None if it was not written for this thread by somebody who has its secret."""
    try:
        plain = open_sealed(private_key, box)
    except BoxBroken:
        return None
    mark, text = plain[:MARK_BYTES], plain[MARK_BYTES:].rstrip(b" ")
    if not compare_digest(mark, _digest_of_text(secret, text)):
        return None
    held: dict[str, Any] = json.loads(text)
    return Answer(**held) if held.pop("thread") == thread_id.hex() else None


def is_chain(answers: Sequence[Answer], boxes: Sequence[bytes], head: ChainHead) -> bool:
    """Whether answers (in order, each with its box) follow one another without a gap, as far as the head says."""
    before, number = head.before, head.number - len(answers)
    for answer, box in zip(answers, boxes, strict=True):
        number += 1
        if (answer.number, answer.before) != (number, before):
            return False
        before = digest_of(box)
    return head.holds(boxes)


def seal_head(thread_id: bytes, secret: bytes, head: ChainHead) -> bytes:
    """The head, readable with the thread's secret only."""
    plain = _signed_text(thread_id, head)
    return lock(_derive_key(secret, b"head"), plain.ljust(-(-len(plain) // HEAD_STEP) * HEAD_STEP, b" "))


def open_head(thread_id: bytes, secret: bytes, box: bytes) -> ChainHead | None:
    """The head of a thread; a new thread has none yet. None if somebody without its secret changed it."""
    if not box:
        return ChainHead()
    try:
        held: dict[str, Any] = json.loads(unlock(_derive_key(secret, b"head"), box))
    except BoxBroken:
        return None
    if held.pop("thread") != thread_id.hex():
        return None
    return ChainHead(held["number"], held["before"], tuple(held["kept"]))


def seal_discard(thread_id: bytes, secret: bytes, number: int) -> bytes:
    """The child's statement that the answers up to this number were discarded; always DISCARD_BYTES long."""
    plain = json.dumps([thread_id.hex(), number]).encode().ljust(DISCARD_PLAIN_BYTES, b" ")
    return lock(_derive_key(secret, b"thrown"), plain)


def open_discards(thread_id: bytes, secret: bytes, boxes: bytes) -> int:
    """The highest number in such statements, one after another; statements made without the secret are ignored."""
    found = 0
    for start in range(0, len(boxes), DISCARD_BYTES):
        try:
            thread, number = json.loads(
                unlock(_derive_key(secret, b"thrown"), boxes[start : start + DISCARD_BYTES])
            )
        except BoxBroken:
            continue
        if thread == thread_id.hex():
            found = max(found, number)
    return found


def _signed_text(thread_id: bytes, held: Answer | ChainHead) -> bytes:
    return json.dumps({"thread": thread_id.hex(), **asdict(held)}, ensure_ascii=False).encode()


def _digest_of_text(secret: bytes, text: bytes) -> bytes:
    return blake2b(text, key=_derive_key(secret, b"answer"), digest_size=MARK_BYTES).digest()


def _derive_key(secret: bytes, purpose: bytes) -> bytes:
    return blake2b(key=secret, person=purpose, digest_size=32).digest()
