"""Who must take the next step of an open case: its owner, or everybody who can open it while the owner cannot act."""

import enum
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.people import is_absent
from kiosk.report.access.keyring import Keyholder, read_keyring
from kiosk.report.access.renewals_due import can_read
from kiosk.report.access.routes import ROUTES, may_read
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.reader_key import mark_of


class Unavailable(enum.StrEnum):
    """Why somebody cannot take the next step of a case."""

    LEFT = "left"
    ROLE = "role"
    NO_KEY = "shut"  # they have no key that opens it, or their key is frozen
    AWAY = "away"


GONE = (Unavailable.LEFT, Unavailable.ROLE)
_THERE = (
    select(
        StaffMember.id,
        StaffMember.name,
        StaffMember.left_on,
        StaffMember.away_from,
        StaffMember.away_until,
        StaffMember.frozen_on,
        RoleHolder.role,
    )
    .outerjoin(RoleHolder, RoleHolder.staff_id == StaffMember.id)
    .where(
        or_(RoleHolder.role.in_(list(READING_ROLES)), StaffMember.id.in_(bindparam("owners", expanding=True)))
    )
)


@dataclass(frozen=True)
class StaffPresence:
    """What matters of a member of staff when deciding who acts next."""

    id: uuid.UUID
    name: str
    left: bool
    away: bool
    frozen: bool
    roles: frozenset[Role]
    until: date | None = None  # the last day on which they are away


@dataclass(frozen=True)
class StaffAvailability:
    """Everybody who reads reports or owns a case, with what the list of readers says of them."""

    people: Mapping[uuid.UUID, StaffPresence]
    holders: Mapping[uuid.UUID, Keyholder]

    def why_unavailable(self, person_id: uuid.UUID, route: str, key_mark: bytes | None) -> Unavailable | None:
        """Why this person cannot act now on a case of this route, sealed for them with that key; None: they can."""
        person, holder = self.people.get(person_id), self.holders.get(person_id)
        if person is None or person.left:
            return Unavailable.LEFT
        if not may_read(ROUTES[route], person.roles):
            return Unavailable.ROLE
        holds_it = holder is not None and not holder.locked and can_read(holder, route)
        if not holds_it or key_mark != self.mark_of(person_id):
            return Unavailable.NO_KEY
        if person.away:
            return Unavailable.NO_KEY if person.frozen else Unavailable.AWAY
        return None

    def heir_of(
        self, owner_id: uuid.UUID, route: str, key_marks: Mapping[uuid.UUID, bytes]
    ) -> uuid.UUID | None:
        """To whom this owner has handed over, if the owner reads no more and the other one can act on this case.

        Whatever has an owner passes on here: cases, tasks, days to look again. Nothing is written for it, so what the
        other one may not read stays with all who may, and nobody can count it.
        """
        if self.why_unavailable(owner_id, route, key_marks.get(owner_id)) not in GONE:
            return None
        heirs = (id for id, one in self.holders.items() if owner_id.hex in one.follows)
        able = (id for id in heirs if self.why_unavailable(id, route, key_marks.get(id)) is None)
        return next(able, None)

    def readers(self) -> dict[uuid.UUID, str]:
        """The names of everybody who holds a reading role, by id: to name other owners would tell of their cases."""
        return {id: one.name for id, one in self.people.items() if one.roles & READING_ROLES and not one.left}

    def mark_of(self, person_id: uuid.UUID) -> bytes:
        """The mark of the key that the list of readers names for this person; of no key where it names none."""
        holder = self.holders.get(person_id)
        return mark_of((holder.public_key if holder else None) or b"")

    def available_readers(self, route: str, key_marks: Mapping[uuid.UUID, bytes]) -> set[uuid.UUID]:
        """Those who are there and can open a case that is sealed for these keys."""
        return {one for one, mark in key_marks.items() if self.why_unavailable(one, route, mark) is None}


def staff_availability(
    school: Session, reports: Session, owners: Collection[uuid.UUID], today: date, root: bytes | None = None
) -> StaffAvailability:
    """Who is there of those who hold a reading role and these owners; `root`: of the first list of readers."""
    people = staff_by_availability(school, owners, today)
    recipients = read_keyring(reports, root, today)
    return StaffAvailability(people, {one.id: one for one in recipients.readers})


def owners_for(reports: Session, staff: StaffMember) -> set[uuid.UUID]:
    """This person, and everybody who has handed over to them and reads no more: what these owned is theirs now."""
    if not READING_ROLES & staff.roles:
        return {staff.id}
    readers = {one.id.hex: one for one in read_keyring(reports).readers if one.listed}
    mine = readers.get(staff.id.hex)
    return {staff.id} | {uuid.UUID(id) for id in (mine.follows if mine else ()) if id not in readers}


def staff_by_availability(
    school: Session | Connection, owners: Collection[uuid.UUID], today: date
) -> dict[uuid.UUID, StaffPresence]:
    """Those who hold a reading role and these owners, as they are on this day; one query."""
    rows = school.execute(_THERE, {"owners": list(owners)})
    people: dict[uuid.UUID, StaffPresence] = {}
    for row in rows:
        known = people.get(row.id)
        people[row.id] = StaffPresence(
            row.id,
            row.name,
            row.left_on is not None,
            is_absent(row, today),
            row.frozen_on is not None,
            (known.roles if known else frozenset()) | ({row.role} if row.role else frozenset()),
            row.away_until,
        )
    return people


def waits_for(
    person_id: uuid.UUID,
    owner_id: uuid.UUID,
    route: str,
    key_marks: Mapping[uuid.UUID, bytes],
    there: StaffAvailability,
) -> bool:
    """Whether an open case that this person may read waits for them, `key_marks` being all that it is sealed for.

    It waits for its owner; if the owner cannot act, for everybody present who can open it; if nobody is, for all who
    may read it. So it always waits for somebody (promise Q7). Whoever took over is its owner.
    """
    owner_id = there.heir_of(owner_id, route, key_marks) or owner_id
    if person_id == owner_id or not there.why_unavailable(owner_id, route, key_marks.get(owner_id)):
        return person_id == owner_id
    present = there.available_readers(route, key_marks)
    return person_id in present or not present
