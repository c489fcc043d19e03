"""Rows are written out in the order of their keys and read back, on both databases, exactly as they were."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from alembic import command
from sqlalchemy import inspect, select, text

from kiosk.accounts.models import StaffMember
from kiosk.backup.rows import (
    RowsBroken,
    compare_rows,
    count_rows,
    drop_tables,
    frozen,
    is_empty,
    load_rows,
    make_schema,
    revision_of,
    tables_of,
    write_rows,
)
from kiosk.report.models import Report, ReportState
from kiosk.start import open_databases
from kiosk.storage.db import Database, Databases
from kiosk.storage.schema import (
    SchemaNotCurrent,
    alembic_config,
    check_schemas_current,
    each_database,
    upgrade,
)
from tests.backup.conftest import written
from tests.demo_school import demo_config, filled_demo
from tests.factories import make_staff

ODD = 'Zoë "O\'Brien"\n\\ Ćwiąkalski اردو 👩‍👧 \u2028'


@pytest.fixture
def demo() -> Iterator[Databases]:
    """The demo school."""
    stores = open_databases(demo_config(filled_demo()))
    yield stores
    stores.dispose()


def loaded(database: Database, lines: list[bytes], tree: str) -> None:
    """Read lines back in one transaction."""
    with database.engine.execution_options(write=True, long=True).begin() as connection:
        load_rows(connection, lines, tree)


@pytest.mark.main(1)
def test_a_whole_school_is_the_same_after_it_went_into_another_database_of_either_kind(
    demo: Databases, bare: Databases
) -> None:
    of_demo = {tree: database for tree, database in each_database(demo) if tree != "sessions"}
    for tree, database in each_database(bare):
        if tree in of_demo:
            lines = written(of_demo[tree], tree)
            loaded(database, lines, tree)
            assert written(database, tree) == lines
            with frozen(of_demo[tree]) as before, frozen(database) as after:
                assert count_rows(after, tree) == count_rows(before, tree)
    upgrade(bare)
    check_schemas_current(bare)


def test_odd_words_and_nothing_at_all_survive(databases: Databases, bare: Databases) -> None:
    with databases.school.write() as session:
        make_staff(session, name=ODD, email="zoe@school.example", invitation_digest=bytes(range(32)))
        make_staff(session, name=" ", email="b@school.example", password_hash=None)
    lines = written(databases.school, "school")
    loaded(bare.school, lines, "school")
    with bare.school.session(write=False) as session:
        people = session.execute(select(StaffMember.name, StaffMember.invitation_digest)).all()
    assert {tuple(one) for one in people} == {(ODD, bytes(range(32))), (" ", None)}
    assert written(bare.school, "school") == lines


def report(id: str, **changes: object) -> Report:
    """A report with this number."""
    values = {"route": "bullying", "state": ReportState.RELEASED, "retention": "low", "urgent": False}
    known = {"envelope_version": 1, "envelope": b"sealed", "day": date(2026, 11, 30), "slot": 600}
    return Report(id=uuid.UUID(id), **values | known | changes)


def test_rows_stand_in_the_order_of_random_numbers_whatever_the_order_in_which_children_told(
    databases: Databases,
) -> None:
    came = ["c" * 32, "0" * 32, "a" * 32]
    for id in came:
        with databases.reports.write() as session:
            session.add(report(id))
    rows = [json.loads(line) for line in written(databases.reports, "reports")]
    ids = [value for row in rows if isinstance(row, list) for value in row if value in came]
    assert ids == sorted(came)


def test_a_copy_sees_one_moment_while_others_write(databases: Databases) -> None:
    with frozen(databases.reports) as connection:
        with databases.reports.write() as session:
            session.add(report("a" * 32))
        lines = b"".join(write_rows(connection, "reports"))
    assert b"a" * 32 not in lines
    assert b"a" * 32 in b"".join(written(databases.reports, "reports"))


Change = Callable[[list[bytes]], list[bytes]]


def without_first_row(lines: list[bytes]) -> list[bytes]:
    """One row less."""
    place = next(place for place, line in enumerate(lines) if line.startswith(b"["))
    return lines[:place] + lines[place + 1 :]


def other_name(lines: list[bytes]) -> list[bytes]:
    """Somebody has another name."""
    return [line.replace(b"Ms Novak", b"Ms Other") for line in lines]


def other_table(lines: list[bytes]) -> list[bytes]:
    """A table that is not there."""
    return [line.replace(b'"table":"staff_member"', b'"table":"staff_members"') for line in lines]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-1],
        lambda lines: lines[: len(lines) // 2],
        lambda lines: lines[:1],
        lambda lines: [],
        lambda lines: lines[1:],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:-1], lines[-1][:-3]],
        lambda lines: [lines[0], *lines],
        lambda lines: [b"\xff\n", *lines[1:]],
        without_first_row,
        other_name,
        other_table,
    ],
)
@pytest.mark.main(3)
def test_lines_that_are_not_whole_are_refused_and_leave_nothing(
    databases: Databases, bare: Databases, change: Change
) -> None:
    with databases.school.write() as session:
        make_staff(session, name="Ms Novak")
    with pytest.raises((RowsBroken, ValueError)):
        loaded(bare.school, change(written(databases.school, "school")), "school")
    assert inspect(bare.school.engine).get_table_names() == []


def test_a_row_that_refers_to_nobody_is_refused(databases: Databases, bare: Databases) -> None:
    upgrade(bare)
    with bare.school.engine.execution_options(write=True).begin() as connection:
        drop_tables(connection, "school")
    lines = written(databases.reports, "reports")
    place = next(place for place, line in enumerate(lines) if b'"table":"key_due"' in line)
    lines.insert(place + 1, b'["' + b"a" * 32 + b'"]\n')
    with pytest.raises(RowsBroken):
        loaded(bare.reports, lines, "reports")


def test_rows_of_a_newer_kiosk_are_named_as_that(databases: Databases, bare: Databases) -> None:
    lines = written(databases.reports, "reports")
    with pytest.raises(SchemaNotCurrent, match="a newer version of kiosk"):
        loaded(bare.reports, [lines[0].replace(b'"revision":"0', b'"revision":"9'), *lines[1:]], "reports")


def test_rows_of_another_database_are_refused(databases: Databases, bare: Databases) -> None:
    with pytest.raises(RowsBroken, match="no rows of a school database"):
        loaded(bare.school, written(databases.reports, "reports"), "school")


def test_a_row_changed_after_loading_is_found(databases: Databases, bare: Databases) -> None:
    with databases.reports.write() as session:
        session.add(report("a" * 32))
    lines = written(databases.reports, "reports")
    with bare.reports.engine.execution_options(write=True, long=True).begin() as connection:
        tables = load_rows(connection, lines, "reports")
        compare_rows(connection, tables)
        connection.execute(text("UPDATE report SET slot = 601"))
        with pytest.raises(RowsBroken, match="report holds something else"):
            compare_rows(connection, tables)


@pytest.mark.main(1)
def test_everything_can_be_taken_out_and_put_back_in_one_transaction(databases: Databases) -> None:
    with databases.school.write() as session:
        make_staff(session)
    lines = written(databases.school, "school")
    with databases.school.engine.execution_options(write=True, long=True).begin() as connection:
        assert not is_empty(connection, "school")
        drop_tables(connection, "school")
        load_rows(connection, lines, "school")
        assert revision_of(connection) is not None
    assert written(databases.school, "school") == lines


@pytest.mark.main(1)
def test_rows_of_an_older_schema_come_back_at_that_schema_and_are_updated_then(bare: Databases) -> None:
    with bare.reports.engine.execution_options(write=True).begin() as connection:
        make_schema(connection, "reports", "0103")
    lines = written(bare.reports, "reports")
    with bare.reports.engine.execution_options(write=True, long=True).begin() as connection:
        drop_tables(connection, "reports")
        load_rows(connection, lines, "reports")
        assert revision_of(connection) == "0103"
        command.upgrade(alembic_config("reports", connection), "head")
    upgrade(bare)
    check_schemas_current(bare)


NOT_OURS = (
    "CREATE TABLE of_somebody (id INTEGER PRIMARY KEY, what VARCHAR(9) DEFAULT 'kept')",
    "INSERT INTO of_somebody (id) VALUES (1)",
)
THEIR_TRIGGER = (
    "CREATE FUNCTION of_somebody_too() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER theirs BEFORE UPDATE ON of_somebody FOR EACH ROW EXECUTE FUNCTION of_somebody_too()",
)


@pytest.mark.later
def test_tables_that_are_none_of_kiosks_are_in_no_copy_and_stay_as_they_are(databases: Databases) -> None:
    school = databases.school
    theirs = (*NOT_OURS, *(THEIR_TRIGGER if school.engine.name == "postgresql" else ()))
    with school.write() as session:
        make_staff(session)
        for statement in theirs:
            session.execute(text(statement))
    lines = written(school, "school")
    assert b"of_somebody" not in b"".join(lines)
    with school.engine.execution_options(write=True, long=True).begin() as connection:
        drop_tables(connection, "school")
        assert is_empty(connection, "school")
        load_rows(connection, lines, "school")
        assert connection.scalar(text("SELECT what FROM of_somebody")) == "kept"
        connection.execute(text("DROP TABLE of_somebody"))


@pytest.mark.later
def test_tables_that_only_an_older_or_a_newer_version_has_are_kiosks(bare: Databases) -> None:
    with bare.school.engine.execution_options(write=True, long=True).begin() as connection:
        make_schema(connection, "school", "0102")
        connection.execute(text("CREATE TABLE of_a_newer_version (id INTEGER PRIMARY KEY)"))
        assert "of_a_newer_version" not in {one.name for one in tables_of(connection, "school")}
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert "of_a_newer_version" in {one.name for one in tables_of(connection, "school")}
        drop_tables(connection, "school")
        assert inspect(connection).get_table_names() == []
