"""Readers' keys as people come, change passwords, forget them and leave (promises S2, S5)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, KeyEvent, Proposal, ReaderKey, StaffMember
from kiosk.roles import READING_ROLES
from kiosk.sealing.boxes import BoxBroken
from kiosk.sealing.reader_key import ReaderSecret, fingerprint, new_secret, open_secret, rewrap
from kiosk.sealing.site_key import SiteKey


def key_at_sign_in(
    session: Session, site_key: SiteKey, staff: StaffMember, wrapping_key: bytes, today: date
) -> ReaderSecret | None:
    """The secret of somebody who has just typed their password; a reader who has none gets one now.

    So does somebody who is proposed for a role that reads, because those who confirm it compare the key first. A new
    password that replaces a forgotten one cannot open the old seed, so keys are made anew, and other readers have to
    confirm them. None for somebody who reads no reports.
    """
    if not (READING_ROLES & staff.roles or _proposed(session, staff)):
        return None
    row = session.get(ReaderKey, staff.id)
    if row is not None:
        secret = open_secret(row.wrapped_seed, wrapping_key)
        if secret is not None:
            return secret
    made = new_secret(wrapping_key)
    act = KeyAct.RENEWED if row else KeyAct.MADE
    row = row or ReaderKey(staff_id=staff.id)
    row.public_key, row.verify_key = made.secret.public_key, made.secret.verify_key
    row.wrapped_seed, row.pin = made.wrapped_seed, None
    session.add(row)
    session.flush()
    add_event(session, site_key, act, staff, None, fingerprint_of(row), today)
    return made.secret


def _proposed(session: Session, staff: StaffMember) -> bool:
    return bool(session.scalar(select(exists().where(Proposal.gains_id == staff.id))))


def fingerprint_of(row: ReaderKey) -> str:
    """What stands in the log for a reader's two keys."""
    return fingerprint(row.public_key, row.verify_key)


def rewrap_key(session: Session, staff: StaffMember, old: bytes, new: bytes) -> None:
    """Wrap the seed with a new password; one that the old password does not open is made anew later."""
    row = session.get(ReaderKey, staff.id)
    if row is None:
        return
    try:
        row.wrapped_seed = rewrap(row.wrapped_seed, old, new)
    except BoxBroken:
        return


def present_keys(session: Session) -> Sequence[ReaderKey]:
    """The keys of everybody who is a reader now, by name."""
    rows = session.scalars(select(ReaderKey).join(ReaderKey.staff).order_by(StaffMember.name)).all()
    return [row for row in rows if READING_ROLES & row.staff.roles and row.staff.left_on is None]


def forget_key(session: Session, site_key: SiteKey, staff: StaffMember, today: date) -> None:
    """Delete the key of somebody who leaves."""
    row = session.get(ReaderKey, staff.id)
    if row is None:
        return
    add_event(session, site_key, KeyAct.REMOVED, staff, None, fingerprint_of(row), today)
    session.delete(row)
    session.flush()


def add_event(
    session: Session,
    site_key: SiteKey,
    act: KeyAct,
    staff: StaffMember | None,
    by: StaffMember | None,
    mark: str,
    today: date,
) -> None:
    """Add a line to the log of keys; `mark` is the fingerprint of the key, if there is one."""
    seq = (session.scalar(select(func.max(KeyEvent.seq))) or 0) + 1
    event = KeyEvent(
        seq=seq,
        day=today,
        act=act,
        staff_id=staff.id if staff else None,
        by_id=by.id if by else None,
        fingerprint=mark,
        mark=b"",
    )
    event.mark = mark_of_event(site_key, event)
    session.add(event)
    session.flush()


def mark_of_event(site_key: SiteKey, event: KeyEvent) -> bytes:
    """The mark of a line in the log of keys, which only this installation can make."""
    written = f"{event.seq} {event.day} {event.act} {event.staff_id} {event.by_id} {event.fingerprint}"
    return site_key.derive("key-event", written.encode())
