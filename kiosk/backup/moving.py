"""Moving a school to other databases: every row is written there, read again and compared, before anything counts."""

from contextlib import ExitStack
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import Connection

from kiosk.backup.rows import (
    RowsBroken,
    drop_tables,
    frozen,
    is_empty,
    load_rows,
    tables_of,
    write_rows,
)
from kiosk.config import Config, SettingError
from kiosk.report.intake.rewrite import check_tracking
from kiosk.storage.db import Database, Databases, open_database

SETTINGS = {"school": "KIOSK_DATABASE_URL", "reports": "KIOSK_REPORTS_DATABASE_URL"}


@dataclass(frozen=True)
class Moved:
    """What was moved: how many tables of one database; how many rows is for nobody who is no reader (promise A12)."""

    tree: str
    tables: int


def move_school(config: Config, stores: Databases, to: Config, *, again: bool = False) -> list[Moved]:
    """Write both databases of `config` into those of `to`, which must be empty; the old ones are only read.

    Nothing is there to see until every row of both was compared. Raises SettingError where a target is not empty or is
    the old one, and where what arrived is not what was sent. Nothing else may write meanwhile. `again`: one that has
    every row already, of a move that was killed, counts as moved.
    """
    if config.school_url == to.school_url or config.reports_url == to.reports_url:
        raise SettingError(
            "both databases have to be others than those that the school has now; see the settings"
        )
    with ExitStack() as stack:
        targets = {
            tree: _open_target(stack, url)
            for tree, url in (("school", to.school_url), ("reports", to.reports_url))
        }
        check_tracking(targets["reports"])
        # Both are committed at the end, one at once after the other.
        writing = {tree: _begin(stack, tree, database, again) for tree, database in targets.items()}
        return [_copy(stack, tree, getattr(stores, tree), writing[tree]) for tree in writing]


def _open_target(stack: ExitStack, url: str) -> Database:
    database = open_database(url)
    stack.callback(database.engine.dispose)
    return database


def _begin(stack: ExitStack, tree: str, database: Database, again: bool) -> Connection:
    """A transaction in a database in which no school is, or perhaps all of this one."""
    connection = stack.enter_context(database.engine.execution_options(write=True, long=True).begin())
    if is_empty(connection, tree):
        drop_tables(connection, tree)
    elif not again:
        raise SettingError(
            f"{SETTINGS[tree]}: this database is not empty; make a new one, or empty it, and try again"
        )
    return connection


def _copy(stack: ExitStack, tree: str, source: Database, target: Connection) -> Moved:
    reading = stack.enter_context(frozen(source))
    if not is_empty(target, tree):
        there = zip_longest(write_rows(reading, tree), write_rows(target, tree))
        if [own for own, other in there if own != other]:  # to the end, so that no cursor stays open
            raise SettingError(
                f"{SETTINGS[tree]}: this database holds something else than the school; make a new one, or empty it"
            )
        return Moved(tree, len(tables_of(target, tree)))
    try:
        lines = (line for part in write_rows(reading, tree) for line in part.splitlines(keepends=True))
        tables = load_rows(target, lines, tree)
    except RowsBroken as why:
        raise SettingError(f"{SETTINGS[tree]}: nothing was moved, as {why}") from None
    return Moved(tree, len(tables))
