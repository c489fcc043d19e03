"""Another `site.key` put in place stops every command in one line, before anything is done with it."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from kiosk.cli.main import main
from kiosk.config import Config, SettingError
from kiosk.sealing.key_fingerprint import SiteKeyMark, check_site_key
from kiosk.sealing.site_key import SiteKey
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.wsgi import create_wsgi

OTHER = "5b" * 32
COMMANDS = (
    ["serve", "--port", "0"],
    ["worker"],
    ["roster", "export"],
    ["log", "verify"],
    ["staff", "link", "lead@school.example"],
    ["init", "--name", "Ms Novak", "--email", "novak@school.example"],
)


def refusal(config: Config, databases: Databases) -> str:
    with pytest.raises(SettingError) as refused:
        check_site_key(config, databases.school)
    return str(refused.value)


def test_the_first_start_notes_the_key_and_the_next_ones_change_nothing(
    config: Config, databases: Databases, key: SiteKey
) -> None:
    for _ in range(3):
        create_wsgi(config, databases)
    with databases.school.session(write=False) as session:
        (found,) = session.scalars(select(SiteKeyMark))
    assert found.fingerprint == key.derive("fingerprint")
    assert key.raw not in found.fingerprint


def test_another_key_stops_the_start_in_one_line_until_the_right_one_is_back(
    config: Config, databases: Databases
) -> None:
    check_site_key(config, databases.school)
    right = config.key_path.read_text()
    config.key_path.write_text(OTHER)
    with pytest.raises(SettingError):
        create_wsgi(config, databases)
    said = refusal(config, databases)
    assert "\n" not in said
    assert said.startswith(
        f"KIOSK_SECRET_KEY_FILE: {config.key_path} is not the key of this school (fingerprint "
    )
    assert said.endswith("put the copy back that is in the school safe")
    assert right not in said
    assert OTHER not in said
    config.key_path.write_text(right)
    check_site_key(config, databases.school)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_stops_and_changes_nothing(migrated: Path, tmp_path: Path, command: list[str]) -> None:
    data_dir = tmp_path / "school"
    shutil.copytree(migrated, data_dir)
    config = Config(data_dir=data_dir)
    config.key_path.write_text("5a" * 32)
    with closing_databases(config) as databases:
        check_site_key(config, databases.school)
    config.key_path.write_text(OTHER)
    done = CliRunner().invoke(main, command, env={"KIOSK_DATA_DIR": str(data_dir)})
    assert (done.exit_code, done.output.count("\n")) == (1, 1), done.output
    assert "is not the key of this school" in done.output
    with closing_databases(config) as databases:
        assert refusal(config, databases)
