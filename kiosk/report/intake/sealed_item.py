"""What stands in the intake, as bytes that only the site key opens: a report, or answers that a child threw away."""

import base64
import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.calendar.school import Slot
from kiosk.report.access.sealed_report import SealedReport, Wrap
from kiosk.report.intake.store import Held
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.outages import OnceAMinute

PAD_BYTES = 4096  # a small report and answers that were thrown away have one length

log = logging.getLogger(__name__)
_once = OnceAMinute()


class HeldBroken(Exception):
    """Something in the intake that this site key does not open; it is left where it is."""


@dataclass(frozen=True)
class Thrown:
    """A child threw away the answers read so far: the sealed statement that says so, and which rows may go."""

    id: uuid.UUID
    thread_id: bytes
    statement: bytes
    replies: tuple[uuid.UUID, ...]


def hold_report(key: SiteKey, sealed: SealedReport) -> Held:
    """A report as the intake takes it."""
    return Held(
        sealed.id, sealed.day, sealed.slot, sealed.urgent, sealed.thread_id, _closed(key, "report", sealed)
    )


def hold_thrown(key: SiteKey, thrown: Thrown, slot: Slot) -> Held:
    """Answers thrown away as the intake takes them."""
    return Held(thrown.id, slot.day, slot.minute, False, thrown.thread_id, _closed(key, "thrown", thrown))


def read_held(key: SiteKey, id: uuid.UUID, sealed: bytes) -> SealedReport | Thrown:
    """What stands under an id; raises HeldBroken, also for what was put there under another one."""
    try:
        held: dict[str, Any] = json.loads(unlock(_key(key), sealed))
        found = _READ[held.pop("kind")](held)
    except (BoxBroken, ValueError, KeyError, TypeError):
        raise HeldBroken from None
    if found.id != id:
        raise HeldBroken
    return found


def read_all(key: SiteKey, held: Mapping[uuid.UUID, bytes]) -> Iterator[SealedReport | Thrown]:
    """What stands under these ids, in the order of the ids; what cannot be read stays where it is, and is logged."""
    for id in sorted(held):
        try:
            yield read_held(key, id, held[id])
        except HeldBroken:
            if _once.passes("broken"):
                log.error("something in the intake cannot be opened; `kiosk doctor` says what to do")


def _key(key: SiteKey) -> bytes:
    return key.derive("intake")


def _closed(key: SiteKey, kind: str, content: SealedReport | Thrown) -> bytes:
    text = json.dumps(vars(content) | {"kind": kind}, default=_as_json).encode("ascii")
    return lock(_key(key), text.ljust(-(-len(text) // PAD_BYTES) * PAD_BYTES, b" "))


def _as_json(held: Any) -> str | dict[str, Any]:
    if isinstance(held, bytes):
        return base64.b64encode(held).decode("ascii")
    if isinstance(held, uuid.UUID):
        return held.hex
    if isinstance(held, date):
        return held.isoformat()
    if isinstance(held, Wrap):
        return vars(held)
    raise TypeError(type(held).__name__)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _report(held: dict[str, Any]) -> SealedReport:
    held |= {name: _bytes(held[name]) for name in ("envelope", "thread_id", "thread_key", "ring_mark")}
    held["id"], held["day"] = uuid.UUID(held["id"]), date.fromisoformat(held["day"])
    held["alerts"] = tuple(held["alerts"])
    held["wraps"] = tuple(
        Wrap(uuid.UUID(one["reader_id"]), _bytes(one["key_mark"]), _bytes(one["wrapped"]))
        for one in held["wraps"]
    )
    return SealedReport(**held)


def _thrown(held: dict[str, Any]) -> Thrown:
    return Thrown(
        uuid.UUID(held["id"]),
        _bytes(held["thread_id"]),
        _bytes(held["statement"]),
        tuple(uuid.UUID(one) for one in held["replies"]),
    )


_READ: Mapping[str, Callable[[dict[str, Any]], SealedReport | Thrown]] = {
    "report": _report,
    "thrown": _thrown,
}
