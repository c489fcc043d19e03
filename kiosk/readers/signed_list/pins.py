"""The newest list version and line of the log that a reader has seen, encrypted with the reader's own key
(promise G3, promise Q2).

A pin is kept in the reader's row and in a cookie of the device; the higher one counts. Whoever can write the database
cannot make one, and a list that is shorter, or another one, than what a reader has seen keeps that reader's key shut.
A log without the line that was its newest then is said to all; the key opens.
After a backup was restored that is older than a pin, a version that two recovery sheets sign counts over it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.report.access.reader_chain import begins_with_named_list, chain_contains, whole_chain
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.sealing.list_statements import Version, canonical
from kiosk.sealing.reader_key import ReaderSecret

RECOVERED = "recovered"  # the cause of a version that two sheets have signed


class ListDiffers(Exception):
    """The stored list is not the one that this reader has seen, or it was cut off; `older`: it is shorter."""

    def __init__(self, pin: "Pin", older: bool) -> None:
        self.pin, self.older = pin, older
        super().__init__(f"version {pin.version}")


@dataclass(frozen=True)
class Pin:
    """The highest version that a reader has seen, and when."""

    version: int
    hash: bytes
    seen_on: date
    by_sheets: int = 0  # how many versions up to it two sheets have signed
    sheets: bytes = b""  # what checks the signatures of the sheets that were in use then
    line: int = 0  # the newest line of the log then; 0 if none is known
    line_hash: bytes = b""


def make_pin(chain: Sequence[Version], today: date, newest_line: tuple[int, bytes] = (0, b"")) -> Pin:
    """A pin to the last version of a chain that counts, and to a line of the log."""
    last = chain[-1]
    return Pin(last.number, last.hash, today, len(_by_sheets(chain)), last.recovery.verify_key, *newest_line)


def lock_pin(secret: ReaderSecret, pin: Pin) -> bytes:
    """A pin as it is kept: only its owner can read it or make another."""
    plain = [pin.version, pin.hash.hex(), pin.seen_on.isoformat(), pin.by_sheets, pin.sheets.hex()]
    # The number has always as many digits: the length of a cookie does not tell how much has happened.
    return lock(secret.pin_key, canonical([*plain, f"{pin.line:012}", pin.line_hash.hex()]))


def open_pin(secret: ReaderSecret, kept: bytes | None) -> Pin | None:
    """The pin in these bytes; None where they are not this reader's."""
    try:
        version, hashed, seen, by_sheets, sheets, *log = json.loads(unlock(secret.pin_key, kept or b""))
    except (BoxBroken, ValueError):
        return None
    line, line_hash = log or ("0", "")  # a pin of an earlier version knows no log
    known = version, bytes.fromhex(hashed), date.fromisoformat(seen), by_sheets, bytes.fromhex(sheets)
    return Pin(*known, int(line), bytes.fromhex(line_hash))


def highest_pin(*pins: Pin | None) -> Pin | None:
    """The pin with the highest version; a version that recovery sheets have signed comes before all others."""
    return max((pin for pin in pins if pin), key=lambda pin: (pin.by_sheets, pin.version), default=None)


def changes_since(chain: Sequence[Version], pin: Pin | None, today: date | None = None) -> list[Version]:
    """The versions that are new to this reader; raises ListDiffers where the list does not continue what they saw.

    Nor does it where a new version bears a day from before this reader last looked: it was backdated, so that a
    waiting time seems to be over. A pin with a future day is ignored for this check, as the clock was wrong then.
    """
    if pin is None:
        return []
    seen = pin.version if chain_contains(chain, pin.version, pin.hash) else _seen_by_sheets(chain, pin)
    if not seen:
        raise ListDiffers(pin, older=0 < len(chain) < pin.version)
    news = list(chain[seen:])
    clock_was_right = today is None or pin.seen_on <= today
    if clock_was_right and any(version.day < pin.seen_on for version in news):
        raise ListDiffers(pin, older=False)
    return news


def compare_list(
    reports: Session, config: Config, pin: Pin | None, today: date
) -> tuple[tuple[Version, ...], list[Version]]:
    """The stored list, and the versions in it that are new to this reader; raises ListDiffers where the key has to stay
    shut."""
    root = config.readers_root
    chain = whole_chain(reports, root)
    # Nothing counts that begins as the settings say. Before two have signed the first list, nobody has seen one.
    if not chain and root is not None and (pin or not begins_with_named_list(reports, root)):
        raise ListDiffers(pin or Pin(1, root, today), older=False)
    return chain, changes_since(chain, pin, today)


def _seen_by_sheets(chain: Sequence[Version], pin: Pin) -> int:
    """The number of the version after which two sheets have signed more often than the pin knows; 0 if they have not.

    Only the sheets that were in use when this reader looked: whoever finds replaced ones puts nothing back with them.
    """
    news = _by_sheets(chain)[pin.by_sheets :]
    if not news or chain[news[0].number - 2].recovery.verify_key != pin.sheets:
        return 0
    return news[0].number - 1


def _by_sheets(chain: Sequence[Version]) -> list[Version]:
    return [version for version in chain if version.cause.get("kind") == RECOVERED]
