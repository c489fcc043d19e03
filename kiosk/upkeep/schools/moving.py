"""Moving a school to other databases while its pages and those of all others are open (ADR 47, promise M4).

Old databases take no change; they are copied and compared; they note where the school is now; its file is replaced. At
each step whoever is killed leaves the school in one home: run again, the move goes on, or goes back until the note.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from kiosk.backup.moving import move_school
from kiosk.backup.switch import sqlite_path
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.watcher import read_term_dates
from kiosk.config import Config, SettingError
from kiosk.host.files import write_durably
from kiosk.report.intake.store import IntakeStore, open_intake
from kiosk.report.intake.transfer import transfer_due
from kiosk.school_files import DATABASES, load_schools, read_school, refuse_equal_settings, written_as
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.storage.read_only import (
    NewHome,
    make_read_only,
    make_writable,
    moving_alone,
    new_home,
    note_new_home,
    without_password,
)
from kiosk.storage.schema import METADATA, upgrade
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from kiosk.upkeep.running import running

Say = Callable[[str], object]
ADDRESSES = dict(zip(DATABASES, METADATA, strict=True))  # the trees of what settings name


@dataclass(frozen=True)
class _Intake:
    """What a transfer asks of a school."""

    config: Config
    key: SiteKey
    intake_store: IntakeStore
    calendar: SchoolCalendar


def move_to(path: Path, addresses: dict[str, str], say: Say) -> None:
    """Move the school of this file to databases with these addresses, by their settings; raises SettingError.

    Without any, go on with a move that another node, or one that was killed, has made.
    """
    config = read_school(path)
    with _one_move(config) as (databases, held):
        home = _home_of(databases)
        if home is None and addresses and config == config.model_copy(update=addresses):
            say(f"{path.name} names these databases already")
            return
        if home is None:
            if not addresses:
                raise SettingError(f"{path}: say where to: --database-url and --reports-database-url")
            _copy(path, config, databases, held, addresses, say)
        elif any(without_password(url) != getattr(home, ADDRESSES[name]) for name, url in addresses.items()):
            raise SettingError(
                f"{path}: the school has moved to {home.school} already; name that, or nothing"
            )
        _switch(path, config, home or _home_of(databases), addresses)
    say(f"{path.name} names the new databases; kiosk follows it by itself within seconds")


def go_back(path: Path) -> None:
    """Let the databases that the file names take changes again; raises SettingError once the school has left them."""
    config = read_school(path)
    with _one_move(config) as (databases, _):
        if home := _home_of(databases):
            raise SettingError(
                f"{path}: the school has moved to {home.school}; go on with `kiosk site move {path.stem}`"
            )
        _open_again(databases)


@contextmanager
def _one_move(config: Config) -> Iterator[tuple[Databases, Connection]]:
    """Kiosk may run, but nothing else changes files or databases as a whole, on this node or another."""
    with (
        running(config),
        single_process(MAINTENANCE, config),
        closing_databases(config) as databases,
        moving_alone(databases.school) as held,
    ):
        yield databases, held


def _home_of(databases: Databases) -> NewHome | None:
    with databases.school.rows(write=False) as connection:
        return new_home(connection)


def _copy(
    path: Path, config: Config, databases: Databases, held: Connection, addresses: dict[str, str], say: Say
) -> None:
    to = _settings_after(path, config, addresses)
    check_ready(config, databases)
    _transfer_due(config, databases)
    try:
        for tree in ("school", "reports"):
            make_read_only(getattr(databases, tree), METADATA[tree])
        say("the school is read-only: answers and notes are refused for now, children can tell as ever")
        for moved in move_school(config, databases, to, again=True):
            say(f"{moved.tree}: every row of {moved.tables} tables is in the new database, each compared")
        with closing_databases(to) as new:
            upgrade(new)
            check_ready(to, new)
    except BaseException:
        try:
            _open_again(databases)
        except DATABASE_ERRORS:
            say(f"LOOK  the school is still read-only: `kiosk site move {path.stem} --back` opens it again")
        raise
    note_new_home(held, NewHome(*map(without_password, to.database_urls)))


def _switch(path: Path, config: Config, home: NewHome | None, addresses: dict[str, str]) -> None:
    """Let the file name the new home: an address as it was said, with its password, else as the note has it."""
    assert home is not None
    said = {name: addresses.get(name, getattr(home, tree)) for name, tree in ADDRESSES.items()}
    if "sessions_url" not in addresses and sqlite_path(home.sessions):
        del said["sessions_url"]  # a file of that node alone
    now = dict(zip(ADDRESSES, config.database_urls, strict=True))
    changed = {
        name: url for name, url in said.items() if without_password(now[name]) != without_password(url)
    }
    text = written_as(changed, path.read_text(encoding="utf-8"))
    read_school(path, text)
    write_durably(path, text.encode(), path.stat().st_mode & 0o777)


def _settings_after(path: Path, config: Config, addresses: dict[str, str]) -> Config:
    """The school's settings after the move, which differ in nothing else; checked beside those of all others."""
    to = read_school(path, written_as(addresses, path.read_text(encoding="utf-8")))
    if to != config.model_copy(update=addresses):
        raise SettingError(f"{path}: write each address of a database in a line of its own, then try again")
    refuse_equal_settings(load_schools() | {path.stem: to})
    return to


def _transfer_due(config: Config, databases: Databases) -> None:
    """Readers get what is due before the move. What is not due stays sealed where it is: in the reports database it
    would say in which part of its slot it came."""
    store = open_intake(config)
    intake = _Intake(config, read_site_key(config.key_path), store, read_term_dates(config).calendar)
    try:
        transfer_due(intake, databases.reports, now_utc())
    finally:
        store.dispose()


def _open_again(databases: Databases) -> None:
    for database in (databases.school, databases.reports):
        make_writable(database)
