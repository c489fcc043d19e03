"""What a page of the staff costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.oversight.school import counted_queries


class Cost(NamedTuple):
    """How many statements an answer takes, and how many rows they bring."""

    statements: int
    rows: int


def cost_of_home(app: Flask, staff: StaffMember, databases: Databases) -> int:
    """How many queries the second look at the home of this person takes."""
    return cost_of(staff_browser(app, staff), databases, "/staff/").statements


def cost_of(browser: FlaskClient, databases: Databases, path: str) -> Cost:
    """What the second look at a page takes."""
    browser.get(path)
    with counted_queries(databases) as sent, _counted_rows(databases) as rows:
        assert browser.get(path).status_code == 200, path
    return Cost(len(sent), sum(rows))


@contextmanager
def _counted_rows(databases: Databases) -> Iterator[list[int]]:
    """How many rows each statement brings: it is sent once more, and what it brings is counted."""
    rows: list[int] = []

    def count(connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            again = connection.connection.cursor()
            again.execute(f"SELECT count(*) FROM ({statement})", given)
            rows.append(again.fetchone()[0])
            again.close()

    engines = (databases.school.engine, databases.reports.engine)
    for engine in engines:
        event.listen(engine, "after_cursor_execute", count)
    yield rows
    for engine in engines:
        event.remove(engine, "after_cursor_execute", count)
