"""What a life of keys looks at after each step: plain rows, read in the transaction of the life itself."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, StaffMember
from kiosk.sealing.reader_key import ReaderSecret, six_words
from kiosk.storage.db import Database

LAST_VERSION = "SELECT statement, signatures FROM reader_list ORDER BY version DESC LIMIT 1"
by_hex = lru_cache(100_000)(uuid.UUID)  # the same few people and reports again and again


@dataclass(frozen=True)
class Person:
    """Somebody in the copy of readers."""

    id: uuid.UUID
    email: str
    roles: frozenset[str]


def asked(session: Session, statement: str, *values: object) -> list[Any]:
    """The rows as they are now, with what is pending; a tenth of the price of a query that makes objects."""
    session.flush()
    return _raw(session).execute(statement, values).fetchall()  # type: ignore[no-any-return]


def written(session: Session) -> int:
    """How many rows were ever written on the connection of this session."""
    session.flush()
    return int(_raw(session).total_changes)


def people_in_copy(reports: Session) -> list[Person]:
    """The copy of readers as it is now."""
    rows = asked(reports, "SELECT id, email, roles FROM reader ORDER BY id")
    return [Person(by_hex(id), email, frozenset(roles.split())) for id, email, roles in rows]


def alarmed(reports: Session) -> set[str]:
    """Who was told of trouble with keys since the mail was sent last."""
    return {
        address
        for (address,) in asked(reports, "SELECT address FROM outbox_row WHERE kind IN ('change', 'late')")
    }


def send_mail(reports: Session) -> None:
    """All mail has been sent."""
    asked(reports, "DELETE FROM outbox_row")


def spoken(proposal: Proposal, secret_of: Callable[[StaffMember], ReaderSecret | None]) -> str:
    """The six words that whoever gains reads aloud: those of the key that their own password opens."""
    secret = secret_of(proposal.gains) if proposal.gains else None
    return " ".join(six_words(secret.public_key, secret.verify_key)) if secret else ""


def merging_into(reports: Session) -> Database:
    """The reports database as merging sees it: the one transaction of a whole life, which nobody else may enter."""
    reports.flush()
    return cast(Database, _OneTransaction(reports, reports.get_bind()))


@dataclass(frozen=True)
class _OneTransaction:
    session: Session
    engine: Any

    @contextmanager
    def rows(self, write: bool) -> Iterator[Connection]:
        yield self.session.connection()


def _raw(session: Session) -> Any:
    return session.connection().connection.dbapi_connection
