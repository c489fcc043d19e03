"""`kiosk init` never writes a new key where a school's data lies: the new one would open none of it."""

import re
import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.report.intake.store import FILE, SealedItem, open_intake
from kiosk.storage.db import Databases
from tests.factories import make_staff

INIT = ("init", "--name", "Mr Novak", "--email", "novak@school.example")


def init(config: Config) -> Result:
    env = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_DATABASE_URL": config.database_url}
    return CliRunner().invoke(
        main, INIT, env=env | {"KIOSK_REPORTS_DATABASE_URL": config.reports_database_url}
    )


def listing(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()} if folder.exists() else {}


def is_refused(done: Result, config: Config) -> None:
    assert (done.exit_code, done.output.count("\n")) == (1, 1), done.output
    assert re.search(r"site\.key is missing.*`kiosk key restore`.*safe", done.output), done.output
    assert not config.key_path.exists()


@pytest.mark.database("sqlite", "postgresql")
def test_a_school_whose_key_is_missing_gets_no_other(config: Config, databases: Databases) -> None:
    with databases.school.write() as session:
        make_staff(session)
    config.key_path.unlink()
    before = listing(config.data_dir)
    is_refused(init(config), config)
    if not config.database_url:
        assert listing(config.data_dir).keys() == before.keys()


@pytest.mark.database("postgresql")
def test_an_empty_folder_beside_a_school_in_postgresql_gets_no_key(
    config: Config, databases: Databases, tmp_path: Path
) -> None:
    with databases.school.write() as session:
        make_staff(session)
    empty = config.model_copy(update={"data_dir": tmp_path / "new"})
    is_refused(init(empty), empty)
    assert not empty.data_dir.exists()


@pytest.mark.parametrize("left", ["school.sqlite", "reports.sqlite"])
def test_one_database_of_a_school_is_enough(migrated: Path, tmp_path: Path, left: str) -> None:
    config = Config(data_dir=tmp_path / "school")
    shutil.copytree(migrated, config.data_dir)
    assert init(config).exit_code == 0
    for one in config.data_dir.iterdir():
        if not one.name.startswith(left):
            one.unlink()
    if left == "reports.sqlite":  # nobody has told yet: there is nothing that a new key would not open
        assert init(config).exit_code == 0
    else:
        is_refused(init(config), config)


def test_what_waits_in_the_intake_is_a_school_too(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    intake = open_intake(config)
    intake.put(SealedItem(uuid.uuid4(), datetime.now(UTC), False, b"", b"sealed"))
    intake.dispose()
    is_refused(init(config), config)
    assert (tmp_path / FILE).exists()
    assert not (tmp_path / "school.sqlite").exists()


def test_databases_that_are_made_and_empty_are_no_school(migrated: Path, tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "school")
    shutil.copytree(migrated, config.data_dir)
    assert init(config).exit_code == 0
