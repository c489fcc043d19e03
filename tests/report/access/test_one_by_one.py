"""Work on many reports: one that fails stops no other, and a disk that is full stops them all."""

import sqlite3
import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.opening import in_savepoints
from kiosk.storage.db import Databases


def add(session: Session, item: int | Exception) -> int:
    """One row for an item; an item that is an error is raised after its row."""
    session.add(OutboxRow(report_id=uuid.uuid4(), address=str(item)[:20]))
    session.flush()
    if isinstance(item, Exception):
        raise item
    return item


def rows(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def test_one_that_fails_is_undone_alone(databases: Databases) -> None:
    items: list[int | Exception] = [1, ValueError("a report"), 3]
    with databases.reports.write() as session:
        done = list(in_savepoints(session, items, lambda item: add(session, item)))
    assert done == [1, 3]
    assert rows(databases) == 2


def test_where_the_database_has_gone_nothing_is_said_to_be_done(databases: Databases) -> None:
    full = OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
    items: list[int | Exception] = [1, full, 3]
    with pytest.raises(OperationalError), databases.reports.write() as session:
        list(in_savepoints(session, items, lambda item: add(session, item)))
    assert rows(databases) == 0
