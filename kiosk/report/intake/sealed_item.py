"""Items in the intake, sealed with the site key: a report, or a child's statement that replies were discarded."""

import base64
import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from kiosk.report.access.sealed_report import SealedReport, Wrap
from kiosk.report.intake.store import SealedItem
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.outages import LogThrottle

PAD_BYTES = 4096  # a small report and a discard statement have the same length

log = logging.getLogger(__name__)
_once = LogThrottle()


class SealedItemBroken(Exception):
    """Something in the intake that this site key does not open; it is left where it is."""


@dataclass(frozen=True)
class DiscardedReplies:
    """A child discarded the replies read so far: the sealed statement that says so, and which rows may be deleted."""

    id: uuid.UUID
    thread_id: bytes
    statement: bytes
    replies: tuple[uuid.UUID, ...]
    due: datetime  # the end of the slot in which the child did it


def seal_report_item(key: SiteKey, sealed: SealedReport) -> SealedItem:
    """A report as the intake takes it."""
    return SealedItem(
        sealed.id, sealed.due, sealed.urgent, sealed.thread_id, _seal_item(key, "report", sealed)
    )


def seal_discarded_replies(key: SiteKey, thrown: DiscardedReplies) -> SealedItem:
    """A statement that replies were discarded, as the intake takes it."""
    return SealedItem(thrown.id, thrown.due, False, thrown.thread_id, _seal_item(key, "thrown", thrown))


def open_sealed_item(key: SiteKey, id: uuid.UUID, sealed: bytes) -> SealedReport | DiscardedReplies:
    """The item with this id; raises SealedItemBroken, also for an item that was moved from another id."""
    try:
        held: dict[str, Any] = json.loads(_unlocked(key, sealed))
        found = _READ[held.pop("kind")](held)
    except (BoxBroken, ValueError, KeyError, TypeError):
        raise SealedItemBroken from None
    if found.id != id:
        raise SealedItemBroken
    return found


def open_sealed_items(
    key: SiteKey, held: Mapping[uuid.UUID, bytes]
) -> Iterator[SealedReport | DiscardedReplies]:
    """What stands under these ids, in the order of the ids; items that cannot be opened are left where they are and
    logged."""
    for id in sorted(held):
        try:
            yield open_sealed_item(key, id, held[id])
        except SealedItemBroken:
            if _once.allows("broken"):
                log.error("something in the intake cannot be opened; `kiosk doctor` says what to do")


def _intake_key(key: SiteKey) -> bytes:
    return key.derive("intake")


def _unlocked(key: SiteKey, sealed: bytes) -> bytes:
    """What was sealed with this key, or with one whose place it took while the item waited."""
    for one in key.all:
        with suppress(BoxBroken):
            return unlock(_intake_key(one), sealed)
    raise BoxBroken


def _seal_item(key: SiteKey, kind: str, content: SealedReport | DiscardedReplies) -> bytes:
    text = json.dumps(vars(content) | {"kind": kind}, default=_as_json).encode("ascii")
    return lock(_intake_key(key), text.ljust(-(-len(text) // PAD_BYTES) * PAD_BYTES, b" "))


def _as_json(held: Any) -> str | dict[str, Any]:
    if isinstance(held, bytes):
        return base64.b64encode(held).decode("ascii")
    if isinstance(held, uuid.UUID):
        return held.hex
    if isinstance(held, date | datetime):
        return held.isoformat()
    if isinstance(held, Wrap):
        return vars(held)
    raise TypeError(type(held).__name__)


def _decode_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _report_of(held: dict[str, Any]) -> SealedReport:
    held |= {name: _decode_bytes(held[name]) for name in ("envelope", "thread_id", "thread_key", "ring_mark")}
    held["id"], held["day"] = uuid.UUID(held["id"]), date.fromisoformat(held["day"])
    held["due"] = _slot_end(held)
    held["alerts"] = tuple(held["alerts"])
    held["wraps"] = tuple(
        Wrap(uuid.UUID(one["reader_id"]), _decode_bytes(one["key_mark"]), _decode_bytes(one["wrapped"]))
        for one in held["wraps"]
    )
    return SealedReport(**held)


def _discarded_replies_of(held: dict[str, Any]) -> DiscardedReplies:
    return DiscardedReplies(
        uuid.UUID(held["id"]),
        _decode_bytes(held["thread_id"]),
        _decode_bytes(held["statement"]),
        tuple(uuid.UUID(one) for one in held["replies"]),
        _slot_end(held),
    )


def _slot_end(held: Mapping[str, Any]) -> datetime:
    """The end of the slot of an item. Items sealed by the earlier version name a day at most, which is over by now."""
    if "due" in held:
        return datetime.fromisoformat(held["due"])
    day = held.get("day", date.min)
    return datetime.combine(day, time(), UTC)


_READ: Mapping[str, Callable[[dict[str, Any]], SealedReport | DiscardedReplies]] = {
    "report": _report_of,
    "thrown": _discarded_replies_of,
}
