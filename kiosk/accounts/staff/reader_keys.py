"""The life of a reader's key: first sign-in, new password, forgotten password, leaving (promises S2, S5)."""

import json
import uuid
from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager

from kiosk.accounts.models import Proposal, ReaderKey, StaffMember
from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.audit.verify import is_authentic
from kiosk.roles import READING_ROLES
from kiosk.sealing.boxes import BoxBroken
from kiosk.sealing.reader_key import ReaderSecret, fingerprint, new_secret, open_secret, rewrap
from kiosk.sealing.site_key import SiteKey


def unlock_key_at_sign_in(
    session: Session, acting: Acting, staff: StaffMember, wrapping_key: bytes
) -> ReaderSecret | None:
    """The secret of somebody who has just typed their password; a reader who has none gets one now.

    So does somebody who is proposed for a role that reads, because those who confirm it compare the key first. A new
    password that replaces a forgotten one cannot open the old seed, so keys are made anew, and other readers have to
    confirm them. None for somebody who reads no reports.
    """
    proposed = select(exists().where(Proposal.gains_id == staff.id))
    if not (READING_ROLES & staff.roles or session.scalar(proposed)):
        return None
    row = session.get(ReaderKey, staff.id)
    if row is not None:
        secret = open_secret(row.wrapped_seed, wrapping_key)
        if secret is not None:
            return secret
    made = new_secret(wrapping_key)
    act = LogAct.KEYS_RENEWED if row else LogAct.KEYS_MADE
    row = row or ReaderKey(staff_id=staff.id)
    row.public_key, row.verify_key = made.secret.public_key, made.secret.verify_key
    row.wrapped_seed, row.pin = made.wrapped_seed, None
    session.add(row)
    acting.note(session, act, staff.id, mark=fingerprint_of(row))
    return made.secret


def fingerprint_of(row: ReaderKey) -> str:
    """The fingerprint that the log records for a reader's two keys."""
    return fingerprint(row.public_key, row.verify_key)


def logged_fingerprints(
    session: Session, site_key: SiteKey, people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, str]:
    """For each person the fingerprint that kiosk logged last; log lines that kiosk did not write are ignored."""
    acts = [LogAct.KEYS_MADE.value, LogAct.KEYS_RENEWED.value]
    made = select(LogEntry).where(LogEntry.about_id.in_(people), LogEntry.act.in_(acts))
    found: dict[uuid.UUID, str] = {}
    for line in session.scalars(made.order_by(LogEntry.seq.desc())):
        if line.about_id and line.about_id not in found and is_authentic(site_key, line):
            found[line.about_id] = json.loads(line.details)["mark"]
    return found


def rewrap_key(session: Session, staff: StaffMember, old: bytes, new: bytes) -> None:
    """Wrap the seed with a new password; one that the old password does not open is made anew later."""
    row = session.get(ReaderKey, staff.id)
    if row is None:
        return
    try:
        row.wrapped_seed = rewrap(row.wrapped_seed, old, new)
    except BoxBroken:
        return


def lock_key(session: Session, staff: StaffMember) -> None:
    """Delete the seed that a forgotten password opened: from now on nobody takes this person for somebody who reads."""
    row = session.get(ReaderKey, staff.id)
    if row is not None:
        row.wrapped_seed = b""


def keys_of_present_readers(session: Session) -> Sequence[ReaderKey]:
    """The keys of everybody who is a reader now, by name."""
    return [row for row in keys_of_present_staff(session) if READING_ROLES & row.staff.roles]


def keys_of_present_staff(session: Session) -> Sequence[ReaderKey]:
    """The keys of everybody who works here, whatever role the rows give them now, by name."""
    return session.scalars(
        select(ReaderKey)
        .join(ReaderKey.staff)
        .options(contains_eager(ReaderKey.staff))
        .where(StaffMember.left_on.is_(None))
        .order_by(StaffMember.name)
    ).all()


def forget_key(session: Session, acting: Acting, staff: StaffMember) -> None:
    """Delete the key of somebody who leaves."""
    row = session.get(ReaderKey, staff.id)
    if row is None:
        return
    mark = fingerprint_of(row)
    session.delete(row)
    acting.note(session, LogAct.KEYS_REMOVED, staff.id, mark=mark)
