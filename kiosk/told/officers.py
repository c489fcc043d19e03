"""Whom pupils, families and staff are named as those to go to, and how to reach them (clause 22 of the policy)."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.roles import HELD_ROLES, Role
from kiosk.wording.messages import N_, Refused

REACH_LONGEST = 120
CHILD_PROTECTION = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL)  # whom pupils and families read of


class Officer(NamedTuple):
    """Somebody who holds a role or deputises for it, by its order: holders first."""

    role: Role
    deputy: bool
    name: str
    reach: str
    email: str


def officers(session: Session, roles: Collection[Role] = HELD_ROLES) -> list[Officer]:
    """Everybody who holds one of these roles, whether they can read reports now or not; one query."""
    found = session.execute(
        select(RoleHolder.role, RoleHolder.deputy, StaffMember.name, StaffMember.reach, StaffMember.email)
        .join(StaffMember, StaffMember.id == RoleHolder.staff_id)
        .where(RoleHolder.role.in_(roles), StaffMember.left_on.is_(None))
    )
    order = list(HELD_ROLES)
    return sorted(
        (Officer(*row) for row in found), key=lambda one: (order.index(one.role), one.deputy, one.name)
    )


def say_how_to_reach(staff: StaffMember, sent: Mapping[str, str]) -> None:
    """Keep how pupils, families and staff reach this person; Refused where it is too long for one line."""
    reach = " ".join(sent.get("reach", "").split())
    if len(reach) > REACH_LONGEST:
        raise Refused(
            N_("This is longer than one line of %(limit)d letters. Make it shorter."), limit=REACH_LONGEST
        )
    staff.reach = reach
