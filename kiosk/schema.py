"""Database schemas: Alembic migrations of the three databases."""

from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from kiosk.db import Database, Databases, ReportsBase, SchoolBase, SessionsBase

MARK_LETTERS = 16
MIGRATIONS_DIR = Path(__file__).parent / "migrations"
METADATA: dict[str, MetaData] = {
    "school": SchoolBase.metadata,
    "reports": ReportsBase.metadata,
    "sessions": SessionsBase.metadata,
}


class SchemaNotCurrent(Exception):
    """A database's schema does not fit this version of kiosk."""


def alembic_config(tree: str, connection: Connection | None = None) -> AlembicConfig:
    """Alembic's settings for one of the trees `school`, `reports`, `sessions`."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS_DIR / tree).replace("%", "%%"))
    config.attributes["connection"] = connection
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


def upgrade(databases: Databases) -> list[str]:
    """Update every database to the newest schema, each in one transaction; returns the names that changed."""
    changed = []
    for tree, database in each_database(databases):
        if _revision(database) == _newest(tree):
            continue
        with database.engine.execution_options(write=True, long=True).begin() as connection:
            command.upgrade(alembic_config(tree, connection), "head")
        changed.append(tree)
    return changed


def check_current(databases: Databases) -> None:
    """Raise SchemaNotCurrent, in one line, unless every database has the newest schema."""
    for tree, database in each_database(databases):
        if _revision(database) != _newest(tree):
            raise SchemaNotCurrent(f"the {tree} database is not up to date; run `kiosk db upgrade`")


def _newest(tree: str) -> str | None:
    return ScriptDirectory.from_config(alembic_config(tree)).get_current_head()


def _revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
