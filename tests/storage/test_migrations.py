"""The one way to the schema: from empty to exactly what the models say, on both databases, and never half-way."""

import re
import sqlite3
import uuid
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, inspect, select, text
from sqlalchemy.exc import DBAPIError

from kiosk.backup.rows import make_schema
from kiosk.classroom.models import ClassAnswer, ClassAnswered
from kiosk.config import Config
from kiosk.incidents.models import Act, Incident, IncidentEntry, Level
from kiosk.report.models import Report
from kiosk.sealing.site_key import make_site_key
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.schema import (
    FIRST_REVISION,
    METADATA,
    SchemaNotCurrent,
    alembic_config,
    changing,
    check_schemas_current,
    each_database,
    upgrade,
)
from kiosk.wsgi import create_wsgi
from tests.factories import make_staff
from tests.tree import ROOT


def differences(databases: Databases) -> dict[str, list[object]]:
    """What Alembic would still change, tree by tree."""
    found = {}
    for tree, database in each_database(databases):
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found[tree] = compare_metadata(context, METADATA[tree])
    return found


def shape(databases: Databases) -> dict[str, dict[str, set[str]]]:
    """Every table with its columns."""
    found = {}
    for tree, database in each_database(databases):
        seen = inspect(database.engine)
        found[tree] = {
            name: {one["name"] for one in seen.get_columns(name)} for name in seen.get_table_names()
        }
    return found


def test_migrations_from_empty_make_exactly_what_the_models_say(empty: Databases) -> None:
    assert upgrade(empty) == ["school", "reports", "sessions"]
    assert differences(empty) == {"school": [], "reports": [], "sessions": []}
    assert {len(tables) > 1 for tables in shape(empty).values()} == {True}


def test_a_table_that_no_migration_makes_would_be_noticed(databases: Databases) -> None:
    with databases.sessions.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("ALTER TABLE staff_session ADD COLUMN planted INTEGER"))
    try:
        assert differences(databases)["sessions"] != []
    finally:
        with databases.sessions.engine.execution_options(write=True).begin() as connection:
            connection.execute(text("ALTER TABLE staff_session DROP COLUMN planted"))


def test_upgrading_again_changes_nothing(empty: Databases) -> None:
    upgrade(empty)
    before = shape(empty)
    assert upgrade(empty) == []
    assert shape(empty) == before


def test_the_database_itself_checks_the_words_of_every_choice(databases: Databases) -> None:
    """Autogenerate does not compare checks, so they are compared here."""
    for tree, database in each_database(databases):
        found = inspect(database.engine)
        for table in METADATA[tree].tables.values():
            made = {str(check["name"]) for check in found.get_check_constraints(table.name)}
            meant = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
            assert meant <= made, table.name


def test_the_keys_of_the_database_have_the_names_that_the_models_give_them(databases: Databases) -> None:
    """Autogenerate does not compare names, and a later migration finds a key by its name alone."""
    for tree, database in each_database(databases):
        found = inspect(database.engine)
        for table in METADATA[tree].tables.values():
            keys = [*found.get_foreign_keys(table.name), *found.get_unique_constraints(table.name)]
            kinds = (ForeignKeyConstraint, UniqueConstraint)
            meant = {str(one.name) for one in table.constraints if isinstance(one, kinds)}
            assert {str(one["name"]) for one in keys} == meant, table.name


def test_each_tree_is_one_line_of_migrations_numbered_in_order() -> None:
    for tree in METADATA:
        script = ScriptDirectory.from_config(alembic_config(tree))
        assert len(script.get_heads()) == 1
        numbers = [one.revision for one in script.walk_revisions()][::-1]
        assert numbers[0] == FIRST_REVISION
        for before, number in pairwise(map(int, numbers)):
            assert number in {before + 1, (before // 100 + 1) * 100}, (
                "the next, or the first of the next hundred"
            )
        for one in script.walk_revisions():
            assert re.fullmatch(rf"{one.revision}_[a-z_]+\.py", Path(one.path).name)


def test_a_schema_that_is_behind_stops_the_start_with_one_line(empty: Databases, tmp_path: Path) -> None:
    with pytest.raises(SchemaNotCurrent) as refused:
        check_schemas_current(empty)
    assert str(refused.value) == "the school database is not up to date; run `kiosk db upgrade`"
    upgrade(empty)
    with empty.reports.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0100'"))
    config = Config(data_dir=tmp_path)
    make_site_key(config.key_path)
    with pytest.raises(SchemaNotCurrent, match="the reports database is not up to date"):
        create_wsgi(config, empty)


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (
            "0006",
            (
                "the reports database was made before kiosk 0.2.0, the first release, and cannot be updated; write "
                "the class list with the version that made it (`kiosk roster export`), begin a new school in an "
                "empty data folder (`kiosk init`), import the list there (`kiosk roster import`) and invite staff "
                "again"
            ),
        ),
        (
            "9999",
            "the reports database was made by a newer version of kiosk (schema 9999); run that version",
        ),
    ],
)
def test_a_database_to_which_no_migration_leads_is_refused_with_one_line_and_left_as_it_is(
    empty: Databases, revision: str, said: str
) -> None:
    upgrade(empty)
    with empty.reports.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    with pytest.raises(SchemaNotCurrent) as refused:
        check_schemas_current(empty)
    assert str(refused.value) == said
    with empty.school.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0101'"))
    with pytest.raises(SchemaNotCurrent) as refused:
        upgrade(empty)
    assert str(refused.value) == said
    with empty.school.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0101"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE incident_entry SET sealed_note = 'Another'",
        "UPDATE incident_entry SET seq = seq",
        "DELETE FROM incident_entry",
    ],
)
def test_a_line_of_an_incidents_log_can_be_neither_changed_nor_removed(
    databases: Databases, change: str
) -> None:
    with databases.school.write() as session:
        now, staff = now_utc(), make_staff(session)
        known = {"opened_at": now, "next_step_by": now, "owner_id": staff.id}
        incident = Incident(number=1, report_id=uuid.uuid4(), route="bullying", level=Level.SOON, **known)
        session.add(incident)
        session.flush()
        entry = {"incident_id": incident.id, "staff_id": staff.id, "act": Act.OPENED, "sealed_note": b"Kept"}
        session.add(IncidentEntry(seq=1, at=now, **entry))
    with pytest.raises(DBAPIError, match="append-only"), databases.school.write() as session:
        session.execute(text(change))
    with databases.school.session(write=False) as session:
        assert session.scalars(select(IncidentEntry.sealed_note)).all() == [b"Kept"]


@pytest.mark.database("sqlite")
def test_the_tables_of_reports_keep_no_order_of_arrival_in_sqlite(
    config: Config, databases: Databases
) -> None:
    with sqlite3.connect(config.data_dir / "reports.sqlite") as store:
        made = dict(store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
        del made["alembic_version"]
        assert set(made) == set(METADATA["reports"].tables)
        for name, statement in made.items():
            assert statement.upper().rstrip().endswith("WITHOUT ROWID"), name
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            store.execute(f"SELECT rowid FROM {Report.__tablename__}")
        assert "sqlite_sequence" not in made


@pytest.mark.database("sqlite")
def test_the_answers_of_a_class_keep_no_order_in_which_children_gave_them(
    config: Config, databases: Databases
) -> None:
    with sqlite3.connect(config.data_dir / "sessions.sqlite") as store:
        for table in (ClassAnswer, ClassAnswered):
            with pytest.raises(sqlite3.OperationalError, match="rowid"):
                store.execute(f"SELECT rowid FROM {table.__tablename__}")


def test_nothing_in_a_wheel_is_missing_that_migrations_need() -> None:
    folder = ROOT / "kiosk/migrations"
    assert {"env.py", "script.py.mako", "__init__.py"} <= {path.name for path in folder.iterdir()}
    for tree in METADATA:
        assert {"__init__.py", "versions"} <= {path.name for path in (folder / tree).iterdir()}


@pytest.mark.parametrize(("planned", "then"), [((1, 2, 3), [1, 3, 5]), ((1, 2, 6), [1, 2, 6]), ((), [])])
def test_plans_by_term_are_plans_by_half_term_after_an_update(
    empty: Databases, planned: tuple[int, ...], then: list[int]
) -> None:
    with changing(empty.school) as connection:
        make_schema(connection, "school", "0108")
        for term in planned:
            connection.execute(
                text("INSERT INTO programme_lesson (year, lesson_id, term) VALUES ('5', :id, :term)"),
                {"id": f"lesson-{term}", "term": term},
            )
        connection.commit()
    assert "school" in upgrade(empty)
    with empty.school.engine.connect() as connection:
        found = connection.execute(text("SELECT term FROM programme_lesson ORDER BY term"))
        assert list(found.scalars()) == then
