"""Databases in which there is nothing, and a school's copies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from kiosk.config import Config
from kiosk.start import open_databases
from kiosk.storage.db import Databases
from tests.conftest import NAMES


@pytest.fixture
def bare_config(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Config]:
    """Settings of a machine whose data folder is not there yet, and whose databases have no table."""
    folder = tmp_path / "other" / "data"
    if backend == "sqlite":
        yield Config(data_dir=folder, public_url="http://localhost")
        return
    address: str = request.getfixturevalue("postgres")
    names = [f"bare_{name}" for name in NAMES]
    server = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for name in names:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
    school, reports, sessions = (address.format(name=name) for name in names)
    yield Config(
        data_dir=folder,
        public_url="http://localhost",
        database_url=school,
        reports_database_url=reports,
        sessions_url=sessions,
    )
    with server.connect() as connection:
        for name in names:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def bare(bare_config: Config) -> Iterator[Databases]:
    """The databases of that machine."""
    stores = open_databases(bare_config)
    yield stores
    stores.dispose()
