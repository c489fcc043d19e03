"""Whether two people who can open reports are left on every reading route (promise G5)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff import is_absent
from kiosk.log import LogAct, LogEntry
from kiosk.readers.holders import is_in_list
from kiosk.report.keyring import Keyholder
from kiosk.report.reading_routes import FEWEST_READERS, brought_in, left_short
from kiosk.sealing.list_statements import ListedReader, Version


def leaves_too_few(
    school: Session, chain: Sequence[Version], without: Collection[uuid.UUID], day: date
) -> bool:
    """Whether a route would lose one of these people and have fewer than two left who can open its reports that day.

    Until the transaction ends nobody else can freeze a reader or send one away: two at once would each see the other.
    """
    return left_short(who_can_open(school, chain, day), without)


def gains_by_freezing(
    school: Session, chain: Sequence[Version], frozen: uuid.UUID, by: uuid.UUID, day: date
) -> bool:
    """Whether somebody would come to read other reports by freezing a colleague: nobody decides what they gain by."""
    return brought_in(who_can_open(school, chain, day), frozen, by)


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


def link_leaves_too_few(
    school: Session, chain: Sequence[Version], person: uuid.UUID, now: datetime, day: date
) -> bool:
    """Whether a link for a new password would leave fewer than two other readers, or a route with none, who can open.

    A link shuts the key of whoever it is for, so nobody counts who has one or has just used one; who is away does.
    """
    linked = _linked(school, now)
    able = [replace(one, absent=False) for one in who_can_open(school, chain, day) if one.id not in linked]
    others = sum(one.id != person for one in able)
    return others < len(able) and (others < FEWEST_READERS or left_short(able, {person}, fewest=1))


def who_can_open(school: Session, chain: Sequence[Version], day: date) -> list[Keyholder]:
    """Readers with the keys of the list, past their waiting time and not frozen; who is away is marked as absent."""
    listed = chain[-1].active(day) if chain else {}
    rows = (
        select(StaffMember)
        .where(StaffMember.id.in_([uuid.UUID(id) for id in listed]))
        .where(StaffMember.left_on.is_(None), StaffMember.frozen_on.is_(None))
        .order_by(StaffMember.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    people = [one for one in school.scalars(rows) if is_in_list(school, chain, one)]
    return [_holder(one, listed[one.id.hex], is_absent(one, day)) for one in people]


def _holder(person: StaffMember, entry: ListedReader, absent: bool) -> Keyholder:
    roles = " ".join(entry.roles)
    return Keyholder(person.id, person.name, person.email, roles, entry.public_key, absent=absent)


def _linked(school: Session, now: datetime) -> set[uuid.UUID]:
    """Who has a link that works now, or has used one and not signed in since, which makes new keys."""
    works = select(StaffMember.id).where(StaffMember.invitation_ends_at > now)
    used = _newest(school, LogAct.LINK_USED)
    made = _newest(school, LogAct.KEYS_MADE, LogAct.KEYS_RENEWED)
    return {*school.scalars(works), *(id for id, seq in used.items() if seq > made.get(id, 0))}


def _newest(school: Session, *acts: LogAct) -> dict[uuid.UUID, int]:
    """The number of the newest of these lines about each person."""
    rows = (
        select(LogEntry.about_id, func.max(LogEntry.seq))
        .where(LogEntry.act.in_([act.value for act in acts]), LogEntry.about_id.is_not(None))
        .group_by(LogEntry.about_id)
    )
    return {id: seq for id, seq in school.execute(rows) if id}
