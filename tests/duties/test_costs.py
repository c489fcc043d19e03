"""What the pages of the book cost after five years: as many statements and rows as after one, and less than the first
page of the staff."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from kiosk.duties.keeping import keep_book
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.roles import Role
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_staff, today
from tests.oversight.school import counted_queries
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")
A_YEAR = 500  # lines
PAGES = ("/staff/duties/", "/staff/duties/users-review", "/staff/duties/users-review/write")


def add_year(session: Session, ago: int) -> None:
    """A year of lines of one duty, and of what was put right in it, so many years ago."""
    for number in range(A_YEAR):
        day = today() - timedelta(days=365 * ago + number * 365 // A_YEAR)
        line = {"duty": "users-review", "of": "", "kind": LineKind.DONE, "with_whom": "", "answers": "{}"}
        when = {"day": day, "written_at": now_utc() - timedelta(days=1)}
        seq = 100_000 + ago * A_YEAR + number
        session.add(DutyLine(id=uuid.uuid4(), seq=seq, result="in-order", **line, **when))
        if number % 10 == 0:
            task = f"task/{uuid.uuid4().hex}"
            session.add(DutyState(duty="users-review", of=task, label="x", done_on=day))
    session.commit()


@contextmanager
def rows_read() -> Iterator[Counter[str]]:
    """How many rows of the book are read meanwhile."""
    read = Counter[str]()

    def note(one: object, _context: object) -> None:
        read[type(one).__name__] += 1

    for table in (DutyLine, DutyState):
        event.listen(table, "load", note)
    yield read
    for table in (DutyLine, DutyState):
        event.remove(table, "load", note)


def cost(browser: FlaskClient, databases: Databases, path: str) -> tuple[int, Counter[str]]:
    """How many statements and rows the second look at a page takes."""
    browser.get(path)
    with counted_queries(databases) as sent, rows_read() as read:
        assert browser.get(path).status_code == 200
    return len(sent), read


def test_five_years_cost_what_one_does_and_less_than_half_as_much_again_as_the_first_page(
    app: Flask, session: Session, databases: Databases
) -> None:
    head = make_staff(session, Role.PRINCIPAL, name="Mrs Head")
    make_class_group(session)
    session.commit()
    keep_book(site_of(app), ALL_SOURCES, now_utc())
    browser = staff_browser(app, head)
    found = []
    for years in (range(1), range(1, 5)):
        for ago in years:
            add_year(session, ago)
        keep_book(site_of(app), ALL_SOURCES, now_utc())
        home, _ = cost(browser, databases, "/staff/")
        found.append([cost(browser, databases, path) for path in PAGES])
        assert all(statements <= 1.5 * home for statements, _ in found[-1])
    for (one, one_read), (five, five_read) in zip(*found, strict=True):
        assert (five, five_read["DutyLine"]) == (one, one_read["DutyLine"])
        assert five_read["DutyState"] <= one_read["DutyState"]
