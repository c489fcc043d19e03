"""The newest list version that a reader has seen, encrypted with the reader's own key; it never moves back
(promise G3).

A pin is kept in the reader's row and in a cookie of the device; the higher one counts. Whoever can write the database
cannot make one, and a list that is shorter, or another one, than what a reader has seen keeps that reader's key shut.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.report.access.reader_chain import contains
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.sealing.list_statements import Version, canonical
from kiosk.sealing.reader_key import ReaderSecret

TRAIL_BYTES = 8  # of each older version's hash: enough to know a list that was put back
ID_LETTERS = 12  # of each reader's id
LONGEST_TRAIL = 64


class ListDiffers(Exception):
    """The stored list is not the one that this reader has seen, or it was cut off; `older`: it is an earlier one."""

    def __init__(self, pin: "Pin", older: bool) -> None:
        self.pin, self.older = pin, older
        super().__init__(f"version {pin.version}")


@dataclass(frozen=True)
class Pin:
    """The highest version that a reader has seen, when, and the beginnings of the hashes before it."""

    version: int
    hash: bytes
    seen_on: date
    trail: tuple[bytes, ...] = ()  # of the versions just before, the oldest first
    readers: frozenset[str] = frozenset()  # who stood in it: the beginnings of their ids


def make_pin(chain: Sequence[Version], today: date) -> Pin:
    """A pin to the last version of a chain that counts."""
    trail = tuple(version.hash[:TRAIL_BYTES] for version in chain[:-1])[-LONGEST_TRAIL:]
    readers = frozenset(id[:ID_LETTERS] for id in chain[-1].active(today))
    return Pin(chain[-1].number, chain[-1].hash, today, trail, readers)


def lock_pin(secret: ReaderSecret, pin: Pin) -> bytes:
    """A pin as it is kept: only its owner can read it or make another."""
    plain = [
        *(pin.version, pin.hash.hex(), pin.seen_on.isoformat()),
        *([one.hex() for one in pin.trail], sorted(pin.readers)),
    ]
    return lock(secret.pin_key, canonical(plain))


def open_pin(secret: ReaderSecret, kept: bytes | None) -> Pin | None:
    """The pin in these bytes; None where they are not this reader's."""
    try:
        version, hashed, seen, trail, readers = json.loads(unlock(secret.pin_key, kept or b""))
    except (BoxBroken, ValueError):
        return None
    return Pin(
        *(version, bytes.fromhex(hashed), date.fromisoformat(seen)),
        *(tuple(bytes.fromhex(one) for one in trail), frozenset(readers)),
    )


def higher(*pins: Pin | None) -> Pin | None:
    """The pin with the highest version."""
    return max((pin for pin in pins if pin), key=lambda pin: pin.version, default=None)


def changes_since(chain: Sequence[Version], pin: Pin | None, today: date | None = None) -> list[Version]:
    """The versions that came after the pinned one; raises ListDiffers where the list does not continue it.

    Nor does it where a new version bears a day from before this reader last looked: it was backdated, so that a
    waiting time seems to be over. A pin with a future day is ignored for this check, as the clock was wrong then.
    """
    if pin is None:
        return []
    if not contains(chain, pin.version, pin.hash):
        raise ListDiffers(pin, older=is_older(chain, pin))
    news = list(chain[pin.version :])
    clock_was_right = today is None or pin.seen_on <= today
    if clock_was_right and any(version.day < pin.seen_on for version in news):
        raise ListDiffers(pin, older=False)
    return news


def is_older(chain: Sequence[Version], pin: Pin) -> bool:
    """Whether the chain is an earlier state of what was pinned, as after a backup was put back."""
    if not chain or len(chain) >= pin.version:
        return False
    place = len(chain) - (pin.version - len(pin.trail))
    return place >= 0 and chain[-1].hash[:TRAIL_BYTES] == pin.trail[place]


def lost_since(pin: Pin, version: int) -> tuple[bytes, ...]:
    """The beginnings of the hashes of every version after this one that the pin has seen, the oldest first."""
    seen = (*pin.trail, pin.hash[:TRAIL_BYTES])
    return seen[len(seen) - (pin.version - version) :]
