"""Nobody goes, or is frozen, who leaves a route's reports with too few who can open them (promise G5).

Decided from the list alone, never from existing reports: a refusal must not reveal that a report exists.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from babel.dates import format_date
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ProposalVote, ReaderKey, StaffMember
from kiosk.accounts.staff.people import is_absent, session_key
from kiosk.calendar.school import SchoolCalendar
from kiosk.readers.proposals.effect import planned_handovers
from kiosk.readers.signed_list.holders import is_in_list
from kiosk.readers.signed_list.versions import SchoolDay, first_reading_day, keys_from
from kiosk.report.access.keyring import Keyholder
from kiosk.report.access.routes import (
    EVERY_READER,
    FEWEST_READERS,
    ROUTES,
    too_few_without,
    would_gain_reports,
)
from kiosk.roles import READING_ROLES
from kiosk.sealing.list_statements import Change, ListedReader, Version
from kiosk.sealing.reader_list import FIRST_WEEK, after_change
from kiosk.storage.db import Database
from kiosk.web.sessions import forget_staff_sessions
from kiosk.wording.messages import N_, Refused

NOT_YET = N_(
    "Not yet: nobody else could open the reports that %(name)s can open now. This can be done from %(day)s on, when "
    "somebody else has had the role for two school days."
)
NOBODY_ELSE = N_(
    "Not yet: nobody else could open the reports that %(name)s can open now. Let somebody else into the role first, "
    "or confirm the keys that wait."
)
WOULD_GAIN = N_(
    "Without %(name)s you would read reports that you do not read now. Ask another reader or the network manager to "
    "freeze the key."
)
FROZEN_ENOUGH = N_(
    "Fewer than two readers would be left for some reports. Ring the chair, and let somebody else in first."
)


def leaves_too_few(
    school: Session, chain: Sequence[Version], without: Collection[uuid.UUID], day: date
) -> bool:
    """Whether a route would lose one of these people and have fewer than two left who can open its reports that day.

    Holds a lock until the transaction ends, so that two people cannot freeze or remove each other at the same time.
    """
    return too_few_without(who_can_open(school, chain, day), without)


def gains_by_freezing(
    school: Session, chain: Sequence[Version], frozen: uuid.UUID, by: uuid.UUID, day: date
) -> bool:
    """Whether somebody would come to read other reports by freezing a colleague, or by a link that shuts their key:
    nobody may decide something from which they gain access."""
    return would_gain_reports(who_can_open(school, chain, day), frozen, by)


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

    A link shuts the key of whoever it is for, so people with a link do not count; people who are away do.
    """
    linked = set(school.scalars(select(StaffMember.id).where(StaffMember.invitation_ends_at > now)))
    able = [replace(one, absent=False) for one in who_can_open(school, chain, day) if one.id not in linked]
    others = sum(one.id != person for one in able)
    return others < len(able) and (others < FEWEST_READERS or too_few_without(able, {person}, fewest=1))


def who_can_open(school: Session, chain: Sequence[Version], day: date) -> list[Keyholder]:
    """Readers with the keys of the list, past their waiting time and not frozen; who is away is marked as absent.

    The rows of everybody in the list are locked until the transaction ends, in one order for all who decide about
    readers: so nobody freezes a key, approves or applies a change meanwhile, and no two wait for each other.
    """
    listed = chain[-1].active(day) if chain else {}
    rows = (
        select(StaffMember)
        .where(StaffMember.id.in_([uuid.UUID(id) for id in chain[-1].readers] if chain else []))
        .order_by(StaffMember.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    able = [
        one for one in school.scalars(rows) if one.id.hex in listed and not (one.left_on or one.frozen_on)
    ]
    return [
        Keyholder(
            one.id,
            one.name,
            one.email,
            " ".join(listed[one.id.hex].roles),
            listed[one.id.hex].public_key,
            absent=is_absent(one, day) or not READING_ROLES & one.roles,
        )
        for one in able
        if is_in_list(school, chain, one)
    ]


def refuse_early_loss(
    school: Session, chain: Sequence[Version], change: Change, calendar: SchoolCalendar, today: date
) -> None:
    """Raise Refused where a change takes a route from the last one who can open its reports, at once or on its day.

    Whoever cannot open them, such as a frozen reader or one who forgot the password, can always be replaced, so that
    no school gets stuck.
    """
    day = change.handover.last + timedelta(days=1) if change.handover else today
    listed = after_change(chain[-1], change, today, today)
    before, after = chain[-1].readers, {id: one for id, one in listed.items() if day <= one.to_day}
    takes, ready = "", first_reading_day(calendar, today)
    if change.handover and ready <= (
        day if change.handover.takes in before else keys_from(SchoolDay(calendar, today), day)
    ):
        takes = change.handover.takes  # they have had the keys for two school days then
    for one in who_can_open(school, chain, today):
        lost = set(_own_routes(before.get(one.id.hex))) - set(_own_routes(after.get(one.id.hex)))
        lost -= set(_own_routes(after.get(takes)))
        _refuse_if_last_reader(school, chain, one, lost, after, calendar, day)


def refuse_early_leaving(
    school: Session, chain: Sequence[Version], person: StaffMember, calendar: SchoolCalendar, today: date
) -> None:
    """Raise Refused if the key that is deleted with somebody's account may be the last one that opens a route's
    reports."""
    if any(one.heir == person.id.hex for one in planned_handovers(chain, today).values()):
        raise Refused(N_("%(name)s is to take over from somebody. Stop that first."), name=person.name)
    key = school.get(ReaderKey, person.id)
    entries = [one for version in chain if (one := version.readers.get(person.id.hex))]
    if key is None or not entries or entries[-1].verify_key != key.verify_key:
        return
    routes = _own_routes(entries[-1])
    _refuse_if_last_reader(school, chain, person, routes, chain[-1].readers, calendar, today)


def _refuse_if_last_reader(
    school: Session,
    chain: Sequence[Version],
    going: StaffMember | Keyholder,
    routes: Iterable[str],
    after: Mapping[str, ListedReader],
    calendar: SchoolCalendar,
    today: date,
) -> None:
    days = []
    others = [one.id.hex for one in who_can_open(school, chain, date.max) if one.id != going.id]
    for route in routes:
        stays = [id for id in others if route in _own_routes(after.get(id))]
        found = [day for id in stays if (day := _opens_from(chain, id, route, calendar))]
        if not found:
            raise Refused(NOBODY_ELSE, name=going.name)
        days.append(min(found))
    if (day := max(days, default=today)) > today:
        raise Refused(NOT_YET, name=going.name, day=format_date(day, "EEEE d MMMM yyyy", locale="en_GB"))


def _opens_from(chain: Sequence[Version], person: str, route: str, calendar: SchoolCalendar) -> date | None:
    """The day from which somebody's key is assumed to open a route's reports; None if they do not read that route.

    Other readers renew keys as they sign in: after two school days with the same key and role they have had time to.
    """
    since, now = None, chain[-1].readers.get(person)
    for version in reversed(chain):
        entry = version.readers.get(person)
        reads = route in _own_routes(entry)
        if now is None or entry is None or entry.verify_key != now.verify_key or not reads:
            break
        since = version
    if since is None or now is None:
        return None
    at_once = since.day <= chain[0].day + FIRST_WEEK or since.cause.get("kind") == "recovered"
    return max(now.from_day, since.day if at_once else first_reading_day(calendar, since.day))


def _own_routes(entry: ListedReader | None) -> list[str]:
    """The routes whose reports are for this reader by a role of the route itself; readers who only join when others
    are missing do not count."""
    roles = set(entry.roles) if entry else set()
    return [
        route.id
        for route in ROUTES.values()
        if route.readers != EVERY_READER and roles & set(route.readers) and not roles & set(route.never)
    ]


def freeze(
    school: Session, sessions: Database, chain: Sequence[Version], person: StaffMember, today: date
) -> bool:
    """Freeze a reader's key, drop what it has approved and end their sessions; False where too few are left on a route
    (promise G5)."""
    if not chain or leaves_too_few(school, chain, {person.id}, today):
        return False
    person.frozen_on = person.frozen_on or today
    # A thief may have signed it; whoever gets the key back can approve again.
    school.execute(
        delete(ProposalVote).where(ProposalVote.staff_id == person.id, ProposalVote.signature != b"")
    )
    school.flush()
    with sessions.write() as store:
        forget_staff_sessions(store, session_key(person))
    return True


def unfreeze(school: Session, person: StaffMember) -> None:
    """Let a frozen key open reports again."""
    person.frozen_on = None
    school.flush()


def may_count_as_reader(school: Session, chain: Sequence[Version], person: StaffMember, today: date) -> bool:
    """Whether somebody may act as a reader: listed with their current keys, not waiting and not frozen."""
    return (
        bool(chain)
        and person.id.hex in chain[-1].active(today)
        and person.frozen_on is None
        and is_in_list(school, chain, person)
    )
