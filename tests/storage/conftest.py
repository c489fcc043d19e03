"""Databases in which there is nothing at all, and a school with rows everywhere, of both kinds."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from kiosk.config import Config
from kiosk.start import open_databases
from kiosk.storage.db import Databases
from tests.conftest import NAMES
from tests.storage.planted import OldSchool, State, fill_school

TEMPLATES = "filled"


@pytest.fixture
def blank(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Config]:
    """Settings of a school whose databases have no table yet."""
    if backend == "sqlite":
        yield Config(data_dir=tmp_path / "data")
        return
    address: str = request.getfixturevalue("postgres")
    make_stores(address, "empty")
    yield on_postgresql(tmp_path / "data", address, "empty")
    make_stores(address, "empty", again=False)


@pytest.fixture
def empty(blank: Config) -> Iterator[Databases]:
    """Three databases in which there is nothing at all."""
    stores = open_databases(blank)
    yield stores
    stores.dispose()


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State]:
    """The folder of a school with rows everywhere, and what stands in it."""
    folder = tmp_path_factory.mktemp("filled")
    return folder, fill_school(Config(data_dir=folder))


@pytest.fixture(scope="session")
def filled_postgresql(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> State:
    """What stands in databases that are there to be copied."""
    make_stores(postgres, TEMPLATES)
    return fill_school(on_postgresql(tmp_path_factory.mktemp("filled"), postgres, TEMPLATES))


@pytest.fixture
def old_school(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OldSchool]:
    """A school of this version with rows everywhere, which can be made anew."""
    if backend == "sqlite":
        folder, before = request.getfixturevalue("filled_sqlite")
        yield make_school(
            Config(data_dir=tmp_path / "data"), before, lambda: shutil.copytree(folder, tmp_path / "data")
        )
        return
    before, address = request.getfixturevalue("filled_postgresql"), request.getfixturevalue("postgres")
    config = on_postgresql(tmp_path / "data", address, "old")
    yield make_school(config, before, lambda: make_stores(address, "old", TEMPLATES))
    make_stores(address, "old", again=False)


def make_school(config: Config, before: State, make: Callable[[], object]) -> OldSchool:
    """A school in its own data folder; to make it anew is to make the folder anew as well."""

    def anew() -> None:
        shutil.rmtree(config.data_dir, ignore_errors=True)
        make()

    anew()
    return OldSchool(config, before, anew)


def on_postgresql(data_dir: Path, address: str, prefix: str) -> Config:
    """Settings of a school whose three databases have such names."""
    school, reports, sessions = (address.format(name=f"{prefix}_{name}") for name in NAMES)
    return Config(data_dir=data_dir, database_url=school, reports_database_url=reports, sessions_url=sessions)


def make_stores(address: str, prefix: str, template: str = "", again: bool = True) -> None:
    """Drop three databases and make them again, as copies of others if those are named."""
    server = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for name in NAMES:
            connection.execute(text(f"DROP DATABASE IF EXISTS {prefix}_{name} WITH (FORCE)"))
            if again:
                like = f" TEMPLATE {template}_{name}" if template else ""
                connection.execute(text(f"CREATE DATABASE {prefix}_{name}{like}"))
    server.dispose()
