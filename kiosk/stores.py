"""The databases of one request: a session for each, which can write only if the HTTP method may."""

from contextlib import suppress

from flask import Flask, g, request
from sqlalchemy.orm import Session

from kiosk.db import Database
from kiosk.outages import DATABASE_ERRORS
from kiosk.security import SAFE_METHODS
from kiosk.site import current_site


def school() -> Session:
    """This request's session of the school database."""
    return _session("school", current_site().databases.school)


def reports() -> Session:
    """This request's session of the reports database."""
    return _session("reports", current_site().databases.reports)


def read_before_stores(app: Flask) -> None:
    """Read the body of each request that may write whole, in memory, before anything asks a database (promise G11).

    A form that arrives slowly then locks nothing, whichever server is in front. Has to be the first of an app's hooks.
    """

    @app.before_request
    def _read() -> None:
        if request.method not in SAFE_METHODS:
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
        for session in g.pop("stores", {}).values():
            # The answer is made; what is not committed goes with the connection.
            with suppress(*DATABASE_ERRORS):
                session.close()


def _session(name: str, database: Database) -> Session:
    opened: dict[str, Session] = g.setdefault("stores", {})
    if name not in opened:
        opened[name] = database.session(write=request.method not in SAFE_METHODS)
    return opened[name]
