"""What stands in a database is compared with what kiosk means, part by part: a number alone proves nothing."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event, text

import kiosk.cli.main  # noqa: F401 - every table is known
from kiosk.storage.db import Databases
from kiosk.storage.schema import METADATA, SchemaNotCurrent, check_schemas_current, each_database
from kiosk.storage.shape import differences

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BY_HAND = {
    "ALTER TABLE staff_member DROP COLUMN away_from": "column staff_member.away_from is missing",
    "ALTER TABLE pupil ADD COLUMN note VARCHAR(20)": "column pupil.note is none of kiosk's",
    "DROP INDEX ix_log_entry_act": "index ix_log_entry_act of log_entry is missing",
    "DROP TABLE link_request": "table link_request is missing",
}
ON_SQLITE = {
    "DROP TRIGGER log_entry_no_delete": "trigger log_entry_no_delete of log_entry is missing",
    "CREATE TRIGGER spy AFTER INSERT ON sign_off BEGIN DELETE FROM pupil; END": "trigger spy of sign_off is none of",
    "DROP INDEX ix_log_entry_by_id; CREATE INDEX ix_log_entry_by_id ON log_entry (at)": (
        "index ix_log_entry_by_id of log_entry is by at, not by by_id"
    ),
    "DROP TRIGGER incident_entry_no_update; CREATE TRIGGER incident_entry_no_update BEFORE update ON incident_entry "
    "WHEN 0 BEGIN SELECT RAISE(ABORT, 'the incident log is append-only'); END": (
        "trigger incident_entry_no_update of incident_entry was changed"
    ),
    "DROP TABLE browser_tries; CREATE TABLE browser_tries (staff_id CHAR(32) NOT NULL, browser BLOB NOT NULL, "
    "tries TEXT, code_tries INTEGER NOT NULL, wait_until DATETIME, PRIMARY KEY (staff_id, browser))": (
        "reference from browser_tries (staff_id) to staff_member (id) is missing, "
        "column browser_tries.tries is text, not integer not null"
    ),
}
ON_POSTGRESQL = {
    "ALTER TABLE log_entry DISABLE TRIGGER log_entry_append_only": "trigger log_entry_append_only of log_entry was ch",
    "DROP TRIGGER log_entry_not_emptied ON log_entry": "trigger log_entry_not_emptied of log_entry is missing",
    "CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$": (
        "trigger log_entry_append_only of log_entry was changed"
    ),
    "ALTER TABLE staff_member ALTER COLUMN name DROP NOT NULL": (
        "column staff_member.name is character varying(200), not character varying(200) not null"
    ),
    "ALTER TABLE staff_member ALTER COLUMN name TYPE TEXT": (
        "column staff_member.name is text not null, not character varying(200) not null"
    ),
    "ALTER TABLE staff_member DROP CONSTRAINT uq_staff_member_email": "uniqueness of email in staff_member is missing",
    "ALTER TABLE incident DROP CONSTRAINT ck_incident_number_positive": (
        "check ck_incident_number_positive of incident is missing"
    ),
    "ALTER TABLE role_holder DROP CONSTRAINT fk_role_holder_staff_id": (
        "reference from role_holder (staff_id) to staff_member (id) is missing"
    ),
    "ALTER TABLE role_holder DISABLE TRIGGER ALL": "of role_holder is none of kiosk's",
}


def found(databases: Databases, *statements: str) -> str:
    """What is said of the school database after statements by hand, which are taken back."""
    with databases.school.engine.execution_options(write=True).connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        return ", ".join(differences(connection, METADATA["school"]))


def test_what_migrations_make_is_what_is_meant_and_one_question_for_each_database_tells(
    databases: Databases,
) -> None:
    asked = list[str]()
    for tree, database in each_database(databases):
        with database.engine.connect() as connection:

            @event.listens_for(connection, "before_cursor_execute")
            def note(*told: object) -> None:
                asked.append(str(told[2]))

            assert differences(connection, METADATA[tree]) == []
    assert len(asked) == 3
    check_schemas_current(databases)


@pytest.mark.parametrize("statements", BY_HAND)
def test_what_was_changed_by_hand_is_named(databases: Databases, statements: str) -> None:
    assert BY_HAND[statements] in found(databases, statements)


@pytest.mark.database(SQLITE)
@pytest.mark.parametrize("statements", ON_SQLITE)
def test_what_was_changed_by_hand_in_sqlite_is_named(databases: Databases, statements: str) -> None:
    parts = statements.replace("END;", "END").split("; CREATE")
    assert ON_SQLITE[statements] in found(databases, parts[0], *(f"CREATE{part}" for part in parts[1:]))


@pytest.mark.database(POSTGRESQL)
@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_what_was_changed_by_hand_in_postgresql_is_named(databases: Databases, statement: str) -> None:
    assert ON_POSTGRESQL[statement] in found(databases, statement)


@pytest.mark.database(SQLITE)
def test_rows_of_reports_that_could_be_numbered_in_the_order_of_arrival_are_named(
    databases: Databases,
) -> None:
    with databases.reports.engine.execution_options(write=True).connect() as connection:
        connection.execute(text("DROP TABLE brought_in"))
        connection.execute(
            text("CREATE TABLE brought_in (id CHAR(32) NOT NULL PRIMARY KEY, day DATE NOT NULL)")
        )
        said = differences(connection, METADATA["reports"])
    assert said == ["table brought_in is by id, not by id without row numbers"]


@pytest.fixture
def without_an_index(databases: Databases) -> Iterator[Databases]:
    with databases.reports.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("DROP INDEX ix_reply_thread_id"))
    yield databases
    with databases.reports.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("CREATE INDEX ix_reply_thread_id ON reply (thread_id)"))


def test_kiosk_does_not_start_on_it_and_says_in_one_sentence_what_is_missing_and_what_to_do(
    without_an_index: Databases,
) -> None:
    with pytest.raises(SchemaNotCurrent) as refused:
        check_schemas_current(without_an_index)
    assert str(refused.value) == (
        "the reports database is not as kiosk made it: index ix_reply_thread_id of reply is missing; put back a copy "
        "from before that (docs/deploy/copies.md)"
    )


def test_tables_beside_those_of_kiosk_and_indexes_that_somebody_added_are_none_of_its_business(
    databases: Databases,
) -> None:
    extra = ("CREATE TABLE notes_of_a_tool (id INTEGER)", "CREATE INDEX of_a_tool ON pupil (left_on)")
    assert found(databases, *extra) == ""


def test_a_database_with_tables_and_without_a_version_is_refused(databases: Databases) -> None:
    with databases.sessions.engine.execution_options(write=True).begin() as connection:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("DELETE FROM alembic_version"))
    try:
        with pytest.raises(
            SchemaNotCurrent, match="has tables, such as class_answer, but does not say of which"
        ):
            check_schemas_current(databases)
    finally:
        with databases.sessions.engine.execution_options(write=True).begin() as connection:
            connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": revision})
