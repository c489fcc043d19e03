"""The recipients of reports: from the database, else from the signed copy, else from the settings (promise S7)."""

import contextlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, literal, select, true
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.host.files import write_durably
from kiosk.report.access.reader_chain import LAST, chain_to, rows_of, verified_rows
from kiosk.report.models import Reader, ReaderList, RecoveryKey, Zone
from kiosk.sealing.boxes import is_public_key
from kiosk.sealing.list_statements import Version
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database, now_utc

ZONE_ID = uuid.UUID(int=1)
COPY_NAME = "readers.json"
ROOT_NAME = "readers.root"
STOPPED_NAME = "readers.stopped"
MOST_MADE = 16  # keyrings of this process
can_be_sealed_to = lru_cache(256)(is_public_key)

Rows = tuple[Sequence[Any], ...]  # what `Keyholder` is made of, for each person
_made: dict[tuple[int, Rows, date, bool], "Keyring"] = {}  # by the identity of its chain, which it keeps


@dataclass(frozen=True)
class Keyholder:
    """A reader as the report zone knows them; without a key nothing can be sealed for them yet."""

    id: uuid.UUID
    name: str
    email: str
    roles: str
    public_key: bytes | None
    reads_from: date = date.min  # reports that were told before are never given to this reader
    absent: bool = (
        False  # away or frozen: reports are sealed for them, but somebody else must be able to read them
    )
    holds: str = ""  # the roles that they do not only deputise: whom a child's page names first
    listed: bool = False  # in the signed list of readers
    waits: bool = False  # in the list, but the waiting time is not over

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
    found = session.execute(_ALL).all()
    published_on, promised, statement, signatures = found[0][:4]
    published = published_on is not None  # a list that counts says so too, see below
    promise = bool(promised)
    rows = tuple(tuple(row[4:]) for row in found if row.id)
    chain = chain_to(session, statement, signatures, root) if statement is not None else ()
    day = today or now_utc().date()
    if not chain:
        recovery = None if published else proven_recovery(session)
        readers = () if published else tuple(Keyholder(*row) for row in rows)
        return Keyring(readers, recovery if can_be_sealed_to(recovery) else None, published, promise)
    return _keyring_of(chain, rows, day, promise)


_RECOVERY = (  # the one that two sheets have opened last
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
# All that every report asks of the database, in one statement; without readers one row with no reader in it.
_ALL = (
    select(*_ZONE_AND_LIST.c, *_READERS.selected_columns)
    .select_from(_ZONE_AND_LIST.outerjoin(Reader, true()))
    .order_by(Reader.name)
)


def _keyring_of(chain: tuple[Version, ...], rows: Rows, day: date, promise: bool) -> Keyring:
    """The keyring that was made last of the very same chain and rows, or a new one: every report needs it."""
    key = (id(chain), rows, day, promise)
    made = _made.get(key)
    if made is None or made.chain is not chain:
        if len(_made) >= MOST_MADE:
            _made.clear()
        made = _made[key] = _make_keyring(chain, [Keyholder(*row) for row in rows], day, promise)
    return made


def _make_keyring(chain: tuple[Version, ...], rows: Sequence[Keyholder], day: date, promise: bool) -> Keyring:
    """The keyring as the last version of a list says; only addresses and absences come from the rows.

    The page is open: readers sign a first list when they open it, and one cell must not close it again.
    """
    by_id = {row.id.hex: row for row in rows}
    readers = [
        Keyholder(
            uuid.UUID(id),
            one.name,
            by_id[id].email if id in by_id else "",
            " ".join(one.roles),
            one.public_key if one.from_day <= day else None,
            one.reads_from,
            id in by_id and by_id[id].absent,
            by_id[id].holds if id in by_id else "",
            listed=True,
            waits=one.from_day > day,
        )
        for id, one in chain[-1].readers.items()
    ]
    # Somebody with a role whose key is in no list yet: they read nothing, but a route may have to keep them out.
    readers += [replace(row, public_key=None) for row in rows if row.id.hex not in chain[-1].readers]
    recovery = chain[-1].recovery.public_key
    return Keyring(
        tuple(sorted(readers, key=lambda one: (one.name, one.id))),
        recovery if can_be_sealed_to(recovery) else None,
        True,
        promise,
        chain,
    )


def proven_recovery(session: Session | Connection) -> bytes | None:
    """The public recovery key that two sheets have opened last."""
    return session.execute(_RECOVERY).scalar()


def current_keyring(database: Database, config: Config, key: SiteKey) -> Keyring:
    """The best keyring available; no report is refused while one of the three sources is intact (promise S7).

    Of the database and the signed copy, the one with the longer list that counts; else the recovery key in the
    settings.
    """
    root, today = root_of(config), now_utc().astimezone(config.zone).date()
    if config.recovery_public_key and config.file(STOPPED_NAME).exists():
        # A reader's key stayed shut: nothing is sealed to this list until readers have looked into it.
        return Keyring(_known(database), config.recovery_public_key, published=True)
    try:
        with database.rows(write=False) as connection:
            found = read_keyring(connection, root, today)
    except Exception:  # unreachable, damaged or unsafe: the copy is used, and no child is sent away
        found = Keyring()
    copied = read_copy(config.file(COPY_NAME), key, root, today)
    if copied.usable and len(copied.chain) > len(found.chain):
        return _with_recovery(copied, config)
    if found.usable:
        return _with_recovery(found, config)
    recovery = config.recovery_public_key
    return Keyring(_known(database), recovery, published=recovery is not None)


def _known(database: Database) -> tuple[Keyholder, ...]:
    """Everybody who can be told or ticked, without a key that could be used."""
    try:
        with database.rows(write=False) as connection:
            return tuple(replace(Keyholder(*row), public_key=None) for row in connection.execute(_READERS))
    except Exception:  # nobody can be alerted then, but the report is stored
        return ()


def _with_recovery(recipients: Keyring, config: Config) -> Keyring:
    if recipients.recovery or not config.recovery_public_key:
        return recipients
    return replace(recipients, recovery=config.recovery_public_key)


def root_of(config: Config) -> bytes | None:
    """The hash of the first list of readers, from the settings or the data folder; None before there is one."""
    if config.readers_root:
        return config.readers_root
    try:
        return bytes.fromhex(config.file(ROOT_NAME).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def write_root(config: Config, root: bytes) -> None:
    """Keep the hash of the first list in the data folder, for its owner alone; it is written once."""
    with contextlib.suppress(FileExistsError):
        write_durably(config.file(ROOT_NAME), root.hex().encode("ascii"), new=True)


def write_copy(path: Path, recipients: Keyring, key: SiteKey, shorter: bool = False) -> None:
    """Write a signed copy beside the database, completely or not at all; an equal copy is left alone.

    A copy with a longer list is kept, unless readers have agreed to go back (`shorter`).
    """
    signed = _signed(recipients, key)
    if path.is_file():
        if path.read_bytes() == signed:
            return
        if not shorter and len(read_copy(path, key).chain) > len(recipients.chain):
            return
    write_durably(path, signed)


def read_copy(path: Path, key: SiteKey, root: bytes | None = None, today: date | None = None) -> Keyring:
    """The copy, or an empty keyring if it is missing, damaged or not signed by this installation."""
    try:
        return _read_signed(path.read_bytes(), key, root, today or now_utc().date())
    except (OSError, ValueError, KeyError, TypeError):
        return Keyring()


@lru_cache(MOST_MADE)
def _read_signed(signed: bytes, key: SiteKey, root: bytes | None, today: date) -> Keyring:
    """The keyring that these very bytes hold, read once for all reports of a day; what cannot be read raises."""
    mark, _, text = signed.partition(b"\n")
    if not compare_digest(mark, _mark(text, key)):
        return Keyring()
    held = json.loads(text)
    rows = tuple(
        (uuid.UUID(id), name, email, roles, None, date.min, absent, *holds)
        for id, name, email, roles, absent, *holds in held["people"]  # a copy of before has no `holds`
    )
    chain = verified_rows(tuple((bytes.fromhex(one), two) for one, two in held["list"]), root)
    return _keyring_of(chain, rows, today, held["promise"]) if chain else Keyring()


def _signed(recipients: Keyring, key: SiteKey) -> bytes:
    held = {
        "list": [(text.hex(), signatures) for text, signatures in rows_of(recipients.chain)],
        # Also who has a role and no key in the list: a child can tick them, and a route can keep them out.
        "people": [
            (one.id.hex, one.name, one.email, one.roles, one.absent, one.holds) for one in recipients.readers
        ],
        "promise": recipients.staff_promise,
    }
    text = json.dumps(held, ensure_ascii=False, sort_keys=True).encode()
    return _mark(text, key) + b"\n" + text


def _mark(text: bytes, key: SiteKey) -> bytes:
    return blake2b(text, key=key.derive("readers-copy"), digest_size=32).hexdigest().encode()


def able_readers(readers: Sequence[Keyholder]) -> list[Keyholder]:
    """Those for whom a report can be sealed."""
    return [reader for reader in readers if reader.able]
