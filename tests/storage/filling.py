"""Two rows in every table of a database, of whatever its columns take: what an update must keep."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)

ROWS = 2
ONE_OF_TWO = {("access_line", "staff_id")}  # a line is of a pupil or of a member of staff, never of both
DAY = date(2026, 11, 2)


def fill(connection: Connection, metadata: MetaData) -> None:
    """Put rows into every table, each after those that it refers to."""
    made: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        made[table.name] = [_row(table, number, made) for number in range(ROWS)]
        connection.execute(table.insert(), made[table.name])


def _row(table: Table, number: int, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        target = next(iter(column.foreign_keys), None)
        if (table.name, column.name) in ONE_OF_TWO:
            row[column.name] = None
        elif target is None:
            row[column.name] = _value(table.name, column, number)
        elif target.column.table is table:
            row[column.name] = row[target.column.name]
        else:
            row[column.name] = made[target.column.table.name][number][target.column.name]
    return row


def _value(table: str, column: Column[Any], number: int) -> Any:
    kind, mark = column.type, sha256(f"{table} {column.name} {number}".encode()).digest()
    if isinstance(kind, Enum):
        found = list(kind.enum_class) if kind.enum_class else kind.enums
        return found[number % len(found)]
    if isinstance(kind, Uuid):
        return UUID(bytes=mark[:16])
    if isinstance(kind, LargeBinary):
        return (mark * 8)[: kind.length or 32]
    if isinstance(kind, Boolean):
        return bool(number)
    if isinstance(kind, Integer):
        return number + 1
    if isinstance(kind, Date):
        return DAY + timedelta(days=number)
    if isinstance(kind, String):
        return f"{column.name} {number} Zoë ژ"[: kind.length or 80]
    return datetime(2026, 11, 2, 9, number, tzinfo=UTC)
