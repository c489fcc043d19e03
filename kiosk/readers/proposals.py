"""Changes of who may read: one person proposes, readers agree by signing, and with two it takes effect (promise G4)."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, ProposalVoice, ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.roles import Chosen, held_roles, moved, problems_of
from kiosk.calendar.school import SchoolCalendar
from kiosk.messages import N_, Message, Refused, say
from kiosk.readers.listing import add_change, entry_for
from kiosk.report.chain import verified_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import (
    Change,
    ListedReader,
    Recoverer,
    Version,
    agree,
    canonical,
    read_change,
)
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.reader_list import NEEDED, gains

LASTS = timedelta(days=7)
OTHER_CANNOT = timedelta(days=5)  # after this the deputy stands in for the one who has to confirm
OTHER_OF = {Role.PRINCIPAL: Role.CHAIR, Role.CHAIR: Role.PRINCIPAL}


@dataclass(frozen=True)
class Standing:
    """Who may agree to a proposal, and why somebody may not."""

    given: frozenset[uuid.UUID]
    gainers: frozenset[str]
    must: Role | None  # a holder of this role has to be among those who agree
    must_be_one_of: frozenset[uuid.UUID]


def open_proposals(school: Session, today: date) -> Sequence[Proposal]:
    """Every proposal that has not lapsed, the oldest first."""
    rows = school.scalars(
        select(Proposal).where(Proposal.until >= today).order_by(Proposal.asked_on, Proposal.id)
    )
    return rows.all()


def forget_lapsed(school: Session, today: date) -> int:
    """Delete proposals whose time is over; returns how many there were."""
    lapsed = school.scalars(select(Proposal).where(Proposal.until < today)).all()
    for proposal in lapsed:
        school.delete(proposal)
    school.flush()
    return len(lapsed)


def propose_role(
    school: Session,
    by: StaffMember,
    role: Role,
    deputy: bool,
    gains: StaffMember | None,
    loses: StaffMember | None,
    why: str,
    today: date,
) -> Proposal:
    """Ask that somebody gets a role, or loses it, or both; raises Refused for what could never be confirmed."""
    why = " ".join(why.split())[:200]
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
        change="",
        asked_by=by,
        asked_on=today,
        until=today + LASTS,
    )
    check_roles(held_roles(school), proposal)
    same = select(Proposal).where(Proposal.role == role, Proposal.until >= today, Proposal.deputy == deputy)
    if any((one.gains, one.loses) == (gains, loses) for one in school.scalars(same) if one is not proposal):
        raise Refused(N_("This change is proposed already."))
    school.add(proposal)
    school.flush()
    return proposal


def propose_key(
    school: Session, key: ReaderKey, by: StaffMember, old: ListedReader | None, today: date
) -> Proposal:
    """Ask that somebody's new keys count: a role was given before, or a password was forgotten."""
    found = school.scalar(
        select(Proposal).where(Proposal.kind == ProposalKind.KEY, Proposal.gains_id == key.staff_id)
    )
    if found is not None and found.until >= today and _fits(found, key):
        return found
    if found is not None:
        school.delete(found)
        school.flush()
    proposal = Proposal(
        kind=ProposalKind.KEY,
        gains=key.staff,
        why="",
        change="",
        asked_by=by,
        asked_on=today,
        until=today + LASTS,
    )
    school.add(proposal)
    school.flush()
    entry = entry_for(key, key.staff.roles, today, old.reads_from if old else date.min)
    if old:
        entry = replace(entry, name=old.name, roles=old.roles)
    _set_change(proposal, Change(proposal.id.hex, today, proposal.until, put={key.staff_id.hex: entry}))
    return proposal


def propose_sheets(school: Session, by: StaffMember, recovery: Recoverer, today: date) -> Proposal:
    """Ask that new recovery sheets take the place of the old ones."""
    school.execute(delete(Proposal).where(Proposal.kind == ProposalKind.SHEETS))
    proposal = Proposal(
        kind=ProposalKind.SHEETS, why="", change="", asked_by=by, asked_on=today, until=today + LASTS
    )
    school.add(proposal)
    school.flush()
    _set_change(proposal, Change(proposal.id.hex, today, proposal.until, recovery=recovery))
    return proposal


def change_of(school: Session, chain: Sequence[Version], proposal: Proposal) -> Change | None:
    """What readers sign for a proposal; None while the person who gains has no keys yet.

    If the list has changed since somebody signed, what it would do is worked out anew, and their signatures go.
    """
    if proposal.kind is ProposalKind.ROLE:
        wanted = _role_change(school, chain[-1], proposal)
        if wanted is None:
            return None
        if proposal.change != canonical(wanted.plain()).decode():
            proposal.voices.clear()
            _set_change(proposal, wanted)
            school.flush()
    return read_change(json.loads(proposal.change))


def standing(school: Session, chain: Sequence[Version], proposal: Proposal, today: date) -> Standing:
    """Who has agreed and who still has to."""
    change = change_of(school, chain, proposal)
    gainers = frozenset(gains(chain[-1].readers, change)) if change else frozenset()
    must = OTHER_OF.get(proposal.role) if proposal.role else None
    holders = school.scalars(select(RoleHolder).where(RoleHolder.role == must)).all() if must else []
    late = today >= proposal.asked_on + OTHER_CANNOT
    could = frozenset(one.staff_id for one in holders if late or not one.deputy)
    return Standing(frozenset(one.staff_id for one in proposal.voices), gainers, must, could)


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
    if not proposal.change:
        name = proposal.gains.name if proposal.gains else ""
        return _say(N_("%(name)s has to sign in once first. That makes a key."), name=name)
    left = NEEDED - len(now.given)
    if now.must and left <= 1 and not now.given & now.must_be_one_of and me.id not in now.must_be_one_of:
        return _say(N_("The %(role)s has to confirm this."), role=now.must.value)
    return ""


def take_back(school: Session, proposal: Proposal) -> None:
    """Withdraw or refuse a proposal; nothing has changed by it."""
    school.delete(proposal)
    school.flush()


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


def check_roles(held: Chosen, proposal: Proposal) -> None:
    """Raise Refused where the roles would not be in order afterwards, with what has to be corrected."""
    assert proposal.role is not None
    after = moved(
        held,
        proposal.role,
        proposal.deputy,
        proposal.gains.id if proposal.gains else None,
        proposal.loses.id if proposal.loses else None,
    )
    for problem in problems_of(after):
        raise Refused(problem.message.text, **problem.message.values)


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


def _set_change(proposal: Proposal, change: Change) -> None:
    proposal.change = canonical(change.plain()).decode()


def _fits(proposal: Proposal, key: ReaderKey) -> bool:
    change = read_change(json.loads(proposal.change))
    entry = change.put.get(key.staff_id.hex)
    return entry is not None and (entry.public_key, entry.verify_key) == (key.public_key, key.verify_key)


def _say(text: str, **values: str) -> str:
    return say(Message(text, values))
