"""Who does a duty, who stands in, and to whom it comes when it is late."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.people import is_away
from kiosk.calendar.school import SchoolCalendar
from kiosk.duties.kind import Duty
from kiosk.duties.models import DutyState
from kiosk.roles import Role


@dataclass(frozen=True)
class Person:
    """Somebody who holds a role, and whether they are away today."""

    id: uuid.UUID
    name: str
    email: str
    away: bool


@dataclass(frozen=True)
class Step:
    """From which day on a late duty is with whom as well."""

    on: date
    people: tuple[Person, ...]


@dataclass(frozen=True)
class People:
    """Everybody who works here, and who holds which role or stands in for it."""

    all: dict[uuid.UUID, Person]
    held: dict[tuple[str, bool], tuple[Person, ...]]  # by role, and whether as the deputy

    def of(self, role: str, deputy: bool = False) -> tuple[Person, ...]:
        """Those who hold a role, or who stand in."""
        return self.held.get((role, deputy), ())

    def who_may_see(self, duty: Duty) -> dict[uuid.UUID, Person]:
        """Those who may know of a duty, to whom alone it is given."""
        if not duty.seen_by or "teacher" in duty.seen_by:
            return self.all
        return {one.id: one for (role, _), some in self.held.items() if role in duty.seen_by for one in some}

    def doers(self, duty: Duty, state: DutyState | None = None) -> tuple[Person, ...]:
        """Whose it is: to whom it was given, else the role's; where nobody has the role, the principal's."""
        given = self.all.get(state.given_to_id) if state and state.given_to_id else None
        if given:
            return (given,)
        return self.of(duty.does) or self.of(duty.does, True) or self.of(Role.PRINCIPAL)

    def may_write(self, duty: Duty, state: DutyState | None, staff: uuid.UUID) -> bool:
        """Whether somebody does it, does it with them, stands in, or is above them."""
        roles = (duty.does, *duty.with_, Role.PRINCIPAL, Role.CHAIR)
        if state and state.given_to_id == staff:
            return True
        return any(
            staff == one.id for role in roles for deputy in (False, True) for one in self.of(role, deputy)
        )

    def may_put_off(self, duty: Duty, state: DutyState | None, staff: uuid.UUID) -> bool:
        """Whether somebody is above whoever does it: the principal, or the chair where the principal does it."""
        doers = {one.id for one in self.doers(duty, state)}
        principals = {one.id for deputy in (False, True) for one in self.of(Role.PRINCIPAL, deputy)}
        above = {one.id for deputy in (False, True) for one in self.of(Role.CHAIR, deputy)}
        if not doers & principals:
            above |= principals
        return staff in above - doers


def people_of(session: Session, today: date) -> People:
    """Everybody who works here with their roles; two queries."""
    rows = session.scalars(
        select(StaffMember).where(StaffMember.left_on.is_(None)).order_by(StaffMember.name)
    )
    everybody = {one.id: Person(one.id, one.name, one.email, is_away(one, today)) for one in rows}
    held: dict[tuple[str, bool], tuple[Person, ...]] = {}
    for row in session.execute(select(RoleHolder.role, RoleHolder.deputy, RoleHolder.staff_id)):
        if row.staff_id in everybody:
            key = (str(row.role.value), row.deputy)
            held[key] = (*held.get(key, ()), everybody[row.staff_id])
    return People(everybody, held)


def chain(calendar: SchoolCalendar, duty: Duty, state: DutyState, people: People) -> list[Step]:
    """To whom it comes from which day on: whose it is, the stand-in, the head, the chair.

    Whoever does it already, or is away, is skipped; where the head does it, the chair comes in the head's place.
    """
    assert state.due_on is not None
    doers = people.doers(duty, state)
    seen = {one.id for one in doers}
    principals = people.of(Role.PRINCIPAL)
    by_head = bool(seen & {one.id for one in principals})
    stand_in, head, chair = duty.climb
    steps = [Step(state.due_on, doers)]
    for count, candidates in (
        (stand_in, people.of(duty.does, True)),
        (head, () if by_head else principals),
        (head if by_head else chair, people.of(Role.CHAIR)),
    ):
        steps.append(Step(_day(calendar, duty, state.due_on, count), _others(candidates, seen)))
        seen |= {one.id for one in steps[-1].people}
    return steps


def steps_taken(steps: Sequence[Step], due: date, today: date) -> int:
    """How many steps it has come up by today; none until it is late, where the file says nothing shorter."""
    taken = [
        number for number, step in enumerate(steps) if (today > due if number == 0 else today >= step.on)
    ]
    return max(taken, default=-1) + 1


def _others(candidates: Sequence[Person], seen: Collection[uuid.UUID]) -> tuple[Person, ...]:
    return tuple(one for one in candidates if one.id not in seen and not one.away)


def _day(calendar: SchoolCalendar, duty: Duty, due: date, count: int) -> date:
    if duty.when.clock == "calendar":
        return due + timedelta(days=count)
    return calendar.add_school_days(due, count)
