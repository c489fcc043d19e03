"""A school's list of readers for tests: people with keys, honest versions, and what a forger can make of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from nacl.signing import SigningKey

from kiosk.sealing.list_statements import (
    RECOVERY,
    Change,
    ListedReader,
    Recoverer,
    Version,
    sign_change,
    write,
)
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.reader_list import FIRST_WEEK, after_change
from kiosk.sealing.recovery import RecoverySecret

FOUNDED = date(2026, 9, 7)
LATER = FOUNDED + FIRST_WEEK + timedelta(days=20)
LASTS = timedelta(days=7)
WAIT = timedelta(days=2)
SHEETS = RecoverySecret(b"sheets of tests!")
_number = count(1)


def secret(name: str) -> ReaderSecret:
    """Somebody's secret, always the same one for the same name."""
    return ReaderSecret(name.encode().ljust(32, b"."))


def person(name: str) -> str:
    """Somebody's id, as the list writes it."""
    return uuid.uuid5(uuid.NAMESPACE_OID, name).hex


def entry(name: str, *roles: str, from_day: date = FOUNDED, keys: str = "") -> ListedReader:
    """Somebody's entry, with the keys of `keys` where they are not the own ones."""
    made = secret(keys or name)
    return ListedReader(name, tuple(sorted(roles)), made.public_key, made.verify_key, from_day, date.min)


def recoverer(sheets: RecoverySecret = SHEETS) -> Recoverer:
    """The public keys of recovery sheets."""
    return Recoverer(sheets.public_key, sheets.verify_key)


def found(*names: str, sheets: RecoverySecret = SHEETS) -> Version:
    """A first list of these people, which the first two of them sign."""
    readers = {person(name): entry(name, "dsl") for name in names}
    keys = {person(name): secret(name).signing_key for name in names[:2]}
    return write(None, FOUNDED, readers, recoverer(sheets), {"kind": "founded"}, keys)


def change(day: date = LATER, **parts: object) -> Change:
    """A change that nobody has signed yet."""
    return Change(f"change {next(_number)}", day, day + LASTS, **parts)  # type: ignore[arg-type]


def changed(
    before: Version,
    what: Change,
    *by: str,
    day: date = LATER,
    wait: timedelta = WAIT,
    signers: Sequence[str] = (),
    keys: Mapping[str, SigningKey] | None = None,
) -> Version:
    """The version that a change makes, agreed to by these people and signed by the last of them."""
    known = keys or {}
    agreed = {person(name): sign_change(what, known.get(name, secret(name).signing_key)).hex() for name in by}
    cause = {"kind": "changed", "change": what.plain(), "agreed": agreed}
    readers = after_change(before, what, day, day + wait)
    last = {person(name): known.get(name, secret(name).signing_key) for name in (signers or by[-1:])}
    return write(before, day, readers, what.recovery or before.recovery, cause, last)


def cancelled(before: Version, who: str, by: str, day: date = LATER) -> Version:
    """The version that takes somebody out who waits."""
    readers = {id: one for id, one in before.readers.items() if id != person(who)}
    cause = {"kind": "cancelled", "person": person(who)}
    return write(before, day, readers, before.recovery, cause, {person(by): secret(by).signing_key})


def recovered(before: Version, *names: str, sheets: RecoverySecret = SHEETS, day: date = LATER) -> Version:
    """The version that two sheets sign."""
    readers = {person(name): entry(name, "dsl") for name in names}
    return write(before, day, readers, before.recovery, {"kind": "recovered"}, {RECOVERY: sheets.signing_key})


@dataclass
class Chain:
    """An honest chain that grows."""

    versions: list[Version] = field(default_factory=lambda: [found("ada", "ben", "cleo")])

    @property
    def last(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    def add(self, version: Version) -> "Chain":
        """One version more."""
        self.versions.append(version)
        return self

    def rows(self) -> list[tuple[bytes, Mapping[str, bytes]]]:
        """As they are stored."""
        return [(one.text, one.signatures) for one in self.versions]
