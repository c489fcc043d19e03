"""Insert or update in one statement, so that two taps at once both succeed and both count."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def insert_or_keep(session: Session, table: type[DeclarativeBase], row: Mapping[str, Any]) -> None:
    """Insert a row; one with the same primary key stays as it is."""
    session.execute(_insert(session, table, row).on_conflict_do_nothing(index_elements=_key(table)))


def insert_or_update(
    session: Session,
    table: type[DeclarativeBase],
    row: Mapping[str, Any],
    change: Mapping[str, Any],
    where: ColumnElement[bool] | None = None,
) -> None:
    """Insert a row, or `change` the one with the same primary key, if `where` holds for it."""
    statement = _insert(session, table, row)
    session.execute(
        statement.on_conflict_do_update(index_elements=_key(table), set_=dict(change), where=where)
    )


def _insert(
    session: Session, table: type[DeclarativeBase], row: Mapping[str, Any]
) -> sqlite.Insert | postgresql.Insert:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).values(**row)
    return postgresql.insert(table).values(**row)


def _key(table: type[DeclarativeBase]) -> list[str]:
    return [column.name for column in table.__table__.primary_key]
