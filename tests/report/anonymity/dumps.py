"""All that is left on the machine after somebody told: every row, file, log line and mail."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import MetaData, Table, select

from kiosk.storage.db import Database

Dump = dict[str, bytes]


def tables_of(database: Database) -> list[Table]:
    """Every table that the database really has, whether kiosk's models know it or not."""
    found = MetaData()
    found.reflect(database.engine)
    return found.sorted_tables


def rows_left(tree: str, database: Database, tables: list[Table]) -> Dump:
    """Every row of every table, by table, in an order of its own."""
    left: Dump = {}
    with database.engine.connect() as connection:
        for table in tables:
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            left[f"table {tree}.{table.name}"] = "\n".join(rows).encode()
    return left


def files_left(folder: Path, known: frozenset[str]) -> Dump:
    """Names, sizes and bytes of every file; of one that was not `known` before, when it says it was written."""
    left: Dump = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        left[f"file {name}"] = path.read_bytes() if path.is_file() else b"a folder"
        if name not in known:
            left[f"time of {name}"] = str(path.stat().st_mtime_ns).encode()
    return left


def names_left(folder: Path) -> Dump:
    """Names of every file, while the databases are at work and their own bytes differ by themselves."""
    return {f"name {path.relative_to(folder)}": b"" for path in folder.rglob("*")}


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, by the handlers that are there and by one that takes all of kiosk's."""
    heard = io.StringIO()
    every = logging.StreamHandler(heard)
    every.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    named = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    apart = [root, *(one for one in named if not one.propagate)]
    writers = [
        handler
        for logger in (root, *named)
        for handler in logger.handlers
        if type(handler) is logging.StreamHandler
    ]
    levels = {logger: logger.level for logger in _of_kiosk(named)}
    streams = {writer: writer.setStream(heard) for writer in writers}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    for logger in apart:
        logger.addHandler(every)
    try:
        yield heard
    finally:
        for logger in apart:
            logger.removeHandler(every)
        for logger, level in levels.items():
            logger.setLevel(level)
        for writer, stream in streams.items():
            if stream is not None:
                writer.setStream(stream)


def differences(one: Dump, other: Dump) -> list[str]:
    """What is not the same in both, by name: empty when nobody could tell the two runs apart."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _of_kiosk(loggers: list[logging.Logger]) -> list[logging.Logger]:
    return [logger for logger in loggers if logger.name.partition(".")[0] == "kiosk"]
