"""The `kiosk` command: what it does, what it refuses in plain lines, and exit codes that mean something."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.cli.main import main
from kiosk.cli.shared import plainly
from kiosk.config import Config, load_config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.start import open_databases
from kiosk.storage.db import Databases
from kiosk.wording.facts import Facts
from tests.factories import make_reader
from tests.mail_server import MailServer
from tests.upkeep.looked_at import proven_today

GOOD_ROSTER = "first_name,last_name,class,year\nAmira,Khan,5B,5\nLeo,Shah,5B,5\n"
NEXT_ROSTER = "first_name,last_name,class,year\nAmira,Khan,6B,6\nNoor,Ali,6B,6\n"
BAD_ROSTER = "first_name,last_name,class,year,hobby\nAmira,Khan,5B,5,chess\n,Shah,5B,5,\nLeo,Shah,5B,99,\n"
ADMINISTRATOR = ("--name", "Mr Novak", "--email", "novak@school.example")


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a school of this test alone, and no setting of this machine."""
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KIOSK_AS_ROOT", "yes")  # as the tests may run
    monkeypatch.setenv("KIOSK_PORT", "0")  # any free one: somebody may serve on the usual one
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "school"
    monkeypatch.setenv("KIOSK_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def school(migrated: Path, data_dir: Path) -> Iterator[Databases]:
    """A school that is set up and empty."""
    shutil.copytree(migrated, data_dir)
    assert kiosk("init", *ADMINISTRATOR).exit_code == 0
    stores = open_databases(Config(data_dir=data_dir))
    yield stores
    stores.dispose()


@pytest.fixture
def on_the_day_of_the_last_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Review dates are judged as on that day, so that no test here fails by the calendar."""
    monkeypatch.setattr("kiosk.cli.content.now_utc", lambda: datetime(2026, 12, 1, 12, tzinfo=UTC))
    monkeypatch.setattr(Facts, "overdue", lambda facts, today: [])


def kiosk(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=typed, prog_name="kiosk")


def refused(result: Result) -> str:
    """The one line that a refusal says, with nothing on standard output."""
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("kiosk: ")
    return line.removeprefix("kiosk: ")


def every_command(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in sorted(group.commands.items()):
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


COMMANDS = list(every_command(main))


def pupils(databases: Databases) -> list[tuple[str, str]]:
    with databases.school.session(write=False) as session:
        found = session.execute(
            select(Pupil.first_name, ClassGroup.name).join(ClassGroup).where(Pupil.left_on.is_(None))
        )
        return sorted((name, group) for name, group in found)


def test_the_commands_are_those_of_the_contract() -> None:
    names = {" ".join(path) for path, command in COMMANDS if not isinstance(command, click.Group)}
    promised = {"demo", "init", "serve", "worker", "db upgrade", "content check", "doctor"}
    promised |= {"roster import", "roster export", "translations status", "log verify", "staff link"}
    assert promised <= names


@pytest.mark.parametrize("path", [path for path, _ in COMMANDS], ids=" ".join)
def test_every_command_says_what_it_does(path: tuple[str, ...]) -> None:
    result = kiosk(*path, "--help")
    assert result.exit_code == 0
    assert f"Usage: kiosk {' '.join(path)}" in result.stdout
    told = result.stdout.split("\n\n")[1].strip()
    assert told.endswith(".")
    assert len(told) > 12


def test_the_version_is_that_of_the_package() -> None:
    assert kiosk("--version").stdout.strip().endswith(version("kiosk"))


def test_a_word_that_is_no_command_is_a_mistake_of_its_own() -> None:
    assert kiosk("teach").exit_code == 2


def test_init_prints_one_link_and_a_second_init_refuses(data_dir: Path) -> None:
    first = kiosk("init", *ADMINISTRATOR)
    assert first.exit_code == 0
    (link,) = re.findall(r"http://127\.0\.0\.1:8000/staff/welcome/\S+", first.stdout)
    assert len(link.rsplit("/", 1)[1]) > 30
    assert (data_dir / "site.key").stat().st_mode & 0o777 == 0o600
    assert (data_dir).stat().st_mode & 0o777 == 0o700
    key = (data_dir / "site.key").read_bytes()
    again = kiosk("init", "--name", "Ms Other", "--email", "other@school.example")
    assert refused(again) == f"KIOSK_DATA_DIR: {data_dir} holds a school already"
    assert (data_dir / "site.key").read_bytes() == key
    with open_databases(Config(data_dir=data_dir)).school.session(write=False) as session:
        assert session.scalars(select(StaffMember.email)).all() == ["novak@school.example"]
        digest = session.scalars(select(StaffMember.invitation_digest)).one()
    assert digest
    assert link.rsplit("/", 1)[1].encode() not in digest, "only its digest is kept"


def test_init_asks_for_what_it_is_not_told() -> None:
    result = kiosk("init", typed="Mr Novak\nnovak@school.example\n")
    assert result.exit_code == 0
    assert "Name of the first administrator" in result.stdout


def test_init_refuses_an_address_that_is_none() -> None:
    result = kiosk("init", "--name", "Mr Novak", "--email", "novak")
    assert result.exit_code == 1
    assert "welcome/" not in result.output


def test_upgrading_says_what_it_did_and_the_second_time_that_there_is_nothing_to_do() -> None:
    assert kiosk("db", "upgrade").stdout == "upgraded: school, reports, sessions\n"
    assert kiosk("db", "upgrade").stdout == "everything is up to date\n"


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("roster", "import", "one.csv")], ids=" ".join)
def test_nothing_starts_on_a_schema_that_is_behind(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(GOOD_ROSTER)
    assert refused(kiosk(*words)) == "the school database is not up to date; run `kiosk db upgrade`"


@pytest.mark.parametrize("words", [("serve",), ("roster", "import", "one.csv")], ids=" ".join)
def test_nothing_starts_without_its_key(words: tuple[str, ...], tmp_path: Path, data_dir: Path) -> None:
    (tmp_path / "one.csv").write_text(GOOD_ROSTER)
    kiosk("db", "upgrade")
    line = refused(kiosk(*words))
    assert line.startswith(f"KIOSK_SECRET_KEY_FILE: cannot read {data_dir}/site.key; `kiosk key restore` ")


@pytest.mark.parametrize(
    "words",
    [("serve",), ("worker",), ("db", "upgrade"), ("content", "check"), ("doctor",), ("init", *ADMINISTRATOR)],
    ids=" ".join,
)
def test_every_command_refuses_a_bad_setting_in_one_line(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TIMEZONE", "Mars/Base")
    assert refused(kiosk(*words)).startswith("KIOSK_TIMEZONE: ")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_root_serves_nothing_unless_somebody_says_so(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_AS_ROOT")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert refused(kiosk(command)).startswith("as root kiosk does not serve: ")
    assert "as root" not in refused(kiosk(command, "--as-root"))  # it has other reasons: there is no school


@pytest.mark.parametrize("words", [("serve",), ("db", "upgrade"), ("init", *ADMINISTRATOR)], ids=" ".join)
def test_a_data_folder_that_cannot_be_one_is_named(words: tuple[str, ...], data_dir: Path) -> None:
    data_dir.write_text("a file, not a folder")
    assert str(data_dir) in refused(kiosk(*words))


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("db", "upgrade")], ids=" ".join)
def test_a_file_that_is_no_database_is_said_to_be_none(words: tuple[str, ...], data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "school.sqlite").write_text("this is no database, whatever its name says" * 200)
    assert "not a database" in refused(kiosk(*words))


def test_a_database_server_that_is_not_there_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_DATABASE_URL", "postgresql://kiosk:hush@127.0.0.1:9/kiosk")
    line = refused(kiosk("db", "upgrade"))
    assert "127.0.0.1" in line
    assert "hush" not in line


def test_a_roster_is_imported_and_a_second_one_moves_and_lets_go(school: Databases, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(GOOD_ROSTER)
    first = kiosk("roster", "import", "one.csv")
    assert (first.exit_code, pupils(school)) == (0, [("Amira", "5B"), ("Leo", "5B")])
    assert "new: 2" in first.stdout
    (tmp_path / "two.csv").write_text(NEXT_ROSTER)
    for words in ((), ("--leaving", "2")):  # half of the school would leave
        asked = kiosk("roster", "import", "two.csv", *words)
        assert (asked.exit_code, pupils(school)) == (1, [("Amira", "5B"), ("Leo", "5B")])
        assert "is this a list of the whole school" in asked.stderr
        assert "say `--leaving 1`" in asked.stderr
    second = kiosk("roster", "import", "two.csv", "--leaving", "1")
    assert pupils(school) == [("Amira", "6B"), ("Noor", "6B")]
    for said in ("new: 1", "moved: 1", "leavers: 1"):
        assert said in second.stdout


def test_one_bad_row_and_nothing_is_written(school: Databases, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(BAD_ROSTER)
    result = kiosk("roster", "import", "bad.csv")
    assert (result.exit_code, pupils(school)) == (1, [])
    assert isinstance(result.exception, SystemExit), "it is refused, it does not break"
    assert "ignored column: hobby" in result.stdout
    assert "line 3: " in result.stdout
    assert "line 4: " in result.stdout
    assert "Done" not in result.stdout


def test_a_dry_run_says_what_would_change_and_changes_nothing(school: Databases, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(GOOD_ROSTER)
    result = kiosk("roster", "import", "one.csv", "--dry-run")
    assert (result.exit_code, pupils(school)) == (0, [])
    assert "new: 2" in result.stdout
    assert "Nothing was written." in result.stdout


def test_what_is_exported_can_be_imported_and_changes_nothing(school: Databases, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(GOOD_ROSTER)
    kiosk("roster", "import", "one.csv")
    exported = kiosk("roster", "export")
    assert exported.exit_code == 0
    assert exported.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert b"Amira" in exported.stdout_bytes
    assert b"Khan" not in exported.stdout_bytes, "surnames are not kept"


def test_a_file_that_is_not_there_is_a_mistake_of_its_own(school: Databases) -> None:
    assert kiosk("roster", "import", "nowhere.csv").exit_code == 2


def test_a_pipe_that_is_closed_early_is_no_word_about_errors() -> None:
    @click.command()
    @plainly
    def talk() -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    said = CliRunner().invoke(talk)
    assert (said.exit_code, said.output) == (1, "")


@pytest.mark.usefixtures("on_the_day_of_the_last_check")
def test_doctor_says_one_line_a_finding_and_fails_while_something_is_to_be_done(school: Databases) -> None:
    _set_up(school)
    result = kiosk("doctor")
    assert result.exit_code == 1, "no mail server yet"
    lines = result.stdout.splitlines()
    assert all(line.startswith(("ok   ", "LOOK ")) for line in lines)
    assert [line for line in lines if line.startswith("LOOK")] == ["LOOK  mail server: not set; alerts wait"]
    quiet = kiosk("doctor", "--quiet")
    assert (quiet.exit_code, quiet.stdout) == (1, "LOOK  mail server: not set; alerts wait\n")


@pytest.mark.usefixtures("on_the_day_of_the_last_check")
def test_doctor_is_content_once_everything_is_in_order(
    school: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailServer()
    monkeypatch.setenv("KIOSK_SMTP_URL", server.url)
    _set_up(school)
    result = kiosk("doctor")
    assert (kiosk("doctor", "--quiet").exit_code, kiosk("doctor", "--quiet").stdout) == (0, "")
    server.stop()
    assert (result.exit_code, server.postbox.mails) == (0, []), result.stdout


def _set_up(school: Databases) -> None:
    with school.reports.write() as session:
        for role in ("dsl", "coordinator"):
            make_reader(session, role)
    write_heartbeat(load_config(), datetime.now(UTC), None)
    proven_today(load_config())
