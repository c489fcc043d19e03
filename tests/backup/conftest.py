"""A school with copies, and machines on which nothing is there yet."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from kiosk.audit.log import Acting, LogAct
from kiosk.backup.card import RecoveryCard, new_card, store_drill_item
from kiosk.backup.copying import make_copy
from kiosk.backup.rows import frozen, load_rows, write_rows
from kiosk.config import Config
from kiosk.host.copies import CopyNotes, write_notes
from kiosk.sealing.key_fingerprint import check_site_key, shown_fingerprint
from kiosk.sealing.site_key import read_site_key
from kiosk.start import closing_databases, open_databases
from kiosk.storage.db import Database, Databases, now_utc
from kiosk.storage.schema import upgrade
from tests.conftest import NAMES
from tests.demo_school import demo_config, filled_demo
from tests.factories import make_staff
from tests.untracked import untracked

TREES = ("school", "reports")
Machine = Callable[..., Config]


@pytest.fixture
def machine(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Machine]:
    """Makes settings of one more machine whose data folder is not there yet, and whose databases have no table."""
    made: list[str] = []
    address = request.getfixturevalue("postgres") if backend == "postgresql" else ""
    server = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT") if address else None

    def make(*, noting: bool = False) -> Config:
        number = len(made)
        values: dict[str, Any] = {
            "data_dir": tmp_path / f"machine{number}" / "data",
            "public_url": "http://localhost",
        }
        if server:
            for name, setting in zip(
                NAMES, ("database_url", "reports_database_url", "sessions_url"), strict=True
            ):
                made.append(f"bare_{name}_{number}")
                values[setting] = address.format(name=made[-1])
                with server.connect() as connection:
                    connection.execute(text(f"DROP DATABASE IF EXISTS {made[-1]} WITH (FORCE)"))
                    connection.execute(text(f"CREATE DATABASE {made[-1]}"))
                    if name == "reports" and not noting:
                        for statement in untracked(made[-1]):
                            connection.execute(text(statement))
        else:
            made.append("")
        return Config(**values)

    yield make
    if server:
        with server.connect() as connection:
            for name in made:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture
def bare_config(machine: Machine) -> Config:
    """Settings of a machine on which nothing is there yet, whose server notes when a database is read."""
    return machine(noting=True)


@pytest.fixture
def bare(bare_config: Config) -> Iterator[Databases]:
    """The databases of that machine."""
    stores = open_databases(bare_config)
    yield stores
    stores.dispose()


def written(database: Database, tree: str) -> list[bytes]:
    """A database as lines."""
    with frozen(database) as connection:
        return b"".join(write_rows(connection, tree)).splitlines(keepends=True)


@cache
def rows_of_demo(tree: str) -> tuple[bytes, ...]:
    """The demo school's lines."""
    with closing_databases(demo_config(filled_demo())) as databases:
        return tuple(written(getattr(databases, tree), tree))


@dataclass
class SchoolWithCopies:
    """The demo school as a real one with a card, and where its copies lie."""

    config: Config
    card: RecoveryCard
    card_file: Path

    def copy(self) -> Path:
        """A copy made now."""
        with closing_databases(self.config) as databases:
            return make_copy(self.config, databases, now_utc()).paths[0]

    def rows(self, config: Config | None = None) -> dict[str, list[bytes]]:
        """All that both databases of a machine hold, the school's own where none is named."""
        with closing_databases(config or self.config) as databases:
            return {tree: written(getattr(databases, tree), tree) for tree in TREES}


def note_card(config: Config, card: RecoveryCard) -> None:
    """This card was typed back today."""
    today = now_utc().date()
    mark = shown_fingerprint(card.site_key)
    write_notes(config, CopyNotes(card.public_key.hex(), today, site_key=mark))


def with_card(config: Config, tmp_path: Path) -> SchoolWithCopies:
    """The school of these settings, with a card that was typed back and a folder for copies."""
    copies = tmp_path / "copies"
    copies.mkdir()
    card = new_card(read_site_key(config.key_path))
    with closing_databases(config) as databases:
        upgrade(databases)
        check_site_key(config, databases.school)
        with databases.reports.write() as session:
            store_drill_item(session, card)
    today = now_utc().date()
    note_card(config, card)
    card_file = tmp_path / "card.txt"
    card_file.write_text(card.page("Hollybank", today), encoding="utf-8")
    return SchoolWithCopies(config.model_copy(update={"backup_dir": copies}), card, card_file)


@pytest.fixture
def kept_school(machine: Machine, tmp_path: Path) -> SchoolWithCopies:
    """The demo school as a real one, on either kind of database, with a card and a folder for copies."""
    demo, bare = filled_demo(), machine()
    root = demo_config(demo).readers_root_hash
    config = bare.model_copy(update={"readers_root_hash": root, "school_name": "Hollybank"})
    bare.data_dir.mkdir(parents=True, mode=0o700)
    kinds = ["site.key", "calendar.toml"] + ([] if bare.database_url else ["school.sqlite", "reports.sqlite"])
    for name in kinds:
        shutil.copy(demo / name, bare.data_dir)
    if bare.database_url:
        with closing_databases(config) as databases:
            for tree in TREES:
                with (
                    getattr(databases, tree)
                    .engine.execution_options(write=True, long=True)
                    .begin() as connection
                ):
                    load_rows(connection, rows_of_demo(tree), tree)
    return with_card(config, tmp_path)


@pytest.fixture
def small_school(config: Config, databases: Databases, tmp_path: Path) -> SchoolWithCopies:
    """A school of two people, with a card and a folder for copies."""
    with databases.school.write() as session:
        for name in ("Ms Novak", "Mr Ames"):
            make_staff(session, name=name)
        Acting(read_site_key(config.key_path), None, now_utc()).note(session, LogAct.INVITED)
    config.file("calendar.toml").write_text("opens = 08:45:00\n")
    return with_card(config, tmp_path)
