"""`kiosk doctor`: whether this school's kiosk is in order, one line a finding."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.exc import SQLAlchemyError

from kiosk.config import Config, SettingError
from kiosk.content.problem import ContentError
from kiosk.db import DatabaseNotSafe, Databases, now_utc, ping
from kiosk.facts import read_facts
from kiosk.schema import SchemaNotCurrent, check_current, each_database
from kiosk.sealing.site_key import read_site_key
from kiosk.term_dates.file import load_calendar

LEAST_FREE_BYTES = 500 * 1024 * 1024
LISTED_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    good: bool
    text: str


def examine(config: Config, open_databases: Callable[[Config], Databases]) -> Iterator[Finding]:
    """Every finding in turn; never raises for something that is not in order."""
    yield _try("site key", lambda: _check_key(config))
    yield _try("calendar", lambda: _check_calendar(config))
    yield _try("content", lambda: _check_facts(config))
    try:
        databases = open_databases(config)
    except (DatabaseNotSafe, SQLAlchemyError, OSError) as error:
        yield Finding(False, f"databases: {error}")
        return
    for tree, database in each_database(databases):
        yield _try(f"{tree} database", lambda database=database: ping(database))  # type: ignore[misc]
    yield _try("schema", lambda: check_current(databases))
    yield _free_space(config)
    yield Finding(
        bool(config.smtp_url), "mail server: " + ("set" if config.smtp_url else "not set; alerts wait")
    )
    databases.dispose()


def _try(name: str, look: Callable[[], object]) -> Finding:
    try:
        said = look()
    except (SettingError, ContentError, SchemaNotCurrent, DatabaseNotSafe, SQLAlchemyError, OSError) as error:
        return Finding(False, f"{name}: {error}")
    return Finding(True, f"{name}: {said or 'in order'}")


def _check_key(config: Config) -> None:
    read_site_key(config.key_path)
    if config.key_path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingError(f"others may read {config.key_path}; run chmod 600 on it")


def _check_calendar(config: Config) -> str:
    calendar, now = load_calendar(config), now_utc()
    if calendar.ends_on and calendar.ends_on < (now + LISTED_AHEAD).date():
        raise SettingError(f"no term is listed after {calendar.ends_on:%-d %B %Y}; add the next ones")
    return f"school opens next {calendar.next_opening(now):%A %H:%M}"


def _check_facts(config: Config) -> str:
    overdue = read_facts(config.content_path).overdue(date.today())  # noqa: DTZ011 - the machine's own day
    if overdue:
        raise SettingError("past their review date: " + ", ".join(one.id for one in overdue))
    return "facts and helplines are within their review dates"


def _free_space(config: Config) -> Finding:
    folder = config.data_dir.resolve()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    return Finding(free > LEAST_FREE_BYTES, f"disk: {free // 1024**2} MB free")
