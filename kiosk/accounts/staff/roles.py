"""Who holds which role: every role has a holder and a deputy, or nothing is saved."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.people import revoke_link
from kiosk.audit.log import Acting, LogAct
from kiosk.roles import HELD_ROLES, NEEDED_ROLES, READING_ROLES, Role
from kiosk.wording.messages import N_, Message

KEEPERS = (Role.PRINCIPAL, Role.DSL, Role.CHAIR)  # of a recovery sheet each
NO_HOLDER = N_("Choose who holds this role.")
NO_DEPUTY = N_("Choose a deputy, who reads reports when the holder is away.")
NO_STAND_IN = N_("Choose a deputy, for when the holder is away.")
ONE_PERSON = N_("The deputy must be a different person from the holder.")
CHAIR_READS = N_("The chair reads reports about the principal, so choose a different person here.")
NETWORK_READS = N_(
    "The network manager keeps the computer, so they must not read reports. Choose somebody else."
)
TWO_SHEETS = N_(
    "Principal, safeguarding lead and chair keep a recovery sheet each, and two sheets open everything. Choose three "
    "people."
)
RoleAssignment = dict[tuple[Role, bool], tuple[uuid.UUID, ...]]  # (role, deputy?): who


@dataclass(frozen=True)
class RoleProblem:
    """What has to be corrected about a role's holder or deputy."""

    role: Role
    deputy: bool
    message: Message
    # who holds two roles that nobody may hold together
    places: frozenset[tuple[uuid.UUID, Role]] = frozenset()


def field_name(role: Role, deputy: bool) -> str:
    """The name of a role's field in the form."""
    return f"{role.value}-deputy" if deputy else role.value


def held_roles(session: Session) -> RoleAssignment:
    """Who holds which role now, and who deputises; a role may have several of each."""
    chosen: RoleAssignment = {(role, deputy): () for role in HELD_ROLES for deputy in (False, True)}
    wanted = select(RoleHolder).join(RoleHolder.staff).order_by(StaffMember.name)
    for holder in session.scalars(wanted.execution_options(populate_existing=True)):
        chosen[holder.role, holder.deputy] += (holder.staff_id,)
    return chosen


def read_roles(values: Mapping[str, str], present: Collection[uuid.UUID]) -> RoleAssignment:
    """The roles as a form gives them; somebody who does not work here counts as nobody."""
    by_hex = {person.hex: person for person in present}
    return {
        (role, deputy): tuple(
            by_hex[one] for one in [values.get(field_name(role, deputy), "")] if one in by_hex
        )
        for role in HELD_ROLES
        for deputy in (False, True)
    }


def roles_after(
    chosen: RoleAssignment, role: Role, deputy: bool, gains: uuid.UUID | None, loses: uuid.UUID | None
) -> RoleAssignment:
    """The roles after one person got a role and another gave it up."""
    after = dict(chosen)
    for place in (False, True):
        after[role, place] = tuple(one for one in chosen[role, place] if one not in {gains, loses})
    if gains is not None:
        after[role, deputy] += (gains,)
    return after


def problems_of(chosen: RoleAssignment) -> list[RoleProblem]:
    """Everything that must be corrected before these roles can be saved."""
    found = []
    for role in HELD_ROLES:
        holders, deputies = chosen[role, False], chosen[role, True]
        if not holders and not deputies and role not in NEEDED_ROLES:
            continue
        if not holders:
            found.append(RoleProblem(role, False, Message(NO_HOLDER)))
        if not deputies:
            words = NO_DEPUTY if role in READING_ROLES else NO_STAND_IN
            found.append(RoleProblem(role, True, Message(words)))
        elif set(deputies) & set(holders):
            found.append(RoleProblem(role, True, Message(ONE_PERSON)))
    principals = {*chosen[Role.PRINCIPAL, False], *chosen[Role.PRINCIPAL, True]}
    for deputy in (False, True):
        if principals & set(chosen[Role.CHAIR, deputy]):
            found.append(RoleProblem(Role.CHAIR, deputy, Message(CHAIR_READS)))
    return found + _held_together(chosen)


def _held_together(chosen: RoleAssignment) -> list[RoleProblem]:
    """Two recovery sheets with one person; a reader who looks after the machine, but as a deputy (promise G16)."""
    found, network = [], set(chosen[Role.NETWORK, False])
    reads = {(one, role) for (role, _), people in chosen.items() if role in READING_ROLES for one in people}
    if both := frozenset(place for place in reads if place[0] in network):
        found.append(RoleProblem(Role.NETWORK, False, Message(NETWORK_READS), both))
    keep = [(one, role) for role in KEEPERS for one in chosen[role, False]]
    if all(chosen[role, False] for role in KEEPERS) and not _three_keepers(chosen, deputies=False):
        two = frozenset(one for one in keep if sum(one[0] == other for other, _ in keep) > 1)
        found.append(RoleProblem(Role.DSL, False, Message(TWO_SHEETS), two))
    return found


def new_problems(before: RoleAssignment, after: RoleAssignment) -> list[RoleProblem]:
    """What must be corrected about a change of roles; roles held together before do not stop it, or all would stop."""
    old = {place for one in problems_of(before) for place in one.places}
    return [one for one in problems_of(after) if not one.places or one.places - old]


def sheet_keepers(chosen: RoleAssignment) -> tuple[uuid.UUID, ...]:
    """Who keeps a recovery sheet, by KEEPERS: three different people, deputies where holders do not suffice."""
    return _three_keepers(chosen, deputies=False) or _three_keepers(chosen, deputies=True)


def _three_keepers(chosen: RoleAssignment, deputies: bool) -> tuple[uuid.UUID, ...]:
    people = (chosen[role, False] + (chosen[role, True] if deputies else ()) for role in KEEPERS)
    return next((three for three in product(*people) if len({*three}) == len(KEEPERS)), ())


def save_roles(session: Session, acting: Acting, chosen: RoleAssignment, only: Role | None = None) -> None:
    """Save who holds and deputises every role, or one of them, with a line in the log for each change.

    Raises ValueError if there is a problem with it.
    """
    before = held_roles(session)
    wrong = new_problems(before, chosen) if only else problems_of(chosen)
    if any(only in {None, problem.role} for problem in wrong):
        raise ValueError("roles that are not in order")
    session.execute(delete(RoleHolder).where(RoleHolder.role == only) if only else delete(RoleHolder))
    session.add_all(
        RoleHolder(role=role, deputy=deputy, staff_id=person)
        for (role, deputy), people in chosen.items()
        for person in people
        if only in {None, role}
    )
    session.flush()
    session.expire_all()
    for role, deputy in chosen:
        if only in {None, role}:
            log_role_changes(session, acting, role, deputy, before[role, deputy], chosen[role, deputy])
            for person in set(chosen[role, deputy]) - set(before[role, deputy]):
                revoke_link(session.get_one(StaffMember, person))


def log_role_changes(
    session: Session,
    acting: Acting,
    role: Role,
    deputy: bool,
    before: Collection[uuid.UUID],
    after: Collection[uuid.UUID],
) -> None:
    """Add a line to the log for everybody who got this place or gave it up."""
    place = {"role": role.value, "deputy": int(deputy)}
    for person in sorted(set(after) - set(before)):
        acting.note(session, LogAct.ROLE_GIVEN, person, **place)
    for person in sorted(set(before) - set(after)):
        acting.note(session, LogAct.ROLE_TAKEN, person, **place)
