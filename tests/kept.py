"""What a worker makes once and points at each test's school: apps and SQLite's engines, with the statements compiled.

To make them anew for each test took half of the time of all tests of pages. A test that changes what it got, by a
route, a hook or a listener that stays, is the last to have it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from flask import Flask

from kiosk.app import create_app
from kiosk.report.app import ReportFlask, create_report_app
from kiosk.report.site import report_site_of
from kiosk.site import Hosts, Site, serve_hosts
from kiosk.storage.db import Database, Databases, open_database
from kiosk.storage.outages import ErrorLog, LogThrottle
from kiosk.web.errors import ERROR_LOG

STATEMENTS = 5000  # that stay compiled; 500 by default, and all pages together have more
EVENTS = ("begin", "commit", "rollback", "before_cursor_execute", "after_cursor_execute")
POOL_EVENTS = ("connect", "checkout", "checkin", "first_connect")


@dataclass(frozen=True)
class KeptApp:
    """An app and what it was made with, by which a change of a test is noticed."""

    app: Flask
    made_with: tuple[object, ...]


class KeptApps:
    """Apps that tests borrow, one after the other."""

    def __init__(self) -> None:
        self._idle: dict[str, list[KeptApp]] = {"school": [], "report": []}
        self._lent: list[tuple[str, KeptApp]] = []

    def school(self, site: Site) -> Flask:
        """The school app, serving this school."""
        return self._lend("school", create_app, Hosts(site))

    def report(self, site: Site) -> Flask:
        """The app of the report zone, serving this school."""
        return self._lend("report", create_report_app, Hosts(report_site_of(site)))

    def take_back(self) -> None:
        """Take back what the last test borrowed, but for apps that it changed."""
        for kind, kept in self._lent:
            if _parts(kept.app) == kept.made_with:
                self._idle[kind].append(kept)
        self._lent.clear()

    def _lend(self, kind: str, make: Callable[[Any], Flask], hosts: Hosts[Any]) -> Flask:
        if self._idle[kind]:
            kept = self._idle[kind].pop()
            serve_hosts(kept.app, hosts)
            _forget_errors(kept.app)
        else:
            app = make(hosts)
            kept = KeptApp(app, _parts(app))
        self._lent.append((kind, kept))
        return kept.app


def _parts(app: Flask) -> tuple[object, ...]:
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    named = [{name: tuple(found) for name, found in one.items()} for one in hooks]
    filters, routes = dict(app.jinja_env.filters), len(list(app.url_map.iter_rules()))
    return (named, routes, dict(app.view_functions), dict(app.config), filters)


def _forget_errors(app: Flask) -> None:
    """A kind of error is logged once a minute: the next test's is the first of its kind."""
    if isinstance(app, ReportFlask):
        app._once = LogThrottle()
    else:
        cast(ErrorLog, app.extensions[ERROR_LOG])._once = LogThrottle()


class KeptStores:
    """SQLite's three stores in a folder that is another one for each test."""

    def __init__(self, place: Path) -> None:
        self._folder = place / "current"
        self._made: list[tuple[Database, tuple[int, ...]]] = []

    def at(self, folder: Path) -> Databases:
        """The stores whose files are in this folder."""
        self._folder.unlink(missing_ok=True)
        self._folder.symlink_to(folder)
        if not self._made or any(_listeners(database) != found for database, found in self._made):
            self._made = [self._open(name) for name in ("school", "reports", "sessions")]
        # A copy knows nothing of whether the database of the test before answered.
        return Databases(*(replace(database) for database, _ in self._made))

    def _open(self, name: str) -> tuple[Database, tuple[int, ...]]:
        database = open_database(f"sqlite:///{self._folder}/{name}.sqlite")
        database.engine._compiled_cache.capacity = STATEMENTS  # type: ignore[union-attr]
        return database, _listeners(database)


def _listeners(database: Database) -> tuple[int, ...]:
    engine = database.engine
    counted = [getattr(engine.dispatch, name) for name in EVENTS]
    counted += [getattr(engine.pool.dispatch, name) for name in POOL_EVENTS]
    counted += [engine.dialect.dispatch.do_connect, engine.dialect.dispatch.handle_error]
    return tuple(len(list(found)) for found in counted)
