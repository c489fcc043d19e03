"""Readers' keys as people come, change passwords, forget them and leave (promises S2, S5)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, KeyApproval, KeyEvent, ReaderKey, StaffMember
from kiosk.roles import READING_ROLES
from kiosk.sealing.boxes import BoxBroken
from kiosk.sealing.reader_key import fingerprint, new_pair, open_private, rewrap
from kiosk.sealing.site_key import SiteKey

NEEDED_FOR_NEWCOMER = 2
NEEDED_FOR_RENEWED = 1


class NotAReader(Exception):
    """Only a reader with an active key can approve another reader's key, and nobody can approve their own."""


def key_at_sign_in(
    session: Session, site_key: SiteKey, staff: StaffMember, wrapping_key: bytes, today: date
) -> bytes | None:
    """The private key of somebody who has just typed their password; a reader who has none gets one now.

    A new password that replaces a forgotten one cannot open the old key, so a new key is made, which another
    reader has to approve. None for somebody who reads no reports.
    """
    if not READING_ROLES & staff.roles:
        return None
    row = session.get(ReaderKey, staff.id)
    if row is not None:
        private_key = open_private(row.wrapped_private, wrapping_key)
        if private_key is not None:
            return private_key
    pair = new_pair(wrapping_key)
    if row is None:
        session.add(
            ReaderKey(staff_id=staff.id, public_key=pair.public_key, wrapped_private=pair.wrapped_private)
        )
        act = KeyAct.MADE
    else:
        row.renewed = row.approved
        row.public_key, row.wrapped_private, row.approved = pair.public_key, pair.wrapped_private, False
        act = KeyAct.RENEWED
    session.execute(delete(KeyApproval).where(KeyApproval.staff_id == staff.id))
    add_event(session, site_key, act, staff, None, pair.public_key, today)
    return pair.private_key


def rewrap_key(session: Session, staff: StaffMember, old: bytes, new: bytes) -> None:
    """Wrap the private key with a new password; a key that the old password does not open is renewed later."""
    row = session.get(ReaderKey, staff.id)
    if row is None:
        return
    try:
        row.wrapped_private = rewrap(row.wrapped_private, old, new)
    except BoxBroken:
        return


def present_keys(session: Session) -> Sequence[ReaderKey]:
    """The keys of everybody who is a reader now, by name."""
    rows = session.scalars(select(ReaderKey).join(ReaderKey.staff).order_by(StaffMember.name)).all()
    return [row for row in rows if READING_ROLES & row.staff.roles and row.staff.left_on is None]


def approvals_needed(session: Session, row: ReaderKey) -> int:
    """How many readers have to approve this key: two for a new reader, one for a reader who forgot their password."""
    others = sum(other.approved for other in present_keys(session) if other.staff_id != row.staff_id)
    return min(NEEDED_FOR_RENEWED if row.renewed else NEEDED_FOR_NEWCOMER, others)


def approvals_of(session: Session, row: ReaderKey) -> Sequence[KeyApproval]:
    """Who has approved exactly this key so far."""
    return session.scalars(
        select(KeyApproval).where(
            KeyApproval.staff_id == row.staff_id, KeyApproval.public_key == row.public_key
        )
    ).all()


def approve(
    session: Session, site_key: SiteKey, row: ReaderKey, by: StaffMember, reads_from: date, today: date
) -> bool:
    """Record that a reader approves a new key, for reports from a given day on; returns whether it is active now.

    If two readers give different days, the later one counts. Raises NotAReader.
    """
    own = session.get(ReaderKey, by.id)
    if own is None or not own.approved or by.id == row.staff_id or not READING_ROLES & by.roles:
        raise NotAReader
    session.merge(
        KeyApproval(staff_id=row.staff_id, by_id=by.id, public_key=row.public_key, reads_from=reads_from)
    )
    session.flush()
    add_event(session, site_key, KeyAct.APPROVED, row.staff, by, row.public_key, today)
    given = approvals_of(session, row)
    if len(given) < max(approvals_needed(session, row), 1):
        return False
    activate(session, site_key, row, max(one.reads_from for one in given), today)
    return True


def activate_all_keys(session: Session, site_key: SiteKey, today: date) -> bool:
    """Activate every key without approvals, which is right only until the report page opens; whether there was one."""
    waiting = [row for row in present_keys(session) if not row.approved]
    for row in waiting:
        activate(session, site_key, row, today, today)
    return bool(waiting)


def activate(session: Session, site_key: SiteKey, row: ReaderKey, reads_from: date, today: date) -> None:
    """Activate a key. Somebody who only renewed theirs can still read the earlier reports."""
    row.approved = True
    if not row.renewed:
        row.reads_from = reads_from
    session.execute(delete(KeyApproval).where(KeyApproval.staff_id == row.staff_id))
    add_event(session, site_key, KeyAct.ACTIVATED, row.staff, None, row.public_key, today)


def forget_key(session: Session, site_key: SiteKey, staff: StaffMember, today: date) -> None:
    """Delete the key of somebody who leaves."""
    row = session.get(ReaderKey, staff.id)
    if row is None:
        return
    add_event(session, site_key, KeyAct.REMOVED, staff, None, row.public_key, today)
    session.execute(
        delete(KeyApproval).where((KeyApproval.staff_id == staff.id) | (KeyApproval.by_id == staff.id))
    )
    session.delete(row)
    session.flush()


def add_event(
    session: Session,
    site_key: SiteKey,
    act: KeyAct,
    staff: StaffMember | None,
    by: StaffMember | None,
    public_key: bytes,
    today: date,
) -> None:
    """Add a line to the log of keys."""
    seq = (session.scalar(select(func.max(KeyEvent.seq))) or 0) + 1
    event = KeyEvent(
        seq=seq,
        day=today,
        act=act,
        staff_id=staff.id if staff else None,
        by_id=by.id if by else None,
        fingerprint=fingerprint(public_key),
        mark=b"",
    )
    event.mark = mark_of_event(site_key, event)
    session.add(event)
    session.flush()


def mark_of_event(site_key: SiteKey, event: KeyEvent) -> bytes:
    """The mark of a line in the log of keys, which only this installation can make."""
    written = f"{event.seq} {event.day} {event.act} {event.staff_id} {event.by_id} {event.fingerprint}"
    return site_key.derive("key-event", written.encode())


def tampered_keys(session: Session, site_key: SiteKey) -> list[ReaderKey]:
    """Keys in the database that the log does not know: somebody changed them by hand."""
    told: dict[object, str] = {}
    for event in session.scalars(select(KeyEvent).order_by(KeyEvent.seq)):
        if event.mark == mark_of_event(site_key, event):
            told[event.staff_id] = event.fingerprint
    return [row for row in present_keys(session) if told.get(row.staff_id) != fingerprint(row.public_key)]
