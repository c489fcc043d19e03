"""What the reports database may hold; a new column fails here until it is listed with a reason (privacy.md A4)."""

from sqlalchemy import Date, DateTime, Engine, Integer, MetaData, Time

from kiosk.db import Databases, ReportsBase

# table -> column -> why it may be there
ALLOWED = {
    "report": {
        "id": "random bytes; a double tap finds the same row",
        "day": "a date, no finer",
        "slot": "the minute at which a slot starts, never an instant",
        "route": "who reads it",
        "urgent": "passed on at once, and the child was told so",
        "state": "new, released, opened, closed",
        "retention": "how long the words are kept",
        "envelope_version": "how the envelope is made",
        "envelope": "what the child said, padded",
    },
    "report_reader": {"report_id": "which report", "reader_id": "who may open it"},
    "reader": {
        "id": "a member of staff",
        "name": "shown to the child before telling",
        "email": "where alerts go",
        "roles": "which routes",
    },
    "outbox_row": {
        "id": "random",
        "report_id": "whose release lets it leave",
        "address": "to whom",
        "due": "whether it may leave",
    },
}


def _found(engine: Engine) -> MetaData:
    metadata = MetaData()
    metadata.reflect(engine)
    return metadata


def test_every_column_of_the_reports_database_is_listed_with_a_reason(databases: Databases) -> None:
    tables = _found(databases.reports.engine).tables
    found = {name: set(table.columns.keys()) for name, table in tables.items() if name != "alembic_version"}
    assert found == {name: set(columns) for name, columns in ALLOWED.items()}


def test_no_column_of_the_reports_database_holds_a_time_of_day(databases: Databases) -> None:
    for table in _found(databases.reports.engine).tables.values():
        for column in table.columns:
            assert not isinstance(column.type, DateTime | Time), f"{table.name}.{column.name}"
            assert not isinstance(column.type, Date) or column.name == "day"


def test_nothing_in_the_reports_database_is_numbered_in_order_of_arrival(databases: Databases) -> None:
    for table in ReportsBase.metadata.tables.values():
        assert not any(isinstance(column.type, Integer) for column in table.primary_key)
        assert table.dialect_options["sqlite"]["with_rowid"] is False


def test_the_report_tables_point_at_no_table_outside_the_zone() -> None:
    inside = set(ReportsBase.metadata.tables)
    for table in ReportsBase.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.column.table.name in inside
