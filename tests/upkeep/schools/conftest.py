"""A school of a fleet with rows in every table, and empty databases to which it can move."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.school_files import read_school, written_as
from kiosk.sealing.site_key import make_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import Databases
from tests.backup.conftest import Machine, machine
from tests.storage.planted import fill_school

__all__ = ["machine"]
HOST = "a.example"
ADDRESSES = {
    "database_url": "school_url",
    "reports_database_url": "reports_url",
    "sessions_url": "sessions_store_url",
}


@dataclass(frozen=True)
class FleetSchool:
    """One school of a folder of schools."""

    path: Path

    @property
    def config(self) -> Config:
        """What its file says now."""
        return read_school(self.path)

    def kiosk(self, *words: str, typed: str | None = None) -> Result:
        """A command, where KIOSK_SITES_DIR names the folder."""
        return CliRunner().invoke(main, words, env={"KIOSK_SITES_DIR": str(self.path.parent)}, input=typed)

    def move(self, to: Config | None = None, *more: str) -> Result:
        """`kiosk site move` to the databases of other settings."""
        return self.kiosk("site", "move", self.path.stem, *(addresses(to) if to else ()), *more)


def addresses(to: Config) -> list[str]:
    """The options that name these databases."""
    to.data_dir.mkdir(parents=True, exist_ok=True)
    return [
        word for name, url in ADDRESSES.items() for word in (f"--{name.replace('_', '-')}", getattr(to, url))
    ]


def write_school(path: Path, config: Config) -> FleetSchool:
    """A file with these settings."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(written_as(settings_of(config, path.stem)))
    return FleetSchool(path)


def settings_of(config: Config, host: str = HOST) -> dict[str, str]:
    """The settings that a school's file must have, and where its databases are."""
    said = {"data_dir": str(config.data_dir), "public_url": f"https://{host}", "school_name": host}
    return said | {name: getattr(config, url) for name, url in ADDRESSES.items() if getattr(config, name)}


def fill(config: Config) -> None:
    """Rows in every table of a school that starts."""
    make_site_key(config.key_path)
    fill_school(config)
    with closing_databases(config) as databases:
        with databases.school.write() as session:
            session.execute(text("DELETE FROM site_key_mark"))
        check_ready(config, databases)


def write_something(databases: Databases, name: str) -> None:
    """As a page does."""
    with databases.school.write() as session:
        session.execute(text("UPDATE staff_member SET name = :name"), {"name": name})
    with databases.reports.write() as session:
        session.execute(text("UPDATE reader SET name = :name"), {"name": name})


@pytest.fixture
def school(tmp_path: Path, machine: Machine) -> FleetSchool:
    """A school with rows in every table."""
    config = machine()
    config.data_dir.mkdir(parents=True)
    fill(config)
    return write_school(tmp_path / "sites" / f"{HOST}.toml", config)


@pytest.fixture
def target(machine: Machine) -> Config:
    """Empty databases."""
    return machine()
