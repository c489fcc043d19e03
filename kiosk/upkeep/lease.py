"""The lease on a school's chores: where several nodes have a worker, one of them at a time does what only one may.

A node that dies loses it by time, of which the school database alone is the clock.
"""

import math
import time
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, cast, delete, extract, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from kiosk.mail.claims import MailClaims
from kiosk.storage.db import Database, SchoolBase
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.storage.stored_data import NOT_PERSONAL, described, stores

SECONDS = 90
ASK_AGAIN_SECONDS = 10.0  # between two chores too, as one may take long
_ONLY = 1


@stores(NOT_PERSONAL, "no chore is done twice", until="another worker has it")
class WorkerLease(SchoolBase):
    """Which worker does the chores of the school. One row."""

    __tablename__ = "worker_lease"

    id: Mapped[int] = described("always the same number", primary_key=True, autoincrement=False)
    worker: Mapped[bytes] = described("the worker, by the random name of its process", LargeBinary(8))
    until: Mapped[int] = described("until when, by the clock of the database", BigInteger)


@dataclass
class Lease:
    """Whether this worker has the chores of a school, as it was said last."""

    held: bool = False
    _asked_at: float = -math.inf  # on the monotonic clock, which nobody can set

    def is_mine(self, school: Database, claims: MailClaims) -> bool:
        """Whether this worker has the lease: it takes it where it is free, and keeps it for longer.

        While the database is away nobody can take it, so whoever had it goes on with what needs no database.
        """
        if time.monotonic() - self._asked_at > ASK_AGAIN_SECONDS:
            with suppress(*DATABASE_ERRORS):
                self.held = _take(school, claims)
            self._asked_at = time.monotonic()
        return self.held

    def give_back(self, school: Database, claims: MailClaims) -> None:
        """Let another worker have it at once; one that cannot be asked gets it by time."""
        with suppress(*DATABASE_ERRORS), school.rows(write=True) as connection:
            connection.execute(delete(WorkerLease).where(WorkerLease.worker == claims.worker))
        self.held, self._asked_at = False, -math.inf


def _take(school: Database, claims: MailClaims) -> bool:
    with school.rows(write=True) as connection:
        dialect = connection.dialect.name
        insert, now = (sqlite.insert if dialect == "sqlite" else postgresql.insert), _now(dialect)
        lease = insert(WorkerLease).values(id=_ONLY, worker=claims.worker, until=now + SECONDS)
        free = (
            WorkerLease.worker.in_((claims.worker, *claims.ended))
            | (WorkerLease.until <= now)
            | (WorkerLease.until > now + SECONDS)  # the clock went back: nobody has it for so long
        )
        taken = lease.on_conflict_do_update(
            index_elements=["id"],
            set_={"worker": lease.excluded.worker, "until": lease.excluded.until},
            where=free,
        )
        return connection.execute(taken.execution_options(preserve_rowcount=True)).rowcount > 0


def lease_is_held(school: Database) -> bool:
    """Whether a worker has the lease, of whichever node; no worker of an older schema knows of one."""
    with school.engine.connect() as connection:
        if not inspect(connection).has_table(WorkerLease.__tablename__):
            return False
        held = select(WorkerLease.until > _now(connection.dialect.name))
        return bool(connection.scalar(held))


def _now(dialect: str) -> ColumnElement[int]:
    """Seconds since 1970 by the clock of the database."""
    if dialect == "sqlite":
        return cast(func.strftime("%s", "now"), BigInteger)
    return cast(func.floor(extract("epoch", func.clock_timestamp())), BigInteger)
