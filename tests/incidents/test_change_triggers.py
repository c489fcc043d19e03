"""The triggers that count what a queue shows stand on each table that it reads (ADR 30)."""

import pytest
from sqlalchemy import text

from kiosk.db import Databases

pytestmark = pytest.mark.database("sqlite")


def test_the_triggers_outlive_whatever_later_migrations_do_to_their_tables(databases: Databases) -> None:
    """Alembic makes a table of SQLite anew to change it, and a trigger does not come along by itself."""
    found = set[tuple[str, str]]()
    for database in (databases.school, databases.reports):
        with database.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_seen_%'"
                )
            )
            found |= {(row.tbl_name, row.name.rpartition("_")[2]) for row in rows}
    three = ("insert", "update", "delete")
    tables = ("incident", "incident_entry", "closing", "case_task", "complaint_clock", "case_tag")
    people = ("staff_member", "role_holder", "reader", "reader_list")
    wanted = {(table, verb) for table in (*tables, *people) for verb in three} | {("zone", "update")}
    wanted |= {("report", "changed"), ("report", "deleted")}
    wanted |= {("report_reader", verb) for verb in ("added", "changed", "deleted")}
    assert found == wanted
