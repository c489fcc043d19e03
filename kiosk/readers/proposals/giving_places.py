"""Places in the table of roles as the signed list gives them: at once, or on the day of a hand-over (promise G4)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.people import revoke_link
from kiosk.readers.proposals.minimum_readers import who_can_open
from kiosk.report.access.routes import too_few_without
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import Version

Places = Mapping[Role, bool]  # whether as a deputy


def places_of(person: StaffMember | None) -> dict[Role, bool]:
    """The places that somebody has among the roles that read."""
    held = person.holdings if person else []
    return {one.role: one.deputy for one in held if one.role in READING_ROLES}


def give_places(school: Session, person: StaffMember | None, places: Places) -> None:
    """Give somebody these places instead of those that they have in the same roles."""
    take_places(school, person, places)
    if person is not None and places:
        school.add_all(
            RoleHolder(role=role, deputy=deputy, staff_id=person.id) for role, deputy in places.items()
        )
        revoke_link(person)
        school.flush()
        school.refresh(person, ["holdings"])


def take_places(school: Session, person: StaffMember | None, places: Places) -> None:
    """Take somebody's places in these roles."""
    if person is not None and places:
        mine = (RoleHolder.staff_id == person.id, RoleHolder.role.in_(places))
        school.execute(delete(RoleHolder).where(*mine))
        school.flush()
        school.refresh(person, ["holdings"])


def settle_handovers(school: Session, chain: Sequence[Version], today: date) -> set[str]:
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
        take_places(school, giver, places)
        if heir is not None and taker is not None and taker.left_on is None:
            give_places(school, taker, {role: place for role, place in places.items() if role in heir.roles})
        after = who_can_open(school, chain, today)
        gone = [one for one in before if one.id not in {able.id for able in after}]
        if too_few_without([*after, *gone], {one.id for one in gone}):
            readers = school.scalars(
                select(StaffMember.email).join(RoleHolder).where(RoleHolder.role.in_(READING_ROLES))
            )
            told |= {giver.email, *readers} | ({taker.email} if taker else set())
    return told
