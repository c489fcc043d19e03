"""The stored chain of readers' lists: read, checked once in a process, and added to (promise G3)."""

import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.report.models import ReaderList
from kiosk.sealing.list_statements import ListBroken, Signatures, Version
from kiosk.sealing.reader_list import verify

Rows = tuple[tuple[bytes, str], ...]  # statement and signatures of each version, the oldest first
_ROWS = select(ReaderList.statement, ReaderList.signatures).order_by(ReaderList.version)
LAST = _ROWS.order_by(None).order_by(ReaderList.version.desc()).limit(1)
MOST_KEPT = 1024  # heads of chains that this process has checked: some for each of its schools
_checked: dict[tuple[bytes | None, bytes, str], tuple[Version, ...]] = {}


class VersionTaken(ListBroken):
    """Somebody else has changed the list since it was read, so that a new version does not follow it any more."""


def verified_chain(session: Session | Connection, root: bytes | None = None) -> tuple[Version, ...]:
    """Every version in the database that counts, the oldest first; `root` is the hash of the first, if it is known.

    A chain whose last version was checked before is not read again, as each version names the one before it.
    """
    last = session.execute(LAST).first()
    return chain_to(session, last.statement, last.signatures, root) if last else ()


def chain_to(
    session: Session | Connection, statement: bytes, signatures: str, root: bytes | None = None
) -> tuple[Version, ...]:
    """The same for somebody who has read the last row of the list already."""
    key = (root, statement, signatures)
    found = _checked.get(key)  # read once, as another thread may empty the cache at any moment
    if found is None:
        found = whole_chain(session, root)
        if not found or found[-1].text != statement:
            return found  # some versions are invalid, so the chain is checked again each time
        if len(_checked) >= MOST_KEPT:
            _checked.clear()
        _checked[key] = found
    return found


@lru_cache(MOST_KEPT)
def verified_rows(rows: Rows, root: bytes | None = None) -> tuple[Version, ...]:
    """The versions of these rows that count."""
    return tuple(verify([(text, read_signatures(signatures)) for text, signatures in rows], root))


def chain_contains(chain: Sequence[Version], version: int, hash: bytes) -> bool:
    """Whether the chain has a version with this number and hash."""
    return 0 < version <= len(chain) and chain[version - 1].hash == hash


def whole_chain(session: Session | Connection, root: bytes | None = None) -> tuple[Version, ...]:
    """Like `verified_chain`, but every row is read, so that a change of an older one is seen as well."""
    return verified_rows(stored_rows(session), root)


def stored_rows(session: Session | Connection) -> Rows:
    """Every row of the list, whether it counts or not."""
    return tuple((row.statement, row.signatures) for row in session.execute(_ROWS))


def begins_with_named_list(session: Session | Connection, root: bytes) -> bool:
    """Whether the stored chain begins with the list that the settings name, even if too few have signed it yet."""
    rows = stored_rows(session)
    return bool(rows) and sha256(rows[0][0]).digest() == root


def add_version(session: Session, version: Version) -> None:
    """Add a version; raises VersionTaken where somebody else was quicker, and the caller then rolls back."""
    try:
        session.execute(insert(ReaderList).values(**_row_of(version)))
    except IntegrityError:
        raise VersionTaken("another version of this number is there already") from None


def add_signatures(session: Session, version: Version) -> None:
    """Store the same version with more signatures; raises VersionTaken where another stands in its place."""
    row = _row_of(version)
    same = update(ReaderList).where(
        ReaderList.version == version.number, ReaderList.statement == version.text
    )
    if (
        session.execute(same.values(signatures=row["signatures"]).returning(ReaderList.version)).first()
        is None
    ):
        raise VersionTaken("another version of this number is there")


def replace_chain(session: Session, chain: Sequence[Version]) -> None:
    """Replace the stored chain with another."""
    session.execute(delete(ReaderList))
    for version in chain:
        # including rows that another request added at the same moment
        session.merge(ReaderList(**_row_of(version)))
    session.flush()


def _row_of(version: Version) -> dict[str, Any]:
    signatures = write_signatures(version.signatures)
    return {"version": version.number, "statement": version.text, "signatures": signatures}


def read_signatures(text: str) -> Signatures:
    """Signatures by signer; nothing where the text is not what kiosk writes."""
    try:
        return {str(signer): bytes.fromhex(one) for signer, one in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def write_signatures(signatures: Signatures) -> str:
    """Signatures as they are stored."""
    return json.dumps({signer: one.hex() for signer, one in sorted(signatures.items())})
