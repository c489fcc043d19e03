"""Envelopes with a child's words, and their case key, wrapped for everybody who may read them (promise S1)."""

import json
import uuid
from typing import Any

from kiosk.sealing.boxes import KEY_BYTES, BoxBroken, lock, open_sealed, random_bytes, seal_to, unlock

ENVELOPE_VERSION = 1
PADDED_SIZES = (2048, 4096, 16384)  # sizes to which the plaintext is padded; sealing adds 40 bytes
LARGEST = PADDED_SIZES[-1]  # every form fits into this; longer content is padded to a multiple of it
NOTE_STEP = 256  # a note grows in steps of this many bytes


class EnvelopeBroken(Exception):
    """An envelope does not fit its row."""


def new_case_key() -> bytes:
    """A key for one case: for its envelope and every note about it."""
    return random_bytes(KEY_BYTES)


def seal(report_id: uuid.UUID, route: str, body: dict[str, Any], case_key: bytes) -> bytes:
    """An envelope of one of three sizes; id and route are stored inside it as well as in its row.

    Where a case has had so many keys that the largest is too small, the next whole multiple of it.
    """
    plain = json.dumps({"id": report_id.hex, "route": route, "body": body}, ensure_ascii=False).encode()
    whole = -(-len(plain) // LARGEST) * LARGEST
    size = next(size for size in (*PADDED_SIZES, whole) if len(plain) <= size)
    return lock(case_key, plain.ljust(size, b" "))


def unseal(
    report_id: uuid.UUID, version: int, envelope: bytes, case_key: bytes
) -> tuple[str, dict[str, Any]]:
    """The route and the body inside an envelope; raises EnvelopeBroken if it is not the one of this row."""
    if version != ENVELOPE_VERSION:
        raise EnvelopeBroken(f"unknown envelope version {version}")
    try:
        held = json.loads(unlock(case_key, envelope))
    except (BoxBroken, ValueError):
        raise EnvelopeBroken("not readable") from None
    if not isinstance(held, dict) or not isinstance(held.get("body"), dict):
        raise EnvelopeBroken("not readable")
    if held.get("id") != report_id.hex or not isinstance(held.get("route"), str):
        raise EnvelopeBroken("belongs to another row")
    return held["route"], held["body"]


def wrap(report_id: uuid.UUID, case_key: bytes, public_key: bytes) -> bytes:
    """Wrap the case key for one reader, together with the id of its report."""
    return seal_to(public_key, report_id.bytes + case_key)


def unwrap(report_id: uuid.UUID, wrapped: bytes, private_key: bytes) -> bytes:
    """The case key of this report; raises EnvelopeBroken for somebody else's, or another report's."""
    try:
        held = open_sealed(private_key, wrapped)
    except BoxBroken:
        raise EnvelopeBroken("not for this reader") from None
    if held[:16] != report_id.bytes or len(held) != 16 + KEY_BYTES:
        raise EnvelopeBroken("belongs to another row")
    return held[16:]


def seal_note(case_key: bytes, text: str) -> bytes:
    """Seal a note about a case with the key of the child's words."""
    plain = text.encode()
    return lock(case_key, plain.ljust(-(-max(len(plain), 1) // NOTE_STEP) * NOTE_STEP, b"\0"))


def unseal_note(case_keys: list[bytes], sealed: bytes) -> str:
    """A note opened with the newest or an earlier key of its case; raises EnvelopeBroken."""
    for case_key in case_keys:
        try:
            return unlock(case_key, sealed).rstrip(b"\0").decode()
        except BoxBroken:
            continue
    raise EnvelopeBroken("not readable")
