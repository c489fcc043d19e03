"""The schools of a folder, one line each, with nothing of their people and no number of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from kiosk.backup.rows import revision_of
from kiosk.backup.switch import sqlite_path
from kiosk.config import Config, SettingError
from kiosk.school_files import read_school, school_paths
from kiosk.start import closing_databases
from kiosk.storage.outages import DatabaseNotSafe, kind_of
from kiosk.storage.read_only import is_read_only, new_home, without_password
from kiosk.storage.schema import each_database


@dataclass(frozen=True)
class ListedSchool:
    """A school as its line shows it."""

    host: str
    state: str
    good: bool
    where: str = ""
    versions: str = ""
    keepers: str = ""

    @property
    def line(self) -> str:
        """What a technician reads."""
        parts = (self.host, self.state, self.where, self.versions, self.keepers)
        return "  ".join(part for part in parts if part)


def list_schools(folder: Path) -> Iterator[ListedSchool]:
    """Every school, also one whose file has a mistake or whose databases are away."""
    for path in school_paths(folder):
        try:
            yield _look(path.stem, read_school(path))
        except SettingError as error:
            yield ListedSchool(path.stem, str(error), good=False)


def _look(host: str, config: Config) -> ListedSchool:
    urls = config.database_urls
    where = f"files in {config.data_dir}"
    if not all(map(sqlite_path, urls)):
        where = " ".join(without_password(url) for url in urls)
    keepers = f"keepers {config.keepers}" if config.keepers else "one keeper"
    if missing := [path for url in urls if (path := sqlite_path(url)) and not path.is_file()]:
        return ListedSchool(host, f"does not answer: {missing[0]} is missing", False, where, "", keepers)
    versions, states = list[str](), list[str]()
    try:
        with closing_databases(config) as databases:
            for tree, database in each_database(databases):
                with database.rows(write=False) as connection:
                    versions.append(f"{tree} {revision_of(connection)}")
                    if home := new_home(connection):
                        states.append(f"has moved to {home.school}")
                    elif is_read_only(connection):
                        states.append("is read-only, of a move")
    except (SQLAlchemyError, DatabaseNotSafe) as error:
        states.append(f"does not answer: {kind_of(error)}")
    state = states[0] if states else "answers"
    return ListedSchool(host, state, not states, where, " ".join(versions), keepers)
