"""Versions of the readers' list as the school makes them: the first, a change of two readers, a stop, recovery."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.staff.reader_keys import keys_of_present_readers
from kiosk.calendar.school import SchoolCalendar
from kiosk.report.access.reader_chain import add_signatures, add_version, replace_chain, verified_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import (
    RECOVERY,
    Change,
    ListBroken,
    ListedReader,
    Recoverer,
    Signatures,
    Version,
    sign,
    write,
)
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.reader_list import (
    FIRST_WEEK,
    NEEDED,
    after_change,
    check,
    check_first,
    who_signed,
    without,
)
from kiosk.sealing.recovery import RecoverySecret

WAIT_SCHOOL_DAYS = 2
LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True)
class Signer:
    """A reader whose key is open, as they sign something about the list."""

    person: StaffMember
    secret: ReaderSecret


@dataclass(frozen=True)
class SchoolDay:
    """Today, and the calendar that says how many school days somebody new waits from it."""

    calendar: SchoolCalendar
    today: date


class TooFew(Exception):
    """A first list needs two readers with keys."""


def entry_for(
    key: ReaderKey, roles: frozenset[Role], from_day: date, reads_from: date, not_again: tuple[str, ...] = ()
) -> ListedReader:
    """A reader's entry, with the keys that are stored for them now."""
    return ListedReader(
        name=key.staff.name,
        roles=tuple(sorted(role.value for role in READING_ROLES & roles)),
        public_key=key.public_key,
        verify_key=key.verify_key,
        from_day=from_day,
        reads_from=reads_from,
        not_again=not_again,
    )


def stopped_by(chain: Sequence[Version], person: str) -> tuple[str, ...]:
    """Who has stopped somebody since they last read: if two others approve it once more, these people cannot stop it
    again."""
    found: set[str] = set()
    for version in reversed(chain):
        if person in version.active(version.day):
            break
        if version.cause.get("kind") == "cancelled" and version.cause.get("person") == person:
            found |= set(who_signed(chain[version.number - 2], version))
    return tuple(sorted(found))


def draft_first(
    school: Session, reports: Session, by: StaffMember, secret: ReaderSecret, recovery: Recoverer, today: date
) -> Version:
    """The first list, with everybody who has keys now, signed by one of them; raises TooFew.

    It counts once a second reader has signed it; until the page is open to children a new draft replaces it.
    """
    keys = keys_of_present_readers(school)
    if len(keys) < NEEDED:
        raise TooFew
    readers = {key.staff_id.hex: entry_for(key, key.staff.roles, today, date.min) for key in keys}
    version = write(None, today, readers, recovery, {"kind": "founded"}, {by.id.hex: secret.signing_key})
    replace_chain(reports, [version])
    return version


def sign_first(reports: Session, version: Version, me: uuid.UUID, secret: ReaderSecret) -> Version:
    """The first list with one more signature; raises ListBroken for somebody whose keys are not in it.

    So it does where somebody has begun another list meanwhile.
    """
    listed = version.readers.get(me.hex)
    if listed is None or listed.verify_key != secret.verify_key:
        raise ListBroken("this reader is not in the first list")
    signatures = dict(version.signatures) | {me.hex: sign(version.text, secret.signing_key)}
    signed = Version(**(version.__dict__ | {"signatures": signatures}))
    add_signatures(reports, signed)
    return signed


def is_founded(version: Version) -> bool:
    """Whether a first list has the signatures that it needs."""
    try:
        check_first(version)
    except ListBroken:
        return False
    return True


def add_change(
    reports: Session,
    chain: tuple[Version, ...],
    change: Change,
    agreed: Signatures,
    by: Signer,
    when: SchoolDay,
) -> Version:
    """Add the version that a change makes, signed by the last who agreed; raises ListBroken where it does not count.

    A newcomer waits before they read, except in the first week of the list.
    """
    last, founded, today = chain[-1], chain[0].day, when.today
    newcomers = set(change.put) - set(last.listed(today))
    waits = bool(newcomers) and today > founded + FIRST_WEEK
    from_day = first_reading_day(when.calendar, today) if waits else today
    if newcomers and change.handover:
        from_day = max(from_day, keys_from(when, change.handover.last + timedelta(days=1)))
    cause = {
        "kind": "changed",
        "change": change.plain(),
        "agreed": {id: one.hex() for id, one in sorted(agreed.items())},
    }
    readers = after_change(last, change, today, from_day)
    signed_by = {by.person.id.hex: by.secret.signing_key}
    version = write(last, today, readers, change.recovery or last.recovery, cause, signed_by)
    check(last, version, [one.change_id for one in chain], founded)
    add_version(reports, version)
    return version


def cancel_reader(reports: Session, person: str, me: uuid.UUID, secret: ReaderSecret, today: date) -> Version:
    """Take out somebody who still waits, with one reader's signature; raises ListBroken where that is not allowed."""
    chain = verified_chain(reports)
    last = chain[-1]
    cause = {"kind": "cancelled", "person": person}
    version = write(last, today, without(last, person), last.recovery, cause, {me.hex: secret.signing_key})
    check(last, version, (), chain[0].day)
    add_version(reports, version)
    return version


def add_recovered(
    reports: Session, readers: Mapping[str, ListedReader], secret: RecoverySecret, today: date
) -> Version:
    """A version that two sheets sign for two readers, with nobody waiting; raises ListBroken for other sheets."""
    chain = verified_chain(reports)
    last = chain[-1]
    version = write(
        last, today, readers, last.recovery, {"kind": "recovered"}, {RECOVERY: secret.signing_key}
    )
    check(last, version, (), chain[0].day)
    add_version(reports, version)
    return version


def first_reading_day(calendar: SchoolCalendar, today: date) -> date:
    """The day from which somebody new reads: two school days from now, seven days at most (promise G3)."""
    day, left = today, WAIT_SCHOOL_DAYS
    while left and day < today + LONGEST_WAIT:
        day += timedelta(days=1)
        left -= calendar.is_school_day(day)
    return day


def keys_from(when: SchoolDay, day: date) -> date:
    """The day from which keys are passed on to somebody who reads from `day` on: two school days before it."""
    start, left = day, WAIT_SCHOOL_DAYS
    while left and start > when.today:
        start -= timedelta(days=1)
        left -= when.calendar.is_school_day(start)
    return start
