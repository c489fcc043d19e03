"""A database that takes no change from any process of any node, while it is copied elsewhere and ever after (ADR 47).

Each table has a trigger that refuses. It stands in the database, so it holds for whoever has a connection already, and
for a node that knows nothing of the move. A page that wanted to write shows what it shows while a database is busy.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from kiosk.config import SettingError
from kiosk.storage.db import Database
from kiosk.storage.engines import READ_ONLY

REVISIONS = "alembic_version"
VERBS = ("insert", "update", "delete")
TRIES, PAUSE_SECONDS = 50, 0.2
_FUNCTION = f"""CREATE OR REPLACE FUNCTION kiosk_read_only() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '{READ_ONLY}' USING ERRCODE = 'lock_not_available'; END$$"""
# A page that has several tables never loses a deadlock against this: it gives way sooner than one is looked for.
_GIVE_WAY = text("SET LOCAL lock_timeout = '500ms'")
_ALONE = text("SELECT pg_try_advisory_xact_lock(34, 6)")
_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'read_only_*'",
    "postgresql": (
        "SELECT tgname, relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE tgname = 'read_only' AND relnamespace = current_schema()::regnamespace"
    ),
}


@dataclass(frozen=True)
class NewHome:
    """The addresses of the databases to which a school has moved, without passwords."""

    school: str
    reports: str
    sessions: str


_LEFT_FOR = ", ".join(f"{name} VARCHAR NOT NULL" for name in NewHome.__annotations__)


@contextmanager
def moving_alone(school: Database) -> Iterator[Connection]:
    """A connection to the school database of a move, on whichever node; raises SettingError beside another move."""
    with school.engine.connect().execution_options(write=True, long=True) as connection:
        if connection.dialect.name == "postgresql" and not connection.scalar(_ALONE):
            raise SettingError("another node is moving this school now; wait for its end")
        yield connection


def make_read_only(database: Database, metadata: MetaData) -> None:
    """From now on nothing in this database changes, and what was begun before has ended; all tables or none."""
    for last in range(TRIES):
        try:
            with _changing(database) as connection:
                if not _triggers(connection):
                    _refuse_changes(connection, metadata)
            return
        except OperationalError:  # whoever writes now has ended soon
            if last == TRIES - 1:
                raise
            time.sleep(PAUSE_SECONDS)


def make_writable(database: Database) -> None:
    """Let the database take changes again, in all tables or none."""
    with _changing(database) as connection:
        for name, table in _triggers(connection):
            of_table = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER {name}{of_table}"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP FUNCTION IF EXISTS kiosk_read_only()"))


def is_read_only(connection: Connection) -> bool:
    """Whether this database takes no change now."""
    return bool(_triggers(connection))


def note_new_home(connection: Connection, home: NewHome) -> None:
    """Write down durably that the school has left this database for good."""
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS left_for ({_LEFT_FOR})"))
    connection.execute(text("DELETE FROM left_for"))
    connection.execute(text("INSERT INTO left_for VALUES (:school, :reports, :sessions)"), vars(home))
    connection.commit()


def new_home(connection: Connection) -> NewHome | None:
    """Where the school is that has left this database; None where it is still here."""
    if not inspect(connection).has_table("left_for"):
        return None
    row = connection.execute(text("SELECT school, reports, sessions FROM left_for")).first()
    return NewHome(*row) if row else None


def without_password(url: str) -> str:
    """An address as it may be shown and stored."""
    return make_url(url)._replace(password=None).render_as_string()  # `set` would leave it there


def read_only_triggers(table: str, kind: str) -> Mapping[str, str]:
    """The triggers of a table that takes no change, as `shape` names and finds them."""
    if kind == "sqlite":
        return {
            f"trigger read_only_{table}_{verb} of {table}": _sqlite_trigger(table, verb) for verb in VERBS
        }
    body = " ".join(_FUNCTION.partition("$$")[2].removesuffix("$$").split())
    return {f"trigger read_only of {table}": f"{2 + 4 + 8 + 16 + 32} O t {body}"}


def _refuse_changes(connection: Connection, metadata: MetaData) -> None:
    tables = sorted({REVISIONS, *metadata.tables} & set(inspect(connection).get_table_names()))
    if connection.dialect.name == "sqlite":
        for table in tables:
            for verb in VERBS:
                connection.execute(text(_sqlite_trigger(table, verb)))
        return
    connection.execute(_GIVE_WAY)
    connection.execute(text(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(text(_FUNCTION))
    for table in tables:
        verbs = " OR ".join((*VERBS, "truncate"))
        connection.execute(
            text(f"CREATE TRIGGER read_only BEFORE {verbs} ON {table} EXECUTE FUNCTION kiosk_read_only()")
        )


def _sqlite_trigger(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER read_only_{table}_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{READ_ONLY}'); END"
    )


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(text(_TRIGGERS[connection.dialect.name]))]


@contextmanager
def _changing(database: Database) -> Iterator[Connection]:
    with database.engine.execution_options(write=True, long=True).begin() as connection:
        yield connection
