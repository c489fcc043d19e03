"""The databases of one request: a session for each, which can write only if the HTTP method may.

Of the school's database a request has one connection, on which its session and plain statements go together: what asks
little needs no session, which costs more than the asking.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask, g, request
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from kiosk.site import current_site
from kiosk.storage.db import Database
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.web.security import SAFE_METHODS


def school() -> Session:
    """This request's session of the school database."""
    return _open_session("school", current_site().databases.school)


def school_rows() -> Connection:
    """This request's connection of the school database, for plain statements; its transaction begins with the first."""
    found: Connection | None = g.get("school_rows")
    if found is None:
        found = g.school_rows = current_site().databases.school.connect(write=_may_write())
    return found


def reports() -> Session:
    """This request's session of the reports database."""
    return _open_session("reports", current_site().databases.reports)


@contextmanager
def reports_rows() -> Iterator[Connection]:
    """A connection of the reports database for reading: this request's while it holds one, as there may be no other.

    Else one of its own: a page that sends a form must not lock the reports for writing to read something beside it.
    """
    own: Session | None = g.get("stores", {}).get("reports")
    if own and own.in_transaction():
        yield own.connection()
        return
    with current_site().databases.reports.rows(write=False) as connection:
        yield connection


def commit_both() -> None:
    """Commit what this request wrote in the school's database, then what it wrote in that of the reports.

    Neither stays open alone where the request goes on: `_lock_school_first` says why.
    """
    for session in _open_sessions():
        session.commit()


def roll_back_both() -> None:
    """Undo what this request wrote since it committed last; neither stays open alone."""
    for session in _open_sessions():
        session.rollback()


def read_body_first(app: Flask) -> None:
    """Read the whole body of each request that may write, into memory, before a database is asked (promise G11).

    A form that arrives slowly then holds no database lock, whichever server is in front. Has to be the first of an
    app's hooks.
    """

    @app.before_request
    def _read() -> None:
        if _may_write():
            request.get_data()


def end_transactions() -> None:
    """End the transactions of this request before something that takes long; what was read is read anew when used.

    Raises RuntimeError if something waits to be written: it would be lost.
    """
    for session in g.get("stores", {}).values():
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("a transaction was to end with something unwritten")
        session.rollback()


def close_stores(app: Flask) -> None:
    """End every request of an app with its sessions closed, and rolled back unless committed."""

    @app.teardown_appcontext
    def _close(error: BaseException | None) -> None:
        opened: list[Session | Connection] = [*g.pop("stores", {}).values()]
        if rows := g.pop("school_rows", None):
            opened.append(rows)
        for one in opened:
            # The response is ready; uncommitted changes are rolled back with the connection.
            with suppress(*DATABASE_ERRORS):
                one.close()


def _may_write() -> bool:
    return request.method not in SAFE_METHODS


def _open_sessions() -> Iterator[Session]:
    """The open ones: committing an unused session would begin a transaction and hold the school's write lock for the
    rest of the request."""
    opened: dict[str, Session] = g.get("stores", {})
    for name in ("school", "reports"):
        if name in opened and opened[name].in_transaction():
            yield opened[name]


def _open_session(name: str, database: Database) -> Session:
    opened: dict[str, Session] = g.setdefault("stores", {})
    if name not in opened:
        opened[name] = database.session(write=_may_write(), on=school_rows() if name == "school" else None)
        if name == "reports" and _may_write():
            event.listen(opened[name], "after_transaction_create", _lock_school_first)
    return opened[name]


def _lock_school_first(reports: Session, transaction: SessionTransaction) -> None:
    """Take the school's write lock before that of the reports. SQLite has one writer for each database; taking the
    two in different orders would deadlock.
    """
    if transaction.parent is None:
        school().connection()
