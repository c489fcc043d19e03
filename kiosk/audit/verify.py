"""Whether the log is as kiosk wrote it: what was changed, removed, reordered, computed anew or cut off.

The hash chain reveals changes in the middle, and the keyed marks reveal a chain recomputed without the site key. A cut
tail, and a chain recomputed by somebody who has the site key, are revealed by what readers have seen: `still_stands`.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kiosk.audit.log import BEFORE_THE_FIRST, LogAct, LogEntry, hash_of, mark_of
from kiosk.sealing.site_key import SiteKey

AT_ONCE = 500


class LogTamper(enum.StrEnum):
    """What is wrong with the log."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    RECOMPUTED = "recomputed"


@dataclass(frozen=True)
class LogFinding:
    """One thing that is wrong, and the number of the line where it shows."""

    kind: LogTamper
    seq: int


def verify_log(session: Session, site_key: SiteKey) -> list[LogFinding]:
    """Everything that is wrong with the log, line by line; empty if it is as kiosk wrote it."""
    found: list[LogFinding] = []
    previous, last = BEFORE_THE_FIRST, 0
    entries = select(LogEntry).order_by(LogEntry.seq).execution_options(yield_per=AT_ONCE)
    for entry in session.scalars(entries):
        found += _findings_of(site_key, entry, previous, last)
        previous, last = entry.hash, entry.seq
    return found


def still_stands(session: Session, seq: int, digest: bytes) -> bool:
    """Whether the log still has a line that was its newest once, and all before it where `verify_log` finds nothing.

    Whoever changes or removes one of them, even with the site key, needs another hash here.
    """
    entry = session.get(LogEntry, seq)
    return seq == 0 or (entry is not None and entry.hash == digest == hash_of(entry, entry.previous))


def is_authentic(site_key: SiteKey, entry: LogEntry) -> bool:
    """Whether kiosk wrote this line just so; it does not check for missing lines around it."""
    return hash_of(entry, entry.previous) == entry.hash and mark_of(site_key, entry.hash) == entry.mark


def quick_check(session: Session, site_key: SiteKey, some: Sequence[LogEntry]) -> bool:
    """Whether a short look finds nothing wrong: no number is missing, and the newest line and `some` are kiosk's own.

    Cheap enough for a page, however long the log is. Changes of other lines are found by `verify_log`, which the worker
    calls; a log line with its finding counts here.
    """
    count = select(func.count()).select_from(LogEntry).scalar_subquery()
    found = exists().where(LogEntry.act == LogAct.FOUND_CHANGED.value)
    newest = session.execute(select(LogEntry, count, found).order_by(LogEntry.seq.desc()).limit(1)).first()
    if newest is None:
        return True
    last, lines, found_changed = newest
    return (
        lines == last.seq and not found_changed and all(is_authentic(site_key, one) for one in (last, *some))
    )


def _findings_of(site_key: SiteKey, entry: LogEntry, previous: bytes, last: int) -> list[LogFinding]:
    found = []
    if hash_of(entry, entry.previous) != entry.hash:
        found.append(LogFinding(LogTamper.CHANGED, entry.seq))
    elif mark_of(site_key, entry.hash) != entry.mark:
        found.append(LogFinding(LogTamper.RECOMPUTED, entry.seq))
    if entry.seq != last + 1:
        found.append(LogFinding(LogTamper.REMOVED, last + 1))
    elif entry.previous != previous:
        found.append(LogFinding(LogTamper.REORDERED, entry.seq))
    return found
