"""Envelopes that hold a child's words."""

import json
import uuid
from typing import Any

PLAIN_VERSION = 0
PADDED_SIZES = (1024, 4096, 16384)


class EnvelopeBroken(Exception):
    """An envelope that does not hold what its row says."""


def pack(report_id: uuid.UUID, route: str, body: dict[str, Any]) -> bytes:
    """A version 0 envelope: JSON, padded so that its size tells nothing; sealing comes as version 1."""
    plain = json.dumps({"id": report_id.hex, "route": route, "body": body}, ensure_ascii=False).encode()
    for size in PADDED_SIZES:
        if len(plain) <= size:
            return plain.ljust(size, b" ")
    raise ValueError("a report longer than the largest envelope")


def unpack(report_id: uuid.UUID, route: str, version: int, envelope: bytes) -> dict[str, Any]:
    """The body of an envelope; raises EnvelopeBroken if it is not the one of this row."""
    if version != PLAIN_VERSION:
        raise EnvelopeBroken(f"unknown envelope version {version}")
    try:
        held = json.loads(envelope)
    except ValueError:
        raise EnvelopeBroken("not readable") from None
    if not isinstance(held, dict) or not isinstance(held.get("body"), dict):
        raise EnvelopeBroken("not readable")
    if held.get("id") != report_id.hex or held.get("route") != route:
        raise EnvelopeBroken("belongs to another row")
    body: dict[str, Any] = held["body"]
    return body
