"""A data folder that takes reports: what every trial starts from."""

from pathlib import Path

from kiosk.config import Config
from kiosk.sealing.site_key import make_site_key
from kiosk.start import closing_databases
from kiosk.storage.db import Database
from kiosk.storage.schema import upgrade
from tests.factories import make_reader

ROLES = ("dsl", "coordinator", "principal", "chair")


def make_school(folder: Path) -> Config:
    """Databases, a site key and four readers in `folder`; the report page is open."""
    config = Config(data_dir=folder, public_url="http://localhost")
    folder.mkdir(parents=True, exist_ok=True)
    make_site_key(config.key_path)
    with closing_databases(config) as databases:
        upgrade(databases)
        add_readers(databases.reports)
    return config


def add_readers(reports: Database) -> None:
    """Somebody for every route."""
    with reports.write() as session:
        for role in ROLES:
            make_reader(session, role, name=f"Mrs {role}", email=f"{role}@school.example")
