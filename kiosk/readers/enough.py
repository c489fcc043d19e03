"""Whether two people who can open reports are left on every reading route (promise G5)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.readers.holders import is_in_list
from kiosk.readers.ring import is_absent
from kiosk.report.keyring import Keyholder
from kiosk.report.reading_routes import left_short
from kiosk.sealing.list_statements import Version


def leaves_too_few(
    school: Session, chain: Sequence[Version], without: Collection[uuid.UUID], day: date
) -> bool:
    """Whether a route would lose one of these people and have fewer than two left who can open its reports that day.

    Until the transaction ends nobody else can freeze a reader or send one away: two at once would each see the other.
    """
    return left_short(who_can_open(school, chain, day), without)


def leaves_too_few_while_away(
    school: Session, chain: Sequence[Version], person: uuid.UUID, first: date, last: date, today: date
) -> bool:
    """The same for somebody who is away from `first` to `last`, on any day from today on."""
    start = max(first, today)
    others = select(StaffMember.away_from).where(
        StaffMember.id != person, StaffMember.away_from > start, StaffMember.away_from <= last
    )
    days = {start, *(day for day in school.scalars(others) if day)} if start <= last else set()
    return any(leaves_too_few(school, chain, {person}, day) for day in sorted(days))


def who_can_open(school: Session, chain: Sequence[Version], day: date) -> list[Keyholder]:
    """Readers in the list with the keys that they have now, past their waiting time, neither frozen nor away."""
    listed = chain[-1].active(day) if chain else {}
    rows = (
        select(StaffMember)
        .where(StaffMember.id.in_([uuid.UUID(id) for id in listed]), StaffMember.left_on.is_(None))
        .order_by(StaffMember.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [
        Keyholder(person.id, person.name, person.email, " ".join(entry.roles), entry.public_key, listed=True)
        for person in school.scalars(rows)
        if not is_absent(person, day) and is_in_list(school, chain, person)
        for entry in [listed[person.id.hex]]
    ]
