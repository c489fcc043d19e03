"""Readers agree to a change by signing it, and with two of them it takes effect (promises G3, G4)."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, ProposalVoice, ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.roles import held_roles
from kiosk.calendar.school import SchoolCalendar
from kiosk.messages import N_, Message, Refused, say
from kiosk.readers.holders import is_in_list
from kiosk.readers.listing import add_change, entry_for
from kiosk.readers.proposals import check_roles, set_change
from kiosk.report.chain import verified_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import Change, ListedReader, Version, agree, canonical, read_change
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.reader_list import NEEDED, gains

OTHER_CANNOT = timedelta(days=5)  # after this the deputy stands in for the one who has to confirm
OTHER_OF = {Role.PRINCIPAL: Role.CHAIR, Role.CHAIR: Role.PRINCIPAL}


@dataclass(frozen=True)
class Standing:
    """Who may agree to a proposal, and why somebody may not."""

    ready: bool  # whoever gains has keys
    given: frozenset[uuid.UUID]
    gainers: frozenset[str]
    must: Role | None  # a holder of this role has to be among those who agree
    must_be_one_of: frozenset[uuid.UUID]


def wanted_change(school: Session, chain: Sequence[Version], proposal: Proposal) -> Change | None:
    """What readers sign for a proposal, as the list stands now; None while the person who gains has no keys yet."""
    if proposal.kind is ProposalKind.ROLE:
        return _role_change(school, chain[-1], proposal)
    return read_change(json.loads(proposal.change))


def change_of(school: Session, chain: Sequence[Version], proposal: Proposal) -> Change | None:
    """The same, and kept: if the list has changed since somebody signed, what they signed counts no more."""
    wanted = wanted_change(school, chain, proposal)
    if wanted is not None and not _is_kept(proposal, wanted):
        proposal.voices.clear()
        set_change(proposal, wanted)
        school.flush()
    return wanted


def standing(school: Session, chain: Sequence[Version], proposal: Proposal, today: date) -> Standing:
    """Who has agreed and who still has to."""
    change = wanted_change(school, chain, proposal)
    gainers = frozenset(gains(chain[-1].readers, change)) if change else frozenset()
    must = OTHER_OF.get(proposal.role) if proposal.role else None
    holders = school.scalars(select(RoleHolder).where(RoleHolder.role == must)).all() if must else []
    late = today >= proposal.asked_on + OTHER_CANNOT
    could = frozenset(one.staff_id for one in holders if late or not one.deputy)
    counts = change is not None and _is_kept(proposal, change)
    given = frozenset(one.staff_id for one in proposal.voices if counts)
    return Standing(change is not None, given, gainers, must, could)


def why_not(
    school: Session, chain: Sequence[Version], proposal: Proposal, me: StaffMember, today: date
) -> str:
    """Why this person cannot agree now, in a sentence; empty if they can."""
    now = standing(school, chain, proposal, today)
    mine = chain[-1].active(today).get(me.id.hex)
    if me.id in now.given:
        return _say(N_("You have agreed already: somebody else must confirm."))
    if me.id.hex in now.gainers:
        return _say(N_("You would gain by it, so somebody else must confirm."))
    if mine is None or me.frozen_on:
        return _say(N_("Only a reader whose key is in the list can confirm."))
    if not is_in_list(school, chain, me):
        return _say(N_("Your new key is not in the list yet. Other readers have to confirm it first."))
    if not now.ready:
        name = proposal.gains.name if proposal.gains else ""
        return _say(N_("%(name)s has to sign in once first. That makes a key."), name=name)
    left = NEEDED - len(now.given)
    if now.must and left <= 1 and not now.given & now.must_be_one_of and me.id not in now.must_be_one_of:
        return _say(N_("The %(role)s has to confirm this."), role=now.must.value)
    return ""


def give_voice(
    school: Session,
    chain: Sequence[Version],
    proposal: Proposal,
    me: StaffMember,
    secret: ReaderSecret,
    today: date,
) -> Change:
    """Sign what a proposal does; raises Refused where this person may not."""
    reason = why_not(school, chain, proposal, me, today)
    change = change_of(school, chain, proposal)
    if reason or change is None:
        raise Refused(reason)
    proposal.voices.append(
        ProposalVoice(staff_id=me.id, signature=agree(change, secret.signing_key), day=today)
    )
    school.flush()
    return change


def take_effect(
    school: Session,
    reports: Session,
    proposal: Proposal,
    me: StaffMember,
    secret: ReaderSecret,
    calendar: SchoolCalendar,
    today: date,
) -> Version | None:
    """The new version of the list once enough readers have agreed; None while others must.

    Raises ListBroken where the version would not count. The caller commits `reports` before `school`: a version that
    counts is finished by `settle`, whatever happened in between.
    """
    chain = verified_chain(reports)
    change, now = change_of(school, chain, proposal), standing(school, chain, proposal, today)
    if change is None or len(now.given) < NEEDED or (now.must and not now.given & now.must_be_one_of):
        return None
    if proposal.kind is ProposalKind.ROLE:
        check_roles(held_roles(school), proposal)
    agreed = {voice.staff_id.hex: voice.signature for voice in proposal.voices}
    version = add_change(reports, chain, change, agreed, me.id, secret, calendar, today)
    settle(school, [*chain, version])
    return version


def settle(school: Session, chain: Sequence[Version]) -> list[Proposal]:
    """Do in the school's database what the list says already; returns the proposals that were finished."""
    used = {str((version.cause.get("change") or {}).get("id", "")) for version in chain}
    done = [one for one in school.scalars(select(Proposal)) if one.id.hex in used]
    for proposal in done:
        if proposal.kind is ProposalKind.ROLE:
            _move_role(school, proposal)
        school.delete(proposal)
    school.flush()
    return done


def _role_change(school: Session, last: Version, proposal: Proposal) -> Change | None:
    """The entries that a change of roles puts and drops; None while somebody who gains has no keys."""
    assert proposal.role is not None
    put: dict[str, ListedReader] = {}
    drop = []
    if proposal.gains is not None:
        key = school.get(ReaderKey, proposal.gains.id)
        if key is None:
            return None
        put[key.staff_id.hex] = _entry(last, key, proposal.gains.roles | {proposal.role}, proposal.asked_on)
    if proposal.loses is not None and (key := school.get(ReaderKey, proposal.loses.id)) is not None:
        left = READING_ROLES & (proposal.loses.roles - {proposal.role})
        if key.staff_id.hex in last.readers:
            if left:  # with the keys of the list: nobody compares those of somebody who only loses
                roles = tuple(sorted(role.value for role in left))
                put[key.staff_id.hex] = replace(last.readers[key.staff_id.hex], roles=roles)
            else:
                drop.append(key.staff_id.hex)
    return Change(proposal.id.hex, proposal.asked_on, proposal.until, put=put, drop=tuple(drop))


def _entry(last: Version, key: ReaderKey, roles: frozenset[Role], today: date) -> ListedReader:
    old = last.readers.get(key.staff_id.hex)
    return entry_for(key, roles, old.from_day if old else today, old.reads_from if old else date.min)


def _move_role(school: Session, proposal: Proposal) -> None:
    assert proposal.role is not None
    for person in (proposal.loses, proposal.gains):
        if person is not None:
            school.execute(
                delete(RoleHolder).where(RoleHolder.role == proposal.role, RoleHolder.staff_id == person.id)
            )
    if proposal.gains is not None:
        school.add(RoleHolder(role=proposal.role, deputy=proposal.deputy, staff_id=proposal.gains.id))
    school.flush()
    for person in (proposal.loses, proposal.gains):
        if person is not None:
            school.refresh(person, ["holdings"])


def _is_kept(proposal: Proposal, change: Change) -> bool:
    return proposal.change == canonical(change.plain()).decode()


def _say(text: str, **values: str) -> str:
    return say(Message(text, values))
