"""Every setting is checked before anything starts; a bad one is named in one line."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk.config import Config, SettingError, load_config
from kiosk.content.problem import ContentError
from kiosk.wording.facts import read_facts


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever this machine has set, and whatever lies in this folder, is not ours."""
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refusal(monkeypatch: pytest.MonkeyPatch, **settings: str) -> str:
    """What kiosk says about these settings."""
    for name, value in settings.items():
        monkeypatch.setenv(f"KIOSK_{name}", value)
    with pytest.raises(SettingError) as refused:
        load_config()
    return str(refused.value)


def in_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str | bytes) -> None:
    """Put settings into a file and name it."""
    path = tmp_path / "kiosk.toml"
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    monkeypatch.setenv("KIOSK_CONFIG", str(path))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TIMEZONE", "Mars/Base", "not a time zone"),
        ("TIMEZONE", "../../etc/passwd", "not a time zone"),
        ("LANGUAGES", "en,klingon!", "'klingon!' is not a language code"),
        ("LANGUAGES", "en,,pl", "'' is not a language code"),
        ("NATION", "britain", "'britain' is none of england, wales, scotland, northern-ireland"),
        ("NATION", "England", "'England' is none of england, wales, scotland, northern-ireland"),
        ("PUBLIC_URL", "kiosk.school.example", "not an address like https://"),
        ("PUBLIC_URL", "ftp://kiosk.school.example", "not an address like https://"),
        ("PUBLIC_URL", "https://school.example/kiosk", "not an address like https://"),
        ("LEADERSHIP", "principal,teacher", "'teacher' is none of principal, dsl, coordinator, chair"),
        ("LEADERSHIP", "network", "'network' is none of"),
        ("LEADERSHIP", " ", "'' is none of"),
        ("LEADERSHIP", "principal,", "'' is none of"),
        ("SMTP_URL", "mail.school.example:25", "smtp://mail.school.example:25"),
        ("SMTP_URL", "smtp://", "smtp://mail.school.example:25"),
        ("DATABASE_URL", "mysql://localhost/kiosk", "only sqlite:/// and postgresql://"),
        ("REPORTS_DATABASE_URL", "oracle://localhost/kiosk", "only sqlite:/// and postgresql://"),
        ("SESSIONS_URL", "redis://localhost", "only sqlite:/// and postgresql://"),
        ("SLOT_MINUTES", "5", "15"),
        ("SLOT_MINUTES", "241", "240"),
        ("SLOT_MINUTES", "an hour", "integer"),
        ("SCHOOL_NAME", "x" * 81, "80"),
        ("MONITORING_NOTICE", "sometimes", "boolean"),
        ("DEMO", "perhaps", "boolean"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    line = refusal(monkeypatch, **{name: value})
    assert line.startswith(f"KIOSK_{name}: ")
    assert said in line
    assert "\n" not in line
    assert "For further information" not in line


def test_a_setting_whose_name_is_misspelt_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    line = refusal(monkeypatch, REPORT_DATABASE_URL="postgresql://reports.school.example/kiosk")
    assert line == "KIOSK_REPORT_DATABASE_URL: there is no such setting"


def test_several_bad_settings_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    line = refusal(monkeypatch, TIMEZONE="Mars/Base", SLOT_MINUTES="5")
    assert "KIOSK_TIMEZONE: " in line
    assert "KIOSK_SLOT_MINUTES: " in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (
            {"DATABASE_URL": "sqlite:////srv/a.sqlite", "REPORTS_DATABASE_URL": "sqlite:////srv/a.sqlite"},
            "REPORTS_",
        ),
        ({"BACKUP_SECOND_DIR": "/mnt/copies"}, "BACKUP_SECOND_DIR is beside BACKUP_DIR"),
        ({"BACKUP_DIR": "/mnt/copies", "BACKUP_SECOND_DIR": "/mnt/copies"}, "must be another folder"),
        (
            {"DATABASE_URL": "sqlite:////srv/a.sqlite", "SESSIONS_URL": "sqlite:////srv/a.sqlite"},
            "SESSIONS_URL",
        ),
        ({"REPORTS_DATABASE_URL": "postgresql://h/k", "SESSIONS_URL": "postgresql://h/k"}, "SESSIONS_URL"),
        (
            {"DATABASE_URL": "postgresql://h/k", "REPORTS_DATABASE_URL": "postgresql+psycopg://h/k"},
            "REPORTS_",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_named(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], named: str
) -> None:
    assert named in refusal(monkeypatch, **settings)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("school_nam = 'Hollybank'", "KIOSK_SCHOOL_NAM: "),
        ("slot_minutes = 'soon'", "KIOSK_SLOT_MINUTES: "),
        ("timezone = 5", "KIOSK_TIMEZONE: "),
        ("school_name = Hollybank", "KIOSK_CONFIG: "),
        ("school_name =\n", "line 1"),
        (b"school_name = '\xff'", "KIOSK_CONFIG: "),
    ],
)
def test_a_bad_file_of_settings_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str | bytes, said: str
) -> None:
    in_file(monkeypatch, tmp_path, written)
    line = refusal(monkeypatch)
    assert said in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_of_settings_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert refusal(monkeypatch, CONFIG=name) == f"KIOSK_CONFIG: there is no file {name}"


def test_flags_win_over_the_environment_which_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    in_file(
        monkeypatch, tmp_path, "school_name = 'File'\nslot_minutes = 30\nmail_from = 'file@school.example'"
    )
    monkeypatch.setenv("KIOSK_SCHOOL_NAME", "Environment")
    monkeypatch.setenv("KIOSK_SLOT_MINUTES", "45")
    config = load_config(school_name="Flag")
    assert (config.school_name, config.slot_minutes, config.mail_from) == ("Flag", 45, "file@school.example")


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SCHOOL_NAME", "")
    monkeypatch.setenv("KIOSK_CALENDAR_FILE", "")
    assert load_config() == Config()


def test_settings_do_not_change_while_kiosk_runs() -> None:
    config = Config()
    with pytest.raises(ValidationError, match="frozen"):
        config.school_name = "Another"  # type: ignore[misc]


def test_a_fresh_install_is_the_private_one() -> None:
    config = Config()
    assert not config.demo
    assert config.slot_minutes == 60
    assert config.smtp_url == ""
    assert config.monitoring_notice, "the network may keep a list of sites, and the child is told so"
    assert len({config.school_url, config.reports_url, config.sessions_store_url}) == 3
    assert config.school_url.startswith("sqlite:///")


def test_an_address_is_kept_without_its_last_slash_because_origins_have_none() -> None:
    assert Config(public_url="https://kiosk.school.example/").public_url == "https://kiosk.school.example"
    assert Config(public_url="https://kiosk.school.example").over_https
    assert not Config(public_url="http://kiosk.school.example").over_https


def test_languages_may_be_written_with_spaces_and_the_first_is_the_schools_own() -> None:
    assert Config(languages="cy, en ,zh-Hant").language_list == ["cy", "en", "zh-Hant"]


def test_a_content_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = Config(content_dir=tmp_path / "nowhere")
    with pytest.raises(ContentError, match="nowhere"):
        read_facts(missing.content_path)
