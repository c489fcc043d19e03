"""Who holds which role: every role has a holder and a deputy, or nothing is saved."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder
from kiosk.messages import N_, Message
from kiosk.roles import HELD_ROLES, Role

Chosen = dict[tuple[Role, bool], uuid.UUID | None]  # (role, deputy?): who


@dataclass(frozen=True)
class RoleProblem:
    """What has to be corrected about a role's holder or deputy."""

    role: Role
    deputy: bool
    message: Message


def field_name(role: Role, deputy: bool) -> str:
    """The name of a role's field in the form."""
    return f"{role.value}-deputy" if deputy else role.value


def held_roles(session: Session) -> Chosen:
    """Who holds which role now."""
    chosen: Chosen = {(role, deputy): None for role in HELD_ROLES for deputy in (False, True)}
    for holder in session.scalars(select(RoleHolder)):
        chosen[holder.role, holder.deputy] = holder.staff_id
    return chosen


def read_roles(values: Mapping[str, str], present: Collection[uuid.UUID]) -> Chosen:
    """The roles as a form gives them; somebody who does not work here counts as nobody."""
    by_hex = {person.hex: person for person in present}
    return {
        (role, deputy): by_hex.get(values.get(field_name(role, deputy), ""))
        for role in HELD_ROLES
        for deputy in (False, True)
    }


def problems_of(chosen: Chosen) -> list[RoleProblem]:
    """Everything that must be corrected before these roles can be saved."""
    found = []
    for role in HELD_ROLES:
        holder, deputy = chosen[role, False], chosen[role, True]
        if holder is None:
            found.append(RoleProblem(role, False, Message(N_("Choose who holds this role."))))
        if deputy is None:
            found.append(
                RoleProblem(
                    role, True, Message(N_("Choose a deputy, who reads reports when the holder is away."))
                )
            )
        elif deputy == holder:
            found.append(
                RoleProblem(role, True, Message(N_("The deputy must be a different person from the holder.")))
            )
    principals = {chosen[Role.PRINCIPAL, False], chosen[Role.PRINCIPAL, True]} - {None}
    found += [
        # Reports about the principal go to the chair, so the two must never be one person.
        RoleProblem(
            Role.CHAIR,
            deputy,
            Message(N_("The chair reads reports about the principal, so choose a different person here.")),
        )
        for deputy in (False, True)
        if chosen[Role.CHAIR, deputy] in principals
    ]
    return found


def save_roles(session: Session, chosen: Chosen) -> None:
    """Save the holder and deputy of every role; raises ValueError if there is a problem."""
    if problems_of(chosen):
        raise ValueError("roles without a holder and a deputy")
    holders = {(holder.role, holder.deputy): holder for holder in session.scalars(select(RoleHolder))}
    for (role, deputy), person in chosen.items():
        if (role, deputy) in holders:
            holders[role, deputy].staff_id = person  # type: ignore[assignment]  # nobody is a problem, see above
        else:
            session.add(RoleHolder(role=role, deputy=deputy, staff_id=person))
    session.flush()
