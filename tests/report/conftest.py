"""A school with readers, so that its report page is open."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from kiosk.sealing.picture_code import thread_of
from kiosk.storage.db import Databases
from kiosk.storage.schema import each_database
from tests.factories import make_reader

NOT_A_QUERY = re.compile(r"BEGIN|COMMIT|ROLLBACK|PRAGMA|SELECT 1\b|SHOW|SAVEPOINT")


@pytest.fixture
def readers(databases: Databases) -> dict[str, str]:
    """One reader a role; their ids as the form knows them, by role."""
    with databases.reports.write() as session:
        return {
            role: make_reader(session, role, name=f"Mrs {role.title()}").id.hex
            for role in ("dsl", "coordinator", "principal", "chair")
        }


@pytest.fixture
def asked(databases: Databases) -> Iterator[list[str]]:
    """Every statement that any database is asked."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not NOT_A_QUERY.match(statement):
            statements.append(statement)

    for _, database in each_database(databases):
        event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    for _, database in each_database(databases):
        event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every code that went through the slow hash."""
    from_code, codes = thread_of.__globals__["argon2id"].kdf, []

    def noted(size: int, code: bytes, *rest: Any, **options: Any) -> bytes:
        codes.append(code)
        hashed: bytes = from_code(size, code, *rest, **options)
        return hashed

    monkeypatch.setattr("kiosk.sealing.picture_code.argon2id.kdf", noted)
    return codes
