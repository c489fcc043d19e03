"""Who reads reports, the state of each reader's keys, and who approved them (promise S5)."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.staff.reader_keys import keys_of_present_readers
from kiosk.roles import READING_ROLES
from kiosk.sealing.list_statements import ListedReader, Version
from kiosk.sealing.reader_key import six_words
from kiosk.sealing.reader_list import who_signed


class KeyState(enum.StrEnum):
    """The state of a reader's keys."""

    ACTIVE = "active"
    SOON = "soon"  # approved, but the waiting time is not over
    WAITS = "waits"  # other readers have to confirm them
    NONE = "none"


@dataclass(frozen=True)
class ReaderLine:
    """A reader and the words of their keys; nothing private is part of it."""

    staff: StaffMember
    holdings: tuple[RoleHolder, ...]
    state: KeyState
    words: tuple[str, ...] = ()
    renewed: bool = False  # the list has other keys of this person
    since: date | None = None  # the day of the version that has these keys
    from_day: date | None = None
    approved_by: tuple[str, ...] = ()  # names of who approved the keys; empty for the first list
    founder: bool = False


def reader_lines(session: Session, chain: Sequence[Version], today: date) -> list[ReaderLine]:
    """Everybody who reads reports, by name, with or without keys; those who still wait come last."""
    people = session.scalars(
        select(StaffMember)
        .join(RoleHolder, RoleHolder.staff_id == StaffMember.id)
        .where(RoleHolder.role.in_(list(READING_ROLES)), StaffMember.left_on.is_(None))
        .distinct()
    ).all()
    keys = {row.staff_id: row for row in session.scalars(select(ReaderKey))}
    lines = [_reader_line(person, keys.get(person.id), chain, today) for person in people]
    return sorted(
        lines, key=lambda one: (one.state is KeyState.SOON, one.staff.name.casefold(), one.staff.email)
    )


def words_of(keys: ReaderKey | ListedReader) -> tuple[str, ...]:
    """The six words of somebody's keys, as they are stored or as the list has them."""
    return six_words(keys.public_key, keys.verify_key)


def waiting_keys(session: Session, chain: Sequence[Version]) -> list[ReaderKey]:
    """Keys of present readers that are not in the list, by name."""
    return [row for row in keys_of_present_readers(session) if not _is_listed(row, chain)]


def is_in_list(session: Session, chain: Sequence[Version], person: StaffMember) -> bool:
    """Whether the keys that somebody's password opens now are those in the list; after a forgotten one they are not."""
    row = session.get(ReaderKey, person.id)
    return row is not None and bool(row.wrapped_seed) and _is_listed(row, chain)


def _is_listed(row: ReaderKey, chain: Sequence[Version]) -> bool:
    entry = chain[-1].readers.get(row.staff_id.hex) if chain else None
    return entry is not None and (entry.public_key, entry.verify_key) == (row.public_key, row.verify_key)


def _reader_line(
    person: StaffMember, row: ReaderKey | None, chain: Sequence[Version], today: date
) -> ReaderLine:
    holdings = tuple(sorted(person.holdings, key=lambda one: (one.deputy, one.role)))
    if row is None or not row.wrapped_seed:
        return ReaderLine(person, holdings, KeyState.NONE)
    words = words_of(row)
    if not chain:
        return ReaderLine(person, holdings, KeyState.ACTIVE, words)
    if not _is_listed(row, chain):
        renewed = row.staff_id.hex in chain[-1].readers
        return ReaderLine(person, holdings, KeyState.WAITS, words, renewed)
    entry, first = chain[-1].readers[row.staff_id.hex], _first_with(row, chain)
    return ReaderLine(
        person,
        holdings,
        KeyState.ACTIVE if entry.from_day <= today else KeyState.SOON,
        words,
        since=max(first.day, entry.from_day),
        from_day=entry.from_day,
        approved_by=signer_names(first, chain) if first.number > 1 else (),
        founder=first.number == 1,
    )


def _first_with(row: ReaderKey, chain: Sequence[Version]) -> Version:
    """The version of the list that first has these keys."""
    found = chain[-1]
    for version in reversed(chain):
        entry = version.readers.get(row.staff_id.hex)
        if entry is None or entry.verify_key != row.verify_key:
            break
        found = version
    return found


def signer_names(version: Version, chain: Sequence[Version]) -> tuple[str, ...]:
    """Who signed a version, by name as the list before it gives them."""
    before = chain[version.number - 2] if version.number > 1 else None
    return tuple((before or version).readers[id].name for id in who_signed(before, version))
