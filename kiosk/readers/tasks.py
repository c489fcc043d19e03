"""Tasks about keys for somebody who signs in: a step of setting up, a key to approve, a late self-test."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, StaffMember
from kiosk.accounts.staff.people import is_absent
from kiosk.calendar.school import SchoolCalendar
from kiosk.readers.proposals.approval import why_cannot_approve
from kiosk.readers.proposals.proposals import open_proposals
from kiosk.readers.recovery.setup import SetupStep, setup_state
from kiosk.readers.recovery.tampering import TamperFinding, about_keys, tamper_findings
from kiosk.readers.signed_list.holders import KeyState, ReaderLine, reader_lines
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.access.waiting_for_sign_in import has_older_wraps
from kiosk.report.self_test.report import self_test_late
from kiosk.report.setup import is_published
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import Version
from kiosk.sealing.site_key import SiteKey

MAY_LOOK = READING_ROLES | {Role.NETWORK}


@dataclass(frozen=True)
class OwnKey:
    """Somebody whose key opens not all of their reports yet: what was done, and what ends the wait."""

    step: int  # of four, the one that is next: a first yes, a second yes, older reports
    said_yes: tuple[str, ...] = ()
    could: tuple[str, ...] = ()  # who can say yes, or open older reports for them, and is there
    stand_in: tuple[str, ...] = ()  # of the same role and there, or else everybody who is


@dataclass(frozen=True)
class KeyTasks:
    """What a person can do or has to know about the keys."""

    tamper_findings: tuple[TamperFinding, ...] = ()
    setup_step: SetupStep | None = None  # the next step, until the page is open to children
    to_approve: tuple[str, ...] = ()  # names of people about whom this person can confirm something
    new_keys: tuple[StaffMember, ...] = ()  # of them those who have a new key after a forgotten password
    own: OwnKey | None = None
    to_take_on: uuid.UUID | None = None  # what another one hands over to this person
    self_test_late: bool = False

    def __bool__(self) -> bool:
        return bool(self.setup_step or self.to_approve or self.to_take_on or self.self_test_late)


def key_tasks(
    school: Session,
    reports: Session,
    site_key: SiteKey,
    me: StaffMember,
    calendar: SchoolCalendar,
    now: datetime,
) -> KeyTasks:
    """The tasks of this person; but for a hand-over none for who neither reads reports nor manages the network."""
    today = now.astimezone(calendar.zone).date()
    proposals = open_proposals(school, today)
    handed = (one for one in proposals if one.kind is ProposalKind.HANDOVER and one.gains_id == me.id)
    to_take_on = next((one.id for one in handed if not one.taken_on), None)
    if not MAY_LOOK & me.roles:
        return KeyTasks(to_take_on=to_take_on)
    chain = verified_chain(reports)
    lines = reader_lines(school, chain, today)
    reads = any(line.staff.id == me.id and line.state is KeyState.ACTIVE for line in lines)
    said = {one.gains_id for one in proposals if me.id in {vote.staff_id for vote in one.votes}}
    waiting = [
        line
        for line in lines
        if reads and line.state is KeyState.WAITS and line.staff.id not in {me.id, *said}
    ]
    changes = {
        (one.gains or one.loses or one.asked_by).name
        for one in proposals
        if reads and chain and not why_cannot_approve(school, chain, one, me, today)
    }
    return KeyTasks(
        tamper_findings=tuple(tamper_findings(school, reports, site_key, about_keys(school))),
        setup_step=None if is_published(reports) else setup_state(school, reports, lines).next_step,
        to_take_on=to_take_on,
        to_approve=tuple(sorted(changes.union(one.staff.name for one in waiting if not one.renewed))),
        new_keys=tuple(one.staff for one in waiting if one.renewed),
        own=_own_key(reports, chain, proposals, lines, me, today),
        self_test_late=self_test_late(reports, site_key, calendar, now),
    )


def _own_key(
    reports: Session,
    chain: Sequence[Version],
    proposals: Sequence[Proposal],
    lines: Sequence[ReaderLine],
    me: StaffMember,
    today: date,
) -> OwnKey | None:
    mine = next((line for line in lines if line.staff.id == me.id), None)
    if mine is None or not chain or not (mine.renewed or mine.state is KeyState.ACTIVE):
        return None
    there = [
        line.staff
        for line in lines
        if line.state is KeyState.ACTIVE and line.staff.id != me.id and not is_absent(line.staff, today)
    ]
    names = tuple(one.name for one in there)
    if mine.state is KeyState.ACTIVE:
        entry = chain[-1].readers[me.id.hex]
        older = has_older_wraps(reports, me.id, entry.public_key, entry.roles)
        return OwnKey(4, could=names) if older else None
    asked = (one for one in proposals if one.kind is ProposalKind.KEY and one.gains_id == me.id)
    given = {vote.staff_id for one in asked for vote in one.votes if vote.agrees}
    return OwnKey(
        3 if given else 2,
        said_yes=tuple(one.name for one in there if one.id in given),
        could=tuple(one.name for one in there if one.id not in given),
        stand_in=tuple(one.name for one in there if one.roles & me.roles & READING_ROLES) or names,
    )
