"""Database schemas: Alembic migrations of the three databases."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import OperationalError

from kiosk.migrations.schema_range import READS, ROLLING_SINCE
from kiosk.storage.db import Database, Databases, ReportsBase, SchoolBase, SessionsBase
from kiosk.storage.engines import driver_of
from kiosk.storage.shape import differences, in_some_words

MARK_LETTERS = 16
# The revision of the baselines; versions before 0.2 (none was released) counted from 0001
FIRST_REVISION = "0100"
MIGRATIONS_DIR = Path(__file__).parent.parent / "migrations"
# On PostgreSQL another node may use the tables meanwhile, and whoever asks for one queues behind a change that waits.
# So each wait is short, also beside the second after which PostgreSQL ends one of two that wait for each other: this
# begins anew, and no page fails. Two nodes that update at once do so one after the other.
LOCK_TRIES = 20
LOCKED = frozenset({"55P03", "40P01"})  # no lock in time, and a deadlock, as PostgreSQL says it
_WAIT_BRIEFLY = text("SET LOCAL lock_timeout = '300ms'")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7105431)")
METADATA: dict[str, MetaData] = {
    "school": SchoolBase.metadata,
    "reports": ReportsBase.metadata,
    "sessions": SessionsBase.metadata,
}


class SchemaNotCurrent(Exception):
    """A database's schema does not match this version of kiosk."""


def alembic_config(tree: str, connection: Connection | None = None) -> AlembicConfig:
    """Alembic's settings for one of the trees `school`, `reports`, `sessions`."""
    config = AlembicConfig()
    folder = str(MIGRATIONS_DIR).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", f"{folder}/{tree}/versions")
    config.set_main_option("path_separator", "newline")  # a folder's name may have blanks
    config.attributes |= {"connection": connection, "tree": tree}
    return config


def each_database(databases: Databases) -> list[tuple[str, Database]]:
    """Every database with the name of its migrations."""
    return [("school", databases.school), ("reports", databases.reports), ("sessions", databases.sessions)]


def schema_mark() -> str:
    """A digest that changes with every table: says whether this version can use an existing database."""
    columns = [
        f"{table.name} {column.name} {column.type}"
        for metadata in METADATA.values()
        for table in metadata.sorted_tables
        for column in table.columns
    ]
    return sha256("\n".join(columns).encode()).hexdigest()[:MARK_LETTERS]


def upgrade(
    databases: Databases, first: Callable[[dict[str, Connection]], object] = lambda begun: None
) -> list[str]:
    """Update every database to the newest schema, or none of them; returns the names that changed.

    Raises SchemaNotCurrent, and touches nothing, where no migration leads on from what one of them has. Then all are
    changed in transactions that are open together, after `first` was called with them, and committed only once every
    one of them is as the models mean it. Two databases cannot be committed in one instant: where the machine stops, or
    a disk is full, between the first commit and the last, some are new. Another `upgrade` ends it, and
    kiosk.upkeep.upgrading, which commands use, puts all back as they were where the release before needs that.
    """
    for _ in range(LOCK_TRIES):
        try:
            return _upgrade(databases, first)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") not in LOCKED:
                raise
    raise SchemaNotCurrent(
        "others held the tables of a database all the time, so nothing was changed; try again"
    )


def _upgrade(databases: Databases, first: Callable[[dict[str, Connection]], object]) -> list[str]:
    due = [one for one in each_database(databases) if is_behind(*one)]
    with ExitStack() as opened:
        begun = {tree: opened.enter_context(changing(database)) for tree, database in due}
        for connection in begun.values():
            if connection.dialect.name == "postgresql":
                connection.execute(_WAIT_BRIEFLY)
                connection.execute(_ONE_AT_A_TIME)
        if begun:
            first(begun)
        for tree, connection in begun.items():
            command.upgrade(alembic_config(tree, connection), "head")
            if not_so := _not_so(connection, tree):
                raise SchemaNotCurrent(f"the {tree} database was not updated: {not_so}")
        for connection in begun.values():
            connection.commit()
    return list(begun)


@contextmanager
def changing(database: Database) -> Iterator[Connection]:
    """A connection that changes tables, in a transaction that the caller commits; SQLite checks references at its end.

    With references switched on, SQLite would delete what refers to a table when that table is made anew.
    """
    connection = database.engine.connect().execution_options(write=True, long=True)
    is_sqlite = database.engine.name == "sqlite"
    try:
        if is_sqlite:
            driver_of(connection).execute("PRAGMA foreign_keys=off")
        connection.begin()
        yield connection
    finally:
        connection.close()
        if is_sqlite:
            database.engine.dispose()  # the next connections check references again


def _not_so(connection: Connection, tree: str) -> str:
    """What of a database is not as this version means it, in some words; empty where all is."""
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        return "a row of it refers to none"
    return in_some_words(differences(connection, METADATA[tree]))


def check_schemas_current(databases: Databases) -> None:
    """Raise SchemaNotCurrent, in one line, unless this release runs on what every database has, and really has."""
    for tree, database in each_database(databases):
        revision, newest = _revision_of(tree, database), _newest(tree)
        if revision is None or revision < READS[tree][0]:
            raise SchemaNotCurrent(f"the {tree} database is not up to date; run `kiosk db upgrade`")
        with database.engine.connect() as connection:
            found = differences(connection, METADATA[tree], exactly=revision == newest)
        if found:
            raise SchemaNotCurrent(
                f"the {tree} database is not as kiosk made it: {in_some_words(found)}; put back a copy from before "
                "that (docs/deploy/copies.md)"
            )


def is_behind(tree: str, database: Database) -> bool:
    """Whether migrations lead on from what the database has; SchemaNotCurrent where this release cannot run on it."""
    revision = _revision_of(tree, database)
    return revision is None or revision < _newest(tree)


def leaves_all(databases: Databases) -> bool:
    """Whether the release that made these databases runs on them before an update, after it and half-way."""
    return all(
        (revision := _revision_of(tree, database)) is not None
        and revision >= ROLLING_SINCE[tree]
        and _last_like(revision) >= _newest(tree)
        for tree, database in each_database(databases)
    )


def _last_like(revision: str) -> str:
    """The last migration that can follow one without taking anything away."""
    return f"{revision[:-2]}99"


def _newest(tree: str) -> str:
    return str(_scripts(tree).get_current_head())


def _scripts(tree: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config(tree))


def _revision_of(tree: str, database: Database) -> str | None:
    """What a database has, None for nothing at all; SchemaNotCurrent where this release cannot run on it."""
    with database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        ours = (
            []
            if revision
            else sorted(METADATA[tree].tables.keys() & set(inspect(connection).get_table_names()))
        )
    if ours:
        raise SchemaNotCurrent(
            f"the {tree} database has tables, such as {ours[0]}, but does not say of which version; put a copy back "
            "(docs/deploy/copies.md)"
        )
    if revision is None or revision in {one.revision for one in _scripts(tree).walk_revisions()}:
        return revision
    if revision < FIRST_REVISION:
        raise SchemaNotCurrent(
            f"the {tree} database was made before kiosk 0.2.0, the first release, and cannot be updated; write the "
            "class list with the version that made it (`kiosk roster export`), begin a new school in an empty data "
            "folder (`kiosk init`), import the list there (`kiosk roster import`) and invite staff again"
        )
    if not _newest(tree) < revision <= READS[tree][1]:
        raise SchemaNotCurrent(
            f"the {tree} database was made by a newer version of kiosk (schema {revision}); run that version"
        )
    return revision
