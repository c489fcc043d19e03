"""The log of powers: one chain of lines in the school database, each bound to the line before it and to the site key.

Every change of people, roles, keys or settings adds a line. Lines are added and never changed: triggers refuse it,
and `kiosk.audit.verify` finds what was changed behind their back (promise Q2).
"""

import enum
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import LargeBinary, String, Text, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Digest, SchoolBase, UtcDateTime
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores

BEFORE_THE_FIRST = bytes(32)
Details = Mapping[str, str | int | None]


class LogAct(enum.StrEnum):
    """What a line says was done; `kiosk.audit.words` has the sentence for each."""

    INVITED = "invited"
    LINK_MADE = "link_made"
    LINK_ASKED = "link_asked"
    LINK_REFUSED = "link_refused"
    LINK_ON_MACHINE = "link_on_machine"
    LINK_USED = "link_used"
    PASSWORD_CHANGED = "password_changed"
    PHONE_ADDED = "phone_added"
    PHONE_FORGOTTEN = "phone_forgotten"
    SESSIONS_ENDED = "sessions_ended"
    LEFT = "left"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    EXPORTED = "exported"
    ROSTER_READ = "roster_read"
    SITE_KEY_AGREED = "site_key_agreed"
    SITE_KEY_REPLACED = "site_key_replaced"
    YEAR_ENDED = "year_ended"
    RESTORED = "restored"
    ANCHOR_SENT = "anchor_sent"  # no new lines of this kind are written; old ones stay in the log
    FOUND_CHANGED = "found_changed"
    KEYS_MADE = "keys_made"
    KEYS_RENEWED = "keys_renewed"
    KEYS_REMOVED = "keys_removed"
    KEY_FROZEN = "key_frozen"
    KEY_UNFROZEN = "key_thawed"
    CHANGE_PROPOSED = "change_proposed"
    CHANGE_AGREED = "change_agreed"
    CHANGE_TAKEN_BACK = "change_taken_back"
    CHANGE_OPPOSED = "change_opposed"
    READER_LISTED = "reader_listed"
    READER_UNLISTED = "reader_unlisted"
    READER_STOPPED = "reader_stopped"
    AWAY_NOTED = "away_noted"
    LIST_COMPARED = "list_compared"
    LOG_DIFFERED = "log_differed"
    KEY_STAYED_SHUT = "key_stayed_shut"
    SHEETS_MADE = "sheets_made"
    SHEETS_PROVEN = "sheets_proven"
    SHEETS_USED = "sheets_used"
    PAGE_OPENED = "page_opened"
    CALENDAR_CHANGED = "calendar_changed"
    REGISTER_SIGNED = "register_signed"
    CONSENT_ASKED = "consent_asked"
    CONSENT_AGREED = "consent_agreed"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_TAKEN_BACK = "consent_taken_back"
    CONSENT_KEPT = "consent_kept"
    CONSENT_ENDED = "consent_ended"
    COVER_TAKEN = "cover_taken"
    COVER_ENDED = "cover_ended"
    CLASS_GIVEN = "class_given"
    CLASS_TAKEN = "class_taken"
    CONTENT_APPROVED = "content_approved"
    CONTENT_REFUSED = "content_refused"
    CONTENT_LAPSED = "content_lapsed"
    ACCESS_CHANGED = "access_changed"
    TRAINING = "training"
    VISITOR_REMOVED = "visitor_removed"
    VISITORS_DELETED = "visitors_deleted"
    CASE_LINE = "case_line"
    CASES_BEFORE = "cases_before"
    DUTY_LINE = "duty_line"
    TERM_PAGE = "term_page"
    FAMILIES_TOLD = "families_told"


# What binds the lines of cases and of the book of duties into the chain: no page shows them, so that none reveals that
# a case exists (promise S9).
UNSHOWN = (LogAct.CASE_LINE, LogAct.CASES_BEFORE, LogAct.DUTY_LINE)

# Acts about readers' keys and who may read. `mark` in the details is the fingerprint of the key, if there is one.
KEY_ACTS = (
    *(LogAct.KEYS_MADE, LogAct.KEYS_RENEWED, LogAct.KEYS_REMOVED, LogAct.KEY_FROZEN, LogAct.KEY_UNFROZEN),
    *(LogAct.CHANGE_PROPOSED, LogAct.CHANGE_AGREED, LogAct.CHANGE_TAKEN_BACK, LogAct.CHANGE_OPPOSED),
    *(LogAct.READER_LISTED, LogAct.READER_UNLISTED, LogAct.READER_STOPPED, LogAct.AWAY_NOTED),
    *(LogAct.LIST_COMPARED, LogAct.LOG_DIFFERED, LogAct.KEY_STAYED_SHUT),
    *(LogAct.SHEETS_MADE, LogAct.SHEETS_PROVEN, LogAct.SHEETS_USED, LogAct.PAGE_OPENED),
)


@stores(PUBLIC_TASK, "who changed what can be proven", until="6 years after leaving")
class LogEntry(SchoolBase):
    """The audit log of accounts, roles, keys and settings."""

    __tablename__ = "log_entry"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = described("when, to the second", UtcDateTime)
    act: Mapped[str] = described("what was done", String(40), index=True)
    # No foreign keys: they would let two writers wait for each other.
    by_id: Mapped[uuid.UUID | None] = described("who did it", index=True)
    about_id: Mapped[uuid.UUID | None] = described(
        "whose account it is about; that person can read the line", index=True
    )
    details: Mapped[str] = described("which role, list or key", Text)
    previous: Mapped[Digest] = described("the hash of the line before", basis=NOT_PERSONAL)
    hash: Mapped[Digest] = described("the hash of this line", basis=NOT_PERSONAL)
    mark: Mapped[bytes] = described(
        "a keyed digest that only this installation can make", LargeBinary(32), basis=NOT_PERSONAL
    )


def add_line(
    session: Session, acting: "Acting", act: LogAct, about: uuid.UUID | None, details: Details
) -> LogEntry:
    """Add a line to the end of the chain, in this transaction.

    It holds a lock until the transaction ends, so call it last, after the rows that it describes are flushed.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":  # SQLite has only one writer anyway
        session.execute(text("LOCK TABLE log_entry IN SHARE ROW EXCLUSIVE MODE"))
    seq, previous = newest_line(session)
    entry = LogEntry(
        seq=seq + 1,
        at=acting.now.astimezone(UTC).replace(microsecond=0),
        act=act.value,
        by_id=acting.by,
        about_id=about,
        details=canonical(details),
        previous=previous,
    )
    entry.hash = hash_of(entry, previous)
    entry.mark = mark_of(acting.site_key, entry.hash)
    session.add(entry)
    session.flush()
    return entry


@dataclass(frozen=True)
class Acting:
    """Somebody who uses a power now; `by` is None at the computer itself, and for somebody not signed in."""

    site_key: SiteKey
    by: uuid.UUID | None
    now: datetime

    def note(
        self, session: Session, act: LogAct, about: uuid.UUID | None = None, **details: str | int | None
    ) -> LogEntry:
        """Add a line about what they do; see `add_line`."""
        return add_line(session, self, act, about, details)


def newest_line(session: Session) -> tuple[int, bytes]:
    """Number and hash of the newest line; before the first line, 0 and 32 zero bytes."""
    row = session.execute(select(LogEntry.seq, LogEntry.hash).order_by(LogEntry.seq.desc()).limit(1)).first()
    return (row.seq, row.hash) if row else (0, BEFORE_THE_FIRST)


def lines(
    session: Session,
    of: uuid.UUID | None = None,
    acts: Sequence[LogAct] = (),
    limit: int = 100,
    skip: int = 0,
) -> Sequence[LogEntry]:
    """The newest lines, last first; with `of`, those that this person wrote or that are about them."""
    wanted = select(LogEntry).order_by(LogEntry.seq.desc()).limit(limit).offset(skip)
    if of is not None:
        wanted = wanted.where((LogEntry.by_id == of) | (LogEntry.about_id == of))
    if acts:
        wanted = wanted.where(LogEntry.act.in_([act.value for act in acts]))
    else:
        wanted = wanted.where(LogEntry.act.not_in([act.value for act in UNSHOWN]))
    return session.scalars(wanted).all()


def count_lines(session: Session) -> int:
    """How many lines are about powers."""
    counted = select(func.count()).select_from(LogEntry)
    return session.scalar(counted.where(LogEntry.act.not_in([act.value for act in UNSHOWN]))) or 0


def canonical(fields: Mapping[str, str | int | None]) -> str:
    """The one way to write these fields as JSON, so that the same fields always have the same hash."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(entry: LogEntry, previous: bytes) -> bytes:
    """What a line's hash must be after the line whose hash is `previous`."""
    written = canonical(
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "act": entry.act,
            "by": entry.by_id.hex if entry.by_id else None,
            "about": entry.about_id.hex if entry.about_id else None,
            "details": entry.details,
        }
    )
    return sha256(previous + written.encode()).digest()


def mark_of(site_key: SiteKey, digest: bytes) -> bytes:
    """The mark of a line with this hash: a chain computed anew without the site key has none that fits."""
    return site_key.derive("log-line", digest)
