"""The recipients of reports, as the signed list in the database and the rows beside it say (promise G3)."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, literal, select, true
from sqlalchemy.orm import Session

from kiosk.report.access.reader_chain import LAST, chain_to
from kiosk.report.models import Reader, ReaderList, RecoveryKey, Zone
from kiosk.sealing.boxes import is_public_key
from kiosk.sealing.list_statements import Version
from kiosk.storage.db import Database, now_utc
from kiosk.storage.prepared import PreparedStatement, Row

ZONE_ID = uuid.UUID(int=1)
MOST_MADE = 512  # keyrings that this process keeps: some for each of its schools
can_be_sealed_to = lru_cache(256)(is_public_key)

Rows = tuple[Sequence[Any], ...]  # what `Keyholder` is made of, for each person
# Keyed by the id() of the chain first; the keyring keeps that chain alive, so no other one gets its id.
_made: dict[tuple[int, Rows, date, bool], "Keyring"] = {}


@dataclass(frozen=True)
class Keyholder:
    """A reader as the report zone knows them; without a key nothing can be sealed for them yet."""

    id: uuid.UUID
    name: str
    email: str
    roles: str
    public_key: bytes | None
    reads_from: date = date.min  # reports that were told before are never given to this reader
    # Away, frozen or `locked`: reports are sealed for them, but somebody else must be able to read them
    absent: bool = False
    holds: str = ""  # the roles that they do not only deputise: whom a child's page names first
    listed: bool = False  # in the signed list of readers
    waits: bool = False  # in the list, but the waiting time is not over
    locked: bool = False  # their password opens no key of the list: it was forgotten, or they have left
    follows: frozenset[str] = frozenset()  # ids of those who handed over to them, and to whom these had

    @property
    def able(self) -> bool:
        """Whether a report can be sealed for this person."""
        return can_be_sealed_to(self.public_key)


@dataclass(frozen=True)
class Keyring:
    """Everybody who can receive a report, the recovery key, and whether the page is open to children."""

    readers: tuple[Keyholder, ...] = ()
    recovery: bytes | None = None
    published: bool = False
    staff_promise: bool = False
    chain: tuple[Version, ...] = field(default=(), compare=False)

    @cached_property
    def mark(self) -> bytes:
        """Changes with whoever can read reports, by their keys, roles and absences, and with the recovery key."""
        read = [
            (one.id.hex, (one.public_key or b"").hex(), one.roles, one.absent, one.waits)
            for one in self.readers
        ]
        return blake2b(repr((read, self.recovery)).encode(), digest_size=16).digest()

    @property
    def usable(self) -> bool:
        """Whether a report could be sealed so that somebody can open it."""
        return self.recovery is not None or any(reader.able for reader in self.readers)


def read_keyring(
    session: Session | Connection, root: bytes | None = None, today: date | None = None
) -> Keyring:
    """The keyring in the database; reads plain rows, as every report needs it.

    Once the page is open to children, keys and roles come from the signed list of readers alone (promise G3);
    before that from the rows, as nothing is sealed for them yet. A damaged key counts as none.
    """
    found = _ALL.seen_by(session, {}) if isinstance(session, Session) else _ALL.all(session, {})
    chain, rows, promise = _list_in(session, found, root)
    if not chain:
        published = found[0][_PUBLISHED_ON] is not None  # a valid list shows too that the page was opened
        recovery = None if published else proven_recovery(session)
        readers = () if published else tuple(Keyholder(*row) for row in rows)
        return Keyring(readers, recovery if can_be_sealed_to(recovery) else None, published, promise)
    return keyring_of(chain, rows, today or now_utc().date(), promise)


def read_list(connection: Connection, root: bytes | None) -> tuple[tuple[Version, ...], Rows, bool]:
    """The versions that count, the rows beside them, and whether staff have given their promise."""
    return _list_in(connection, _ALL.all(connection, {}), root)


def _list_in(
    session: Session | Connection, found: Sequence[Row], root: bytes | None
) -> tuple[tuple[Version, ...], Rows, bool]:
    _, promised, statement, signatures, *_ = found[0]
    rows: Rows = tuple(row[_READER:] for row in found if row[_READER])
    chain = chain_to(session, statement, signatures, root) if statement is not None else ()
    return chain, rows, bool(promised)


_RECOVERY = (  # the newest recovery key that two sheets have opened
    select(RecoveryKey.public_key)
    .where(RecoveryKey.proven_on.is_not(None))
    .order_by(RecoveryKey.proven_on.desc(), RecoveryKey.id)
    .limit(1)
)
_READERS = select(
    Reader.id,
    Reader.name,
    Reader.email,
    Reader.roles,
    Reader.public_key,
    literal(date.min),
    Reader.absent,
    Reader.holds,
).order_by(Reader.name)
_ZONE_AND_LIST = select(  # one row, with nothing in it where there is no zone or no list
    select(Zone.published_on).where(Zone.id == ZONE_ID).scalar_subquery().label("published_on"),
    select(Zone.staff_promise).where(Zone.id == ZONE_ID).scalar_subquery().label("promised"),
    LAST.with_only_columns(ReaderList.statement).scalar_subquery().label("statement"),
    LAST.with_only_columns(ReaderList.signatures).scalar_subquery().label("signatures"),
).subquery()
_PUBLISHED_ON, _READER = 0, len(_ZONE_AND_LIST.c)  # places of columns in a row
# All that every report asks of the database, in one statement; without readers one row with no reader in it.
_ALL = PreparedStatement(
    select(*_ZONE_AND_LIST.c, *_READERS.selected_columns)
    .select_from(_ZONE_AND_LIST.outerjoin(Reader, true()))
    .order_by(Reader.name)
)


def keyring_of(chain: tuple[Version, ...], rows: Rows, day: date, promise: bool) -> Keyring:
    """The keyring of this chain and these rows, made once and kept, as every report needs it."""
    key = (id(chain), rows, day, promise)
    made = _made.get(key)
    if made is None or made.chain is not chain:
        if len(_made) >= MOST_MADE:
            _made.clear()
        made = _made[key] = _make_keyring(chain, [Keyholder(*row) for row in rows], day, promise)
    return made


_NO_ROW = Keyholder(uuid.UUID(int=0), "", "", "", None)


def _make_keyring(chain: tuple[Version, ...], rows: Sequence[Keyholder], day: date, promise: bool) -> Keyring:
    """The keyring as the last version of a list says; only addresses and absences come from the rows.

    The page is open: readers sign a first list when they open it, and one cell must not close it again. A row with
    another key than the list only says that somebody else has to read as well: reports are sealed for the listed key.
    """
    by_id, follows = {row.id.hex: row for row in rows}, _followed(chain)
    listed = chain[-1].listed(day)
    # Who is to take over and has no role yet is sealed for, so that they can read on the day itself; until then others
    # must be able to.
    readers = [
        Keyholder(
            uuid.UUID(id),
            one.name,
            row.email,
            " ".join(one.roles),
            one.public_key if one.from_day <= day else None,
            one.reads_from,
            row.absent or row.public_key != one.public_key,
            row.holds,
            listed=True,
            waits=one.from_day > day,
            locked=row.public_key != one.public_key,
            follows=follows.get(id, frozenset()),
        )
        for id, one in listed.items()
        for row in [by_id.get(id, _NO_ROW)]
    ]
    # Somebody with a role whose key is in no list yet: they read nothing, but a route may have to keep them out.
    readers += [replace(row, public_key=None) for row in rows if row.id.hex not in listed]
    recovery = chain[-1].recovery.public_key
    return Keyring(
        tuple(sorted(readers, key=lambda one: (one.name, one.id))),
        recovery if can_be_sealed_to(recovery) else None,
        True,
        promise,
        chain,
    )


def _followed(chain: Sequence[Version]) -> dict[str, frozenset[str]]:
    """Everybody to whom somebody ever handed over, with those who did, directly or through others."""
    found: dict[str, frozenset[str]] = {}
    for version in chain:
        for id, one in version.readers.items():
            if one.heir:
                found[one.heir] = found.get(one.heir, frozenset()) | found.get(id, frozenset()) | {id}
    return found


def proven_recovery(session: Session | Connection) -> bytes | None:
    """The public recovery key that two sheets have opened last."""
    return session.execute(_RECOVERY).scalar()


def known_readers(database: Database) -> tuple[Keyholder, ...]:
    """Everybody who can be told or ticked, without a key that could be used."""
    try:
        with database.rows(write=False) as connection:
            return tuple(replace(Keyholder(*row), public_key=None) for row in connection.execute(_READERS))
    except Exception:  # nobody can be alerted then
        return ()


def able_readers(readers: Iterable[Keyholder]) -> list[Keyholder]:
    """Those for whom a report can be sealed."""
    return [reader for reader in readers if reader.able]


def able_now(readers: Iterable[Keyholder]) -> list[Keyholder]:
    """Those who can open a report now: they are named to children and get urgent mail (promise G14)."""
    return [reader for reader in able_readers(readers) if not reader.absent]
