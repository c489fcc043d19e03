"""A folder of schools: a wrong file stops the start with one line, and no two schools are one (promise M2)."""

import os
import shutil
from pathlib import Path

import pytest

from kiosk.config import SettingError, load_config
from kiosk.host.log_lines import EVERY_HOST
from kiosk.many_schools import OpenSchools, identity_of
from kiosk.school_files import choose_school, hosts_of, load_schools
from kiosk.storage.db import Databases, open_database
from tests.fleet import make_fleet

FIRST, SECOND = "a.example", "b.example"


@pytest.fixture(autouse=True)
def sites(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of two schools, which is all that is set."""
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sites"
    folder.mkdir()
    monkeypatch.setenv("KIOSK_SITES_DIR", str(folder))
    for host in (FIRST, SECOND):
        write(folder, host)
    return folder


def write(sites: Path, host: str, **changes: str) -> None:
    """The file of a school, with what a test changes in it; what is empty is left out."""
    said = {"data_dir": f"data/{host}", "public_url": f"https://{host}", "school_name": host} | changes
    lines = [f'{name} = "{value}"\n' for name, value in said.items() if value]
    (sites / f"{host}.toml").write_text("".join(lines), encoding="utf-8")


def refusal() -> str:
    """What kiosk says about these files."""
    with pytest.raises(SettingError) as refused:
        load_schools()
    line = str(refused.value)
    assert "\n" not in line
    return line


def test_each_file_is_a_school_and_nothing_of_the_environment_is_in_it(sites: Path) -> None:
    write(sites, SECOND, languages="en,cy", families_url="https://homes.example:8443")
    found = load_schools()
    assert {host: one.school_name for host, one in found.items()} == {FIRST: FIRST, SECOND: SECOND}
    assert found[SECOND].language_list == ["en", "cy"]
    assert hosts_of(SECOND, found[SECOND]) == {SECOND, "homes.example"}


def test_without_a_folder_there_is_one_school_at_every_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_SITES_DIR")
    monkeypatch.setenv("KIOSK_SCHOOL_NAME", "Hollybank")
    assert load_schools() == {EVERY_HOST: load_config()}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"timezone": "Mars/Base"}, "b.example.toml: KIOSK_TIMEZONE: 'Mars/Base' is not a time zone"),
        ({"scool_name": "B"}, "b.example.toml: KIOSK_SCOOL_NAME: "),
        ({"data_dir": ""}, "b.example.toml: KIOSK_DATA_DIR: every school needs its own"),
        ({"school_name": ""}, "b.example.toml: KIOSK_SCHOOL_NAME: every school needs its own"),
        (
            {"public_url": "https://c.example"},
            "b.example.toml: KIOSK_PUBLIC_URL: https://c.example is another host",
        ),
        ({"demo": "true"}, "b.example.toml: KIOSK_DEMO: it is no setting of a school"),
        ({"sites_dir": "other"}, "b.example.toml: KIOSK_SITES_DIR: it is no setting of a school"),
        (
            {"data_dir": "data/a.example"},
            "b.example.toml: KIOSK_DATA_DIR: its folder or file is that of a.example",
        ),
        ({"data_dir": "data/../data/a.example"}, "KIOSK_DATA_DIR: its folder or file is that of a.example"),
        ({"families_url": "https://a.example:8443"}, "KIOSK_FAMILIES_URL: its host is that of a.example"),
        ({"database_url": "sqlite:///{first}"}, "KIOSK_DATABASE_URL: its database is that of a.example"),
        ({"backup_dir": "data/a.example"}, "KIOSK_BACKUP_DIR: its folder or file is that of a.example"),
    ],
)
def test_a_wrong_file_is_named_in_one_line_with_its_setting(
    sites: Path, changes: dict[str, str], said: str
) -> None:
    first = load_schools()[FIRST].school_url.removeprefix("sqlite:///")
    write(sites, SECOND, **{name: value.format(first=first) for name, value in changes.items()})
    assert said in refusal()


def test_two_schools_with_one_first_list_of_readers_are_refused(sites: Path) -> None:
    write(sites, FIRST, readers_root_hash="ab" * 32)
    write(sites, SECOND, readers_root_hash="AB" * 32)
    assert "KIOSK_READERS_ROOT_HASH: its first list of readers is that of a.example" in refusal()


def test_a_file_with_a_name_that_is_no_host_or_that_is_no_toml_is_refused(sites: Path) -> None:
    (sites / "c_d.example.toml").write_text("", encoding="utf-8")
    assert "its name is no host in small letters" in refusal()
    (sites / "c_d.example.toml").rename(sites / "c.example.toml")
    (sites / "c.example.toml").write_text("data_dir = ", encoding="utf-8")
    assert "c.example.toml: it is not TOML" in refusal()


def test_a_folder_that_is_not_there_or_is_empty_is_refused(sites: Path) -> None:
    for path in sites.iterdir():
        path.unlink()
    assert refusal().startswith("KIOSK_SITES_DIR: no school has a file")
    sites.rmdir()
    assert refusal() == f"KIOSK_SITES_DIR: there is no folder {sites}"


def test_no_other_setting_may_stand_beside_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SMTP_URL", "smtp://mail.example:25")
    assert refusal() == "KIOSK_SMTP_URL: beside KIOSK_SITES_DIR it belongs into the file of a school"


def test_a_command_for_one_school_asks_for_which(sites: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match="kiosk --site HOST"):
        load_config()
    for strange in ("c.example", "../a.example", "A.EXAMPLE", ""):
        with pytest.raises(SettingError, match=r"--site: (no school has a file|.*is no host)"):
            choose_school(strange)
    monkeypatch.setenv("KIOSK_CONFIG", "")  # so that it is put back after the test
    choose_school(SECOND)
    assert load_config().school_name == SECOND


def test_schools_that_were_copied_do_not_start(migrated: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    settings, (here, there) = make_fleet(copies, migrated, 2)
    first, second = settings[here.host], settings[there.host]
    kept = second.key_path.read_bytes()
    second.key_path.write_bytes(first.key_path.read_bytes())
    with pytest.raises(SettingError, match=r"KIOSK_SECRET_KEY_FILE: its site key is that of s000.example"):
        OpenSchools().open(settings)
    second.key_path.write_bytes(kept)
    for name in ("reports", "sessions"):
        path = second.data_dir / f"{name}.sqlite"
        moved = path.rename(path.with_suffix(".away"))
        path.hardlink_to(first.data_dir / f"{name}.sqlite")
        with pytest.raises(SettingError, match=r"its database is that of s000.example"):
            OpenSchools().open(settings)
        path.unlink()
        shutil.move(moved, path)
    assert OpenSchools().open(settings) == {here.host, there.host}


def test_a_database_is_known_under_whatever_address_it_is_opened(databases: Databases, backend: str) -> None:
    stores = (databases.school, databases.reports, databases.sessions)
    assert len({identity_of(one) for one in stores}) == 3
    url = databases.school.engine.url
    again = url.update_query_dict({"application_name": "another"}) if backend == "postgresql" else url
    opened = open_database(again.render_as_string(hide_password=False).replace("+kiosk", "+psycopg"))
    assert identity_of(opened) == identity_of(databases.school)
    opened.engine.dispose()
