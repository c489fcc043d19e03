"""Many schools in one process: all of them are opened at start, or none; no two may be one (promise M2)."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kiosk.config import Config, SettingError
from kiosk.host.log_lines import EVERY_HOST, working_for
from kiosk.nations import Nation
from kiosk.school_files import Mark, hosts_of, refuse_equal
from kiosk.sealing.site_key import read_site_key
from kiosk.site import Content, Site, T
from kiosk.start import add_own_files, check_ready, open_databases, open_site, read_shared_content
from kiosk.storage.db import Database, Databases
from kiosk.storage.outages import DatabaseNotSafe
from kiosk.storage.schema import SchemaNotCurrent

_WHICH_DATABASE = text(
    "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
)


class SharedContent:
    """The content of many schools, read once for all that have the same folder and nation."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, Nation | None], Content] = {}
        self._lock = threading.Lock()

    def of(self, config: Config) -> Content:
        """The content of a school: of its own files alone a part is its own."""
        group = config.content_path, config.nation
        with self._lock:
            if group not in self._read:
                self._read[group] = read_shared_content(config)
        return add_own_files(self._read[group], config)


class OpenSchools:
    """The schools that are open, with their settings by host; which they are may change between two requests."""

    def __init__(self) -> None:
        self.settings: dict[str, Config] = {}
        self.sites: dict[str, Site] = {}
        self._marks: dict[str, list[Mark]] = {}
        self._content = SharedContent()

    def open(self, schools: Mapping[str, Config]) -> set[str]:
        """From now on exactly these are open; returns the hosts of those that were not, or had other settings.

        Raises SettingError, in one line, where one is not in order; then all stays as it was.
        """
        refuse_equal_keys(schools)
        fresh, marks = dict[str, Site](), dict[str, list[Mark]]()
        for host, config in schools.items():
            if self.settings.get(host) == config:
                continue
            with in_one_line(host), working_for(host):
                databases = open_databases(config)
                check_ready(config, databases)
                fresh[host] = open_site(config, databases, self._content.of(config))
                fresh[host].intake_store.check()
                marks[host] = [*_marks_of_databases(databases)]
        marks = {host: marks.get(host) or self._marks[host] for host in schools}
        refuse_equal(marks)
        for host in self.sites.keys() - (schools.keys() - fresh.keys()):
            self.sites[host].databases.dispose()
            self.sites[host].intake_store.dispose()
        self.sites = {host: fresh.get(host) or self.sites[host] for host in schools}
        self.settings, self._marks = dict(schools), marks
        return set(fresh)


def by_name(schools: Mapping[str, Config], sites: Mapping[str, T]) -> dict[str, T]:
    """These sites by each name at which browsers ask for one."""
    return {name: sites[host] for host, config in schools.items() for name in hosts_of(host, config)}


def refuse_equal_keys(schools: Mapping[str, Config]) -> None:
    """Raise SettingError where two schools have one key: a cookie of either would open the other's pages."""
    marks: dict[str, list[Mark]] = {}
    for host, config in schools.items():
        with in_one_line(host):
            key = read_site_key(config.key_path)
        kept = {key.raw, key.lasting.raw, *key.earlier}
        marks[host] = [Mark("secret_key_file", "site key", secret) for secret in kept]
    refuse_equal(marks)


@contextmanager
def in_one_line(host: str) -> Iterator[None]:
    """What is wrong with one of many schools is said in one line that begins with its host."""
    if host == EVERY_HOST:
        yield
        return
    try:
        yield
    except (SettingError, SchemaNotCurrent, DatabaseNotSafe) as error:
        raise SettingError(f"{host}: {error}") from None
    except DBAPIError as error:  # the error's own text would show the SQL statement and its values
        said = " ".join(str(error.orig).split())
        raise SettingError(f"{host}: a database is not reachable: {said}") from None


def _marks_of_databases(databases: Databases) -> Iterator[Mark]:
    for setting, database in (
        ("database_url", databases.school),
        ("reports_database_url", databases.reports),
        ("sessions_url", databases.sessions),
    ):
        yield Mark(setting, "database", identity_of(database))


def identity_of(database: Database) -> object:
    """Which database it is, under whatever address it was opened."""
    if database.engine.name == "sqlite":
        found = Path(database.engine.url.database or "").stat()
        return found.st_dev, found.st_ino
    with database.rows(write=False) as connection:
        return tuple(connection.execute(_WHICH_DATABASE).one())
