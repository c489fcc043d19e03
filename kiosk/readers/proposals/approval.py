"""Readers approve a proposal by signing it; with two signatures it takes effect (promises G3, G4)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, ProposalVote, RoleHolder, StaffMember
from kiosk.accounts.staff.people import revoke_link
from kiosk.readers.proposals.effect import (
    effect_of,
    handover_in,
    key_words_match,
    keys_to_confirm,
    new_keys,
    planned_handovers,
)
from kiosk.readers.proposals.minimum_readers import refuse_early_loss, who_can_open
from kiosk.readers.proposals.proposals import check_handover, check_roles, places_in, places_of
from kiosk.readers.signed_list.holders import is_in_list
from kiosk.readers.signed_list.versions import SchoolDay, Signer, add_change
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.access.routes import too_few_without
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import Change, Readers, Signatures, Version, handover_text, sign_change
from kiosk.sealing.reader_list import NEEDED, agrees, who_gains
from kiosk.wording.messages import N_, Message, Refused, say

OTHER_CANNOT = timedelta(days=5)  # after this time the deputy may confirm in place of the holder
OTHER_OF = {Role.PRINCIPAL: Role.CHAIR, Role.CHAIR: Role.PRINCIPAL}


class KeyWordsMismatch(Exception):
    """The typed key words do not match the keys that the change adds, so it must not be signed."""


@dataclass(frozen=True)
class ApprovalState:
    """Who may agree to a proposal, and why somebody may not."""

    ready: bool  # everybody who gains access has keys
    given: frozenset[uuid.UUID]
    against: frozenset[uuid.UUID]  # who objects; two others can still approve it
    gainers: frozenset[str]
    required_role: Role | None  # a holder of this role must be among those who approve
    must_be_one_of: frozenset[uuid.UUID]


def approval_state(
    school: Session, chain: Sequence[Version], proposal: Proposal, today: date
) -> ApprovalState:
    """Who has agreed to a proposal and who still has to."""
    change = effect_of(school, chain, proposal)
    gainers = frozenset(who_gains(chain[-1].listed(today), change)) if change else frozenset()
    # a deputy who becomes the holder gains too, though the signed list does not distinguish deputies
    if proposal.gains_id:
        gainers |= {proposal.gains_id.hex}
    handed = handover_in(chain, proposal)
    roles = [Role(role) for role in handed.roles] if handed else [proposal.role]
    must = next((OTHER_OF[role] for role in roles if role in OTHER_OF), None)
    holders = school.scalars(select(RoleHolder).where(RoleHolder.role == must)).all() if must else []
    late = today >= proposal.asked_on + OTHER_CANNOT
    listed = {uuid.UUID(id) for id, one in chain[-1].readers.items() if must and must.value in one.roles}
    could = listed & {one.staff_id for one in holders if late or not one.deputy}
    given = frozenset(uuid.UUID(id) for id in _valid_signatures(chain[-1], change, proposal, today))
    against = frozenset(one.staff_id for one in proposal.votes if not one.agrees)
    return ApprovalState(change is not None, given, against, gainers, must, frozenset(could))


def why_cannot_approve(
    school: Session,
    chain: Sequence[Version],
    proposal: Proposal,
    me: StaffMember,
    today: date,
    now: ApprovalState | None = None,
) -> str:
    """Why this person cannot agree now, in a sentence; empty if they can. `now`: how it stands, if that is known."""
    now = now or approval_state(school, chain, proposal, today)
    mine = chain[-1].active(today).get(me.id.hex)
    gives = is_giver(proposal, me)
    signed = gives and any(one.agrees for one in proposal.votes if one.staff_id == me.id)
    if me.id in now.given or signed:
        return _say_why(N_("You have agreed already: somebody else must confirm."))
    if me.id.hex in now.gainers:
        return _say_why(N_("You would gain by it, so somebody else must confirm."))
    if mine is None or me.frozen_on:
        return _say_why(N_("Only a reader whose key is in the list can confirm."))
    if not is_in_list(school, chain, me):
        return _say_why(N_("Your new key is not in the list yet. Other readers have to confirm it first."))
    people = {one.id.hex: one.name for one in (proposal.gains, proposal.loses) if one}
    if proposal.kind is not ProposalKind.KEY:
        for giver, entry in planned_handovers(chain, today).items():
            only_goes = people.keys() == {giver} and proposal.gains is None
            if only_goes and entry.heir in chain[-1].active(today):
                continue  # the other reads already
            if name := people.get(giver) or people.get(entry.heir):
                return _say_why(N_("%(name)s is part of a hand-over already. Wait for its day."), name=name)
    name = proposal.gains.name if proposal.gains else ""
    if proposal.kind is ProposalKind.HANDOVER and not (gives or proposal.taken_on):
        return _say_why(N_("%(name)s has to take it on first."), name=name)
    if not (now.ready or gives):
        return _say_why(N_("%(name)s has to sign in once first. That makes a key."), name=name)
    if _gives_roles(proposal) and _has_new_key(school, chain, proposal.gains):
        new = N_("%(name)s has a new key. Other readers have to confirm it first, on the page Who can read.")
        return _say_why(new, name=name)
    left = NEEDED - len(now.given)
    if (
        now.required_role
        and left <= 1
        and not now.given & now.must_be_one_of
        and me.id not in now.must_be_one_of
    ):
        return _say_why(N_("The %(role)s has to confirm this."), role=now.required_role.value)
    return ""


def is_giver(proposal: Proposal, person: StaffMember) -> bool:
    """Whether this person hands over by a proposal: they hear no words, as another reader confirms the keys."""
    return proposal.kind is ProposalKind.HANDOVER and proposal.loses_id == person.id


def approve(
    school: Session,
    chain: Sequence[Version],
    proposal: Proposal,
    by: Signer,
    today: date,
    words: str = "",
    known: Collection[Readers] = (),
) -> Change | None:
    """Sign what a proposal does; raises Refused where this person may not, KeyWordsMismatch where words are missing.

    `words`: the six that they typed; `known`: keys that who only proposes, and has heard nothing, knows already.

    Who hands over signs to whom, what and until when; the keys are for the other who confirms.

    What was heard is compared with the very change that is signed: a row may be exchanged after the page has compared
    it.
    """
    who_can_open(school, chain, today)  # holds them: somebody may freeze a key or approve at this moment
    school.refresh(proposal, ["votes"])
    reason = why_cannot_approve(school, chain, proposal, by.person, today)
    change = effect_of(school, chain, proposal)
    handed = handover_in(chain, proposal) if is_giver(proposal, by.person) else None
    if handed is not None and not reason:
        text = handover_text(proposal.id.hex, proposal.until, handed)
        _record_vote(school, proposal, by.person, bytes(by.secret.signing_key.sign(text).signature), today)
        return change
    if reason or change is None:
        raise Refused(reason)
    keys = new_keys(known, change) if known else keys_to_confirm(chain[-1], proposal, change)
    if not key_words_match(words, keys):
        raise KeyWordsMismatch
    _record_vote(school, proposal, by.person, sign_change(change, by.secret.signing_key), today)
    return change


def object_to(school: Session, proposal: Proposal, me: StaffMember, today: date) -> None:
    """Record that a reader objects. It blocks nothing, or else one reader could stop every change for good."""
    _record_vote(school, proposal, me, b"", today)


def _record_vote(school: Session, proposal: Proposal, me: StaffMember, signature: bytes, today: date) -> None:
    others = [one for one in proposal.votes if one.staff_id != me.id]
    if len(others) < len(proposal.votes):
        proposal.votes = others
        school.flush()
    proposal.votes.append(ProposalVote(staff_id=me.id, signature=signature, day=today))
    school.flush()


def apply_proposal(
    school: Session, reports: Session, proposal: Proposal, by: Signer, when: SchoolDay
) -> Version | None:
    """The new version of the list once enough readers have approved; None while more approvals are needed.

    Raises ListBroken where the version would not count, and Refused where the roles would not be in order or the last
    who can open some reports would go. The caller commits `reports` before `school`: `apply_signed_changes` completes
    a valid version, whatever happened in between.
    """
    chain, today = verified_chain(reports), when.today
    change, now = effect_of(school, chain, proposal), approval_state(school, chain, proposal, today)
    if (
        change is None
        or len(now.given) < NEEDED
        or (now.required_role and not now.given & now.must_be_one_of)
    ):
        return None
    if _gives_roles(proposal):
        if proposal.kind is ProposalKind.HANDOVER:
            check_handover(school, chain, proposal, when)
        check_roles(school, proposal)
        refuse_early_loss(school, chain, change, when.calendar, today)
    agreed = _valid_signatures(chain[-1], change, proposal, today)
    version = add_change(reports, chain, change, agreed, by, when)
    apply_signed_changes(school, [*chain, version], today)
    return version


def _valid_signatures(last: Version, change: Change | None, proposal: Proposal, today: date) -> Signatures:
    """The stored signatures that are still valid: a signer may have left or changed keys since."""
    if change is None:
        return {}
    given = {voice.staff_id.hex: voice.signature for voice in proposal.votes if voice.agrees}
    return {id: given[id] for id in agrees(last, change, given, today)}


def apply_signed_changes(school: Session, chain: Sequence[Version], today: date) -> set[str]:
    """Apply to the school's database what the signed list says already; returns whom to tell of a hand-over whose day
    has come, where too few can open some reports (promise G5)."""
    used = {version.change_id for version in chain}
    for proposal in [one for one in school.scalars(select(Proposal)) if one.id.hex in used]:
        places = places_in(proposal)
        if proposal.kind is ProposalKind.ROLE:
            _take_places(school, proposal.loses, places)
            _give_places(school, proposal.gains, places)
        if proposal.kind is ProposalKind.HANDOVER and _reads_before(chain, proposal):
            _give_places(school, proposal.gains, places)  # nobody waits for a role beside one
        school.delete(proposal)
    school.flush()
    return _settle_handovers(school, chain, today)


def _give_places(school: Session, person: StaffMember | None, places: Mapping[Role, bool]) -> None:
    """Give somebody these places instead of those that they have in the same roles."""
    _take_places(school, person, places)
    if person is not None and places:
        school.add_all(
            RoleHolder(role=role, deputy=deputy, staff_id=person.id) for role, deputy in places.items()
        )
        revoke_link(person)
        school.flush()
        school.refresh(person, ["holdings"])


def _take_places(school: Session, person: StaffMember | None, places: Collection[Role]) -> None:
    if person is not None and places:
        mine = (RoleHolder.staff_id == person.id, RoleHolder.role.in_(places))
        school.execute(delete(RoleHolder).where(*mine))
        school.flush()
        school.refresh(person, ["holdings"])


def _settle_handovers(school: Session, chain: Sequence[Version], today: date) -> set[str]:
    """Move the places of everybody whose last day is over to whom the list names, as far as it names them.

    Returns the addresses of old and new holders and of every reader where a route then has too few who can open it:
    somebody may have forgotten a password since, or be frozen or away (promise G5).
    """
    told: set[str] = set()
    for id, entry in chain[-1].readers.items() if chain else ():
        giver = school.get(StaffMember, uuid.UUID(id)) if entry.to_day < today else None
        if giver is None or not (places := places_of(giver)):
            continue
        heir, taker = chain[-1].readers.get(entry.heir), school.get(StaffMember, uuid.UUID(entry.heir))
        before = who_can_open(school, chain, entry.to_day)
        _take_places(school, giver, places)
        if heir is not None and taker is not None and taker.left_on is None:
            _give_places(school, taker, {role: place for role, place in places.items() if role in heir.roles})
        after = who_can_open(school, chain, today)
        gone = [one for one in before if one.id not in {able.id for able in after}]
        if too_few_without([*after, *gone], {one.id for one in gone}):
            readers = select(StaffMember.email).join(RoleHolder).where(RoleHolder.role.in_(READING_ROLES))
            told |= {giver.email, *school.scalars(readers)} | ({taker.email} if taker else set())
    return told


def is_unsettled(school: Session, chain: Sequence[Version], today: date) -> bool:
    """Whether a proposal is in the list already, or its time is over, so that there is something to write."""
    used = {version.change_id for version in chain}
    rows = school.execute(select(Proposal.id, Proposal.until))
    over = [uuid.UUID(id) for id, one in chain[-1].readers.items() if one.to_day < today] if chain else []
    held = select(RoleHolder.staff_id).where(RoleHolder.staff_id.in_(over))
    left = bool(over and school.scalar(held.where(RoleHolder.role.in_(READING_ROLES))))
    return left or any(id.hex in used or until < today for id, until in rows)


def _has_new_key(school: Session, chain: Sequence[Version], person: StaffMember | None) -> bool:
    """Whether the list has somebody with other keys than their password opens now."""
    return person is not None and person.id.hex in chain[-1].readers and not is_in_list(school, chain, person)


def _gives_roles(proposal: Proposal) -> bool:
    return proposal.kind in {ProposalKind.ROLE, ProposalKind.HANDOVER}


def _reads_before(chain: Sequence[Version], proposal: Proposal) -> bool:
    """Whether whoever takes over was a reader when the version of this hand-over was signed."""
    taker = proposal.gains_id.hex if proposal.gains_id else ""
    for before, version in pairwise(chain):
        if version.change_id == proposal.id.hex:
            return taker in before.listed(version.day)
    return False


def _say_why(text: str, **values: str) -> str:
    return say(Message(text, values))
