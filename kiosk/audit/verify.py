"""Whether the log is as kiosk wrote it: what was changed, removed, reordered, computed anew or cut off.

The hash chain reveals changes in the middle, the keyed marks reveal a chain recomputed without the site key, and an
anchor (the number and hash of a line, in words, kept outside the machine) reveals a truncated tail, and a chain
recomputed by somebody who has the site key.
"""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kiosk.audit.log import BEFORE_THE_FIRST, LogAct, LogEntry, hash_of, mark_of, newest_line
from kiosk.sealing.recovery import UnknownWord, typed_words, words_of
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_, Refused

ANCHOR_WORDS = 12  # 120 bits of the hash
AT_ONCE = 500


class LogTamper(enum.StrEnum):
    """What is wrong with the log."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    RECOMPUTED = "recomputed"
    TRUNCATED = "cut"
    ANCHOR_MISMATCH = "not_the_anchor"
    ANCHOR_GONE = "anchor_gone"


@dataclass(frozen=True)
class LogFinding:
    """One thing that is wrong, and the number of the line where it shows."""

    kind: LogTamper
    seq: int


@dataclass(frozen=True)
class Anchor:
    """A line that somebody outside the machine has noted: the words of its hash, and its number where it is known.

    A number tells how much has happened; only anchors of earlier versions have one.
    """

    seq: int | None
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((*([str(self.seq)] if self.seq is not None else []), *self.words))


def anchor_of(session: Session) -> Anchor:
    """The newest line about a power, in words that leave the machine; it proves every line before it, of cases too.

    It has no number, as that would tell how much has happened in cases of which its reader must not know.
    """
    _, digest = newest_line(session, of_cases=False)
    return Anchor(None, words_of(digest, ANCHOR_WORDS))


def read_anchor(typed: str) -> Anchor:
    """An anchor as people type it: the twelve words, before them perhaps the number. Raises Refused."""
    numbers = re.findall(r"\d+", typed)
    try:
        words = typed_words(typed)
    except UnknownWord as error:
        raise Refused(N_("“%(word)s” is not a word that anchors use."), word=error.word) from None
    if len(numbers) > 1 or len(words) != ANCHOR_WORDS:
        raise Refused(N_("Type the %(count)d words as the mail or the page says them."), count=ANCHOR_WORDS)
    return Anchor(int(numbers[0]) if numbers else None, tuple(words))


def verify(session: Session, site_key: SiteKey, anchor: Anchor | None = None) -> list[LogFinding]:
    """Everything that is wrong with the log, line by line; empty if it is as kiosk wrote it."""
    found: list[LogFinding] = []
    previous, last, anchored = BEFORE_THE_FIRST, 0, None
    if anchor and words_of(BEFORE_THE_FIRST, ANCHOR_WORDS) == anchor.words:
        anchored = last  # an anchor taken before the first line
    entries = select(LogEntry).order_by(LogEntry.seq).execution_options(yield_per=AT_ONCE)
    for entry in session.scalars(entries):
        found += _findings_of(site_key, entry, previous, last)
        previous, last = entry.hash, entry.seq
        if anchor and words_of(entry.hash, ANCHOR_WORDS) == anchor.words:
            anchored = entry.seq
    if anchor is None or (anchored is not None and anchor.seq in (None, anchored)):
        return found
    if anchor.seq is None:
        return [*found, LogFinding(LogTamper.ANCHOR_GONE, last)]
    if anchor.seq > last:
        return [*found, LogFinding(LogTamper.TRUNCATED, last)]
    return [*found, LogFinding(LogTamper.ANCHOR_MISMATCH, anchor.seq)]


def is_authentic(site_key: SiteKey, entry: LogEntry) -> bool:
    """Whether kiosk wrote this line just so; it does not check for missing lines around it."""
    return hash_of(entry, entry.previous) == entry.hash and mark_of(site_key, entry.hash) == entry.mark


def quick_check(session: Session, site_key: SiteKey, some: Sequence[LogEntry]) -> bool:
    """Whether a short look finds nothing wrong: no number is missing, and the newest line and `some` are kiosk's own.

    Cheap enough for a page, however long the log is. Changes of other lines are found by `verify`, which the worker
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
