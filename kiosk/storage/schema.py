"""Database schemas: Alembic migrations of the three databases."""

from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from kiosk.storage.db import Database, Databases, ReportsBase, SchoolBase, SessionsBase

MARK_LETTERS = 16
# The revision of the baselines; versions before 0.2 (none was released) counted from 0001
FIRST_REVISION = "0100"
MIGRATIONS_DIR = Path(__file__).parent.parent / "migrations"
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
    """Update every database to the newest schema, each in one transaction; returns the names that changed.

    Raises SchemaNotCurrent, and changes nothing, where no migration leads on from what a database has.
    """
    due = [one for one in each_database(databases) if _is_behind(*one)]
    for tree, database in due:
        with database.engine.execution_options(write=True, long=True).begin() as connection:
            command.upgrade(alembic_config(tree, connection), "head")
    return [tree for tree, _ in due]


def check_schemas_current(databases: Databases) -> None:
    """Raise SchemaNotCurrent, in one line, unless every database has the newest schema."""
    for tree, database in each_database(databases):
        if _is_behind(tree, database):
            raise SchemaNotCurrent(f"the {tree} database is not up to date; run `kiosk db upgrade`")


def _is_behind(tree: str, database: Database) -> bool:
    """Whether migrations lead on from what the database has; SchemaNotCurrent where none of them knows it."""
    scripts = ScriptDirectory.from_config(alembic_config(tree))
    known = [one.revision for one in scripts.walk_revisions()]
    with database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None or revision in known:
        return revision != scripts.get_current_head()
    if revision < FIRST_REVISION:
        raise SchemaNotCurrent(
            f"the {tree} database was made by a version of kiosk before 0.2, which was no release, and cannot be "
            "updated; start with an empty data folder or empty databases"
        )
    raise SchemaNotCurrent(
        f"the {tree} database was made by a newer version of kiosk (schema {revision}); run that version"
    )
