"""Proposed changes of who may read: they are made, stored, withdrawn, and deleted when they lapse (promise G4)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, ReaderKey, StaffMember
from kiosk.accounts.staff.roles import held_roles, new_problems, roles_after
from kiosk.readers.signed_list.versions import SchoolDay, first_reading_day
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import Change, Recoverer, Version, canonical
from kiosk.wording.messages import N_, Refused

LASTS = timedelta(days=7)
LONGEST_AHEAD = timedelta(days=366)


def open_proposals(school: Session, today: date) -> Sequence[Proposal]:
    """Every proposal that has not lapsed, the oldest first."""
    wanted = select(Proposal).where(Proposal.until >= today)
    return school.scalars(wanted.order_by(Proposal.asked_on, Proposal.id)).all()


def held_proposal(
    school: Session, proposal_id: uuid.UUID, today: date, taker: uuid.UUID | None = None
) -> Proposal | None:
    """One that has not lapsed, as it is now; nobody else decides about it until this transaction ends.

    `taker`: only a hand-over to this person; any other costs as much as none (promise S9).
    """
    wanted = select(Proposal).where(Proposal.id == proposal_id, Proposal.until >= today)
    if taker is not None:
        wanted = wanted.where(Proposal.kind == ProposalKind.HANDOVER, Proposal.gains_id == taker)
    held = wanted.with_for_update(of=Proposal).execution_options(populate_existing=True)
    return school.scalars(held).first()


def forget_lapsed(school: Session, today: date) -> int:
    """Delete proposals that have lapsed; returns how many."""
    lapsed = school.scalars(select(Proposal).where(Proposal.until < today)).all()
    for proposal in lapsed:
        school.delete(proposal)
    school.flush()
    return len(lapsed)


@dataclass(frozen=True)
class RoleChange:
    """A change of one role: who gets it or becomes its deputy, who gives it up, and why."""

    role: Role
    deputy: bool
    gains: StaffMember | None
    loses: StaffMember | None
    why: str


def propose_role(school: Session, by: StaffMember, asked: RoleChange, today: date) -> Proposal:
    """Ask that somebody gets a role, or loses it, or both; raises Refused for what could never be confirmed."""
    role, deputy, gains, loses = asked.role, asked.deputy, asked.gains, asked.loses
    why = " ".join(asked.why.split())[:200]
    if role not in READING_ROLES or (gains is None and loses is None) or gains is loses:
        raise Refused(N_("Choose who gets the role, or who gives it up."))
    if not why:
        raise Refused(N_("Say why in a few words: whoever confirms it reads them."))
    proposal = Proposal(
        kind=ProposalKind.ROLE,
        gains=gains,
        loses=loses,
        role=role,
        deputy=deputy,
        why=why,
        asked_by=by,
        asked_on=today,
        until=today + LASTS,
    )
    check_roles(school, proposal)
    same = select(Proposal).where(Proposal.role == role, Proposal.until >= today, Proposal.deputy == deputy)
    if any((one.gains, one.loses) == (gains, loses) for one in school.scalars(same) if one is not proposal):
        raise Refused(N_("This change is proposed already."))
    return _stored(school, proposal)


def propose_handover(
    school: Session,
    chain: Sequence[Version],
    by: StaffMember,
    gives: StaffMember,
    takes: StaffMember,
    day: date,
    when: SchoolDay,
) -> Proposal:
    """Ask that one person takes over all that another reads and sees to; raises Refused for what could never be."""
    about = {gives.id, takes.id}
    for one in open_proposals(school, when.today):
        if about & {one.gains_id, one.loses_id}:
            raise Refused(
                N_("Another change waits for one of these two, under Roles. Decide that one first.")
            )
    proposal = Proposal(
        kind=ProposalKind.HANDOVER,
        gains=takes,
        loses=gives,
        day=day,
        asked_by=by,
        asked_on=when.today,
        until=min(when.today + LASTS, day - timedelta(days=1)),
    )
    check_handover(school, chain, proposal, when)
    return _stored(school, proposal)


def check_handover(school: Session, chain: Sequence[Version], proposal: Proposal, when: SchoolDay) -> None:
    """Raise Refused where roles would not be in order afterwards, or the other one could not read on the day."""
    gives, takes, day = proposal.loses, proposal.gains, proposal.day
    if gives is None or takes is None or day is None or gives is takes or not READING_ROLES & gives.roles:
        raise Refused(N_("Choose who reads now, and somebody else who takes over."))
    if takes.frozen_on or takes.left_on:
        raise Refused(N_("The key of %(name)s is frozen. Somebody else has to take over."), name=takes.name)
    reads = bool(chain) and takes.id.hex in chain[-1].active(when.today)
    first = when.today + timedelta(days=1) if reads else first_reading_day(when.calendar, when.today)
    if not first <= day <= when.today + LONGEST_AHEAD:
        words = N_("Choose a day from %(day)s on, within a year: until then they could not read.")
        raise Refused(words, day=format_date(first, "EEEE d MMMM yyyy", locale="en_GB"))
    check_roles(school, proposal)


def propose_key(school: Session, key: ReaderKey, by: StaffMember, today: date) -> Proposal:
    """Ask that somebody's new keys count: a role was given before, or a password was forgotten."""
    same = Proposal.kind == ProposalKind.KEY, Proposal.gains_id == key.staff_id
    found = school.scalar(select(Proposal).where(*same))
    if found is not None and found.until >= today:
        return found
    if found is not None:
        school.delete(found)
        school.flush()
    proposal = Proposal(
        kind=ProposalKind.KEY, gains=key.staff, asked_by=by, asked_on=today, until=today + LASTS
    )
    return _stored(school, proposal)


def propose_sheets(school: Session, by: StaffMember, recovery: Recoverer, today: date) -> Proposal:
    """Ask that new recovery sheets take the place of the old ones."""
    school.execute(delete(Proposal).where(Proposal.kind == ProposalKind.SHEETS))
    proposal = _stored(
        school, Proposal(kind=ProposalKind.SHEETS, asked_by=by, asked_on=today, until=today + LASTS)
    )
    change = Change(proposal.id.hex, today, proposal.until, recovery=recovery)
    proposal.change = canonical(change.plain()).decode()
    return proposal


def _stored(school: Session, proposal: Proposal) -> Proposal:
    school.add(proposal)
    school.flush()
    return proposal


def take_back(school: Session, proposal: Proposal) -> None:
    """Withdraw or refuse a proposal, which then has no effect."""
    school.delete(proposal)
    school.flush()


def places_of(person: StaffMember | None) -> dict[Role, bool]:
    """The places that somebody has among the roles that read, each with whether as a deputy."""
    held = person.holdings if person else []
    return {one.role: one.deputy for one in held if one.role in READING_ROLES}


def places_in(proposal: Proposal) -> dict[Role, bool]:
    """The places that change hands: the one of a change of roles, or all that somebody hands over."""
    if proposal.kind is ProposalKind.HANDOVER:
        return places_of(proposal.loses)
    return {proposal.role: proposal.deputy} if proposal.role else {}


def check_roles(school: Session, proposal: Proposal) -> None:
    """Raise Refused where the roles would not be in order afterwards, with what has to be corrected."""
    held = after = held_roles(school)
    gains, loses = (one.id if one else None for one in (proposal.gains, proposal.loses))
    for role, deputy in places_in(proposal).items():
        after = roles_after(after, role, deputy, gains, loses)
    for problem in new_problems(held, after):
        raise Refused(problem.message.text, **problem.message.values)
