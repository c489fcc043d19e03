"""The databases of one request: a session each, which may write only where the method may."""

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session

from kiosk.db import Database, Databases
from kiosk.security import SAFE_METHODS


def databases() -> Databases:
    """The three stores of the running app."""
    found: Databases = current_app.extensions["kiosk.databases"]
    return found


def school() -> Session:
    """This request's session of the school database."""
    return _session("school", databases().school)


def reports() -> Session:
    """This request's session of the reports database."""
    return _session("reports", databases().reports)


def close_stores(app: Flask, stores: Databases) -> None:
    """Tie the stores to an app; every request ends with its sessions closed, and rolled back unless committed."""
    app.extensions["kiosk.databases"] = stores

    @app.teardown_appcontext
    def _close(error: BaseException | None) -> None:
        for session in g.pop("stores", {}).values():
            session.close()


def _session(name: str, database: Database) -> Session:
    opened: dict[str, Session] = g.setdefault("stores", {})
    if name not in opened:
        opened[name] = database.session(write=request.method not in SAFE_METHODS)
    return opened[name]
