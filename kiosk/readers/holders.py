"""Who reads reports, the state of each reader's key, and which approvals it still needs (promise S5)."""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from kiosk.accounts.models import KeyAct, KeyEvent, ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.reader_keys import approvals_needed, approvals_of, present_keys
from kiosk.roles import READING_ROLES
from kiosk.sealing.reader_key import fingerprint

MADE = (KeyAct.MADE, KeyAct.RENEWED)


class KeyState(enum.StrEnum):
    """The state of a reader's key."""

    ACTIVE = "active"
    WAITS = "waits"
    NONE = "none"


@dataclass(frozen=True)
class ReaderLine:
    """A reader and their public key; the private key is not part of it."""

    staff: StaffMember
    holdings: tuple[RoleHolder, ...]
    state: KeyState
    fingerprint: str = ""
    renewed: bool = False
    made_on: date | None = None
    active_from: date | None = None
    reads_from: date | None = None
    approved_by: tuple[StaffMember, ...] = ()
    more_needed: int = 0


def readers(session: Session, events: Sequence[KeyEvent]) -> list[ReaderLine]:
    """Everybody who reads reports, by name, with or without a key; `events` is the log of keys."""
    people = session.scalars(
        select(StaffMember)
        .join(RoleHolder, RoleHolder.staff_id == StaffMember.id)
        .where(RoleHolder.role.in_(list(READING_ROLES)), StaffMember.left_on.is_(None))
        .distinct()
    ).all()
    rows = session.scalars(
        select(ReaderKey).options(lazyload(ReaderKey.staff))
    )  # the people are loaded already
    keys = {row.staff_id: row for row in rows}
    ordered = sorted(people, key=lambda person: (person.name.casefold(), person.email))
    return [_line(session, person, keys.get(person.id), events) for person in ordered]


def find_waiting(session: Session, staff_id: uuid.UUID) -> ReaderKey | None:
    """The key of a present reader that waits for approval; None if there is none."""
    rows = [row for row in present_keys(session) if row.staff_id == staff_id and not row.approved]
    return rows[0] if rows else None


def may_approve(lines: Sequence[ReaderLine], me: StaffMember, line: ReaderLine) -> bool:
    """Whether this person can approve a key: a reader with an active key, other than its owner, who has not done so."""
    mine_active = any(one.staff.id == me.id and one.state is KeyState.ACTIVE for one in lines)
    given = me.id in {one.id for one in line.approved_by}
    return mine_active and line.state is KeyState.WAITS and not given


def _line(
    session: Session, person: StaffMember, row: ReaderKey | None, events: Sequence[KeyEvent]
) -> ReaderLine:
    holdings = tuple(sorted(person.holdings, key=lambda one: (one.deputy, one.role)))
    if row is None:
        return ReaderLine(person, holdings, KeyState.NONE)
    mark = fingerprint(row.public_key)
    own = [event for event in events if event.staff_id == person.id and event.fingerprint == mark]
    made = [event.day for event in own if event.act in MADE]
    activated = [event.day for event in own if event.act is KeyAct.ACTIVATED]
    given = () if row.approved else tuple(approvals_of(session, row))
    names = tuple(session.get_one(StaffMember, one.by_id) for one in given)
    needed = 0 if row.approved else max(approvals_needed(session, row), 1)
    return ReaderLine(
        person,
        holdings,
        KeyState.ACTIVE if row.approved else KeyState.WAITS,
        fingerprint=mark,
        renewed=row.renewed,
        made_on=made[-1] if made else None,
        active_from=activated[-1] if row.approved and activated else None,
        reads_from=row.reads_from,
        approved_by=names,
        more_needed=max(needed - len(given), 0),
    )
