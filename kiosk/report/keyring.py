"""Who reports are sealed for: the database says so, else the signed copy, else the settings (promise S7)."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.db import Database
from kiosk.files import write_durably
from kiosk.report.models import Reader, RecoveryKey, Zone
from kiosk.sealing.boxes import is_public_key
from kiosk.sealing.site_key import SiteKey

ZONE_ID = uuid.UUID(int=1)
COPY_NAME = "readers.json"
can_be_sealed_to = lru_cache(256)(is_public_key)


@dataclass(frozen=True)
class Keyholder:
    """A reader as the report zone knows them; without a key nothing can be sealed for them yet."""

    id: uuid.UUID
    name: str
    email: str
    roles: str
    public_key: bytes | None

    @property
    def able(self) -> bool:
        """Whether this person could open a report."""
        return can_be_sealed_to(self.public_key)


@dataclass(frozen=True)
class Keyring:
    """Everybody who can receive a report, the recovery key, and whether the page is open to children."""

    readers: tuple[Keyholder, ...] = ()
    recovery: bytes | None = None
    published: bool = False
    staff_promise: bool = False

    @property
    def usable(self) -> bool:
        """Whether a report could be sealed so that somebody can open it."""
        return self.recovery is not None or any(reader.able for reader in self.readers)


def read_keyring(session: Session | Connection) -> Keyring:
    """The keyring in the database; a damaged key counts as none. Reads plain rows, as every report needs it."""
    zone = session.execute(_ZONE).first()
    recovery = proven_recovery(session)
    return Keyring(
        readers=tuple(Keyholder(*row) for row in session.execute(_READERS)),
        recovery=recovery if can_be_sealed_to(recovery) else None,
        published=zone is not None and zone.published_on is not None,
        staff_promise=zone is not None and zone.staff_promise,
    )


_ZONE = select(Zone.published_on, Zone.staff_promise).where(Zone.id == ZONE_ID)
_RECOVERY = (  # the one that two sheets have opened last
    select(RecoveryKey.public_key)
    .where(RecoveryKey.proven_on.is_not(None))
    .order_by(RecoveryKey.proven_on.desc(), RecoveryKey.id)
    .limit(1)
)
_READERS = select(Reader.id, Reader.name, Reader.email, Reader.roles, Reader.public_key).order_by(Reader.name)


def proven_recovery(session: Session | Connection) -> bytes | None:
    """The public recovery key that two sheets have opened last."""
    return session.execute(_RECOVERY).scalar()


def current_keyring(database: Database, config: Config, key: SiteKey) -> Keyring:
    """The best keyring available; no report is refused while any of the three sources is intact (promise S7)."""
    try:
        with database.rows(write=False) as connection:
            found = read_keyring(connection)
    except Exception:  # unreachable, damaged or unsafe: the copy is used, and no child is sent away
        found = Keyring()
    if found.usable:
        return _with_recovery(found, config)
    copied = read_copy(config.data_dir / COPY_NAME, key)
    if copied.usable:
        return _with_recovery(copied, config)
    recovery = config.recovery_public_key
    return Keyring(found.readers or copied.readers, recovery, published=recovery is not None)


def _with_recovery(ring: Keyring, config: Config) -> Keyring:
    if ring.recovery or not config.recovery_public_key:
        return ring
    return Keyring(ring.readers, config.recovery_public_key, ring.published, ring.staff_promise)


def write_copy(path: Path, ring: Keyring, key: SiteKey) -> None:
    """Write a signed copy beside the database, completely or not at all; an equal copy is left alone."""
    signed = _signed(ring, key)
    if path.is_file() and path.read_bytes() == signed:
        return
    write_durably(path, signed)


def read_copy(path: Path, key: SiteKey) -> Keyring:
    """The copy, or an empty keyring if it is missing, damaged or not signed by this installation."""
    try:
        mark, _, text = path.read_bytes().partition(b"\n")
        if not compare_digest(mark, _mark(text, key)):
            return Keyring()
        held = json.loads(text)
        readers = tuple(
            Keyholder(uuid.UUID(one["id"]), one["name"], one["email"], one["roles"], _key(one["key"]))
            for one in held["readers"]
        )
        return Keyring(readers, _key(held["recovery"]), held["published"], held["promise"])
    except (OSError, ValueError, KeyError, TypeError):
        return Keyring()


def _signed(ring: Keyring, key: SiteKey) -> bytes:
    held = {
        "readers": [
            {
                "id": reader.id.hex,
                "name": reader.name,
                "email": reader.email,
                "roles": reader.roles,
                "key": reader.public_key.hex() if reader.public_key else "",
            }
            for reader in ring.readers
        ],
        "recovery": ring.recovery.hex() if ring.recovery else "",
        "published": ring.published,
        "promise": ring.staff_promise,
    }
    text = json.dumps(held, ensure_ascii=False, sort_keys=True).encode()
    return _mark(text, key) + b"\n" + text


def _mark(text: bytes, key: SiteKey) -> bytes:
    return blake2b(text, key=key.derive("readers-copy"), digest_size=32).hexdigest().encode()


def _key(text: str) -> bytes | None:
    return bytes.fromhex(text) or None


def able_readers(readers: Sequence[Keyholder]) -> list[Keyholder]:
    """Those for whom a report can be sealed."""
    return [reader for reader in readers if reader.able]
