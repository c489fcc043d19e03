"""Watches in which order requests ask for SQLite's writers: two orders, and two people wait for each other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Connection, event

from kiosk.storage.db import Databases


class WaitForEachOther(AssertionError):
    """A request wrote in the reports database while it had yet to ask for the school's."""


@contextmanager
def watched_order(databases: Databases) -> Iterator[None]:
    """Raise WaitForEachOther at the end if a request asked for the reports first, and for the school then."""
    holds_reports, found = threading.local(), []

    def begin_reports(connection: Connection) -> None:
        holds_reports.yes = _writes(connection)

    def end_reports(connection: Connection) -> None:
        holds_reports.yes = holds_reports.__dict__.get("yes", False) and not _writes(connection)

    def begin_school(connection: Connection) -> None:
        if has_request_context() and _writes(connection) and holds_reports.__dict__.get("yes", False):
            found.append(f"{request.method} {request.path}")

    listeners: list[tuple[Any, str, Any]] = [
        (databases.reports.engine, "begin", begin_reports),
        (databases.reports.engine, "commit", end_reports),
        (databases.reports.engine, "rollback", end_reports),
        (databases.school.engine, "begin", begin_school),
    ]
    for listener in listeners:
        event.listen(*listener)
    yield
    for listener in listeners:
        event.remove(*listener)
    if found:
        raise WaitForEachOther(found)


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("write", False))
