"""Every file that kiosk makes is for its user alone, whatever the umask and wherever the folder is."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.calendar.file import write_calendar
from kiosk.calendar.written import CalendarFile
from kiosk.config import Config, SettingError
from kiosk.host.files import write_durably
from kiosk.host.heartbeat import FILE_NAME
from kiosk.report.access.keyring import read_keyring
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import open_intake
from kiosk.sealing.site_key import read_site_key
from kiosk.start import closing_databases
from kiosk.upkeep.doctor.checks import check_private
from tests.factories import make_reader
from tests.report.sealed import sealed_report
from tests.serving import reserved_port, running_kiosk, wait_until
from tests.tree import ROOT

NOBODY = 65534
INIT = ["init", "--name", "Ms Novak", "--email", "novak@school.example"]


@pytest.fixture(params=[0o000, 0o022, 0o277], ids=["umask 000", "umask 022", "umask 277"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """How open, or how closed, files come out where nobody says how they shall be."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


AT_WORK = [0o000, *(pytest.param(one, marks=pytest.mark.later) for one in (0o022, 0o277))]


def open_to_others(folder: Path) -> list[str]:
    """Every file that is not 0600 and every folder that is not 0700."""
    return [
        f"{path.relative_to(folder)} {mode:o}"
        for path in (folder, *folder.rglob("*"))
        if (mode := stat.S_IMODE(path.lstat().st_mode)) != (0o700 if path.is_dir() else 0o600)
    ]


@pytest.mark.later
@pytest.mark.parametrize("umask", AT_WORK, ids=["umask 000", "umask 022", "umask 277"], indirect=True)
def test_all_that_a_school_at_work_makes_is_private(tmp_path: Path, umask: int) -> None:
    top = tmp_path / "srv"
    data_dir = top / "schools" / "hollybank"
    settings = {"KIOSK_DATA_DIR": str(data_dir), "KIOSK_CALENDAR_FILE": ""}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    environment = kept | settings | {"KIOSK_AS_ROOT": "yes", "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "kiosk", *INIT], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    config = Config(data_dir=data_dir)
    with closing_databases(config) as databases:
        with databases.reports.write() as reports:
            make_reader(reports, "coordinator")
        with databases.reports.session(write=False) as reports:
            sealed = sealed_report(read_keyring(reports), concern="bullying")
    keeper = open_intake(config)
    keeper.put(seal_report_item(read_site_key(config.key_path), sealed))
    keeper.dispose()
    write_calendar(config, CalendarFile())
    with reserved_port() as port:
        served = running_kiosk(
            "serve", "--port", str(port), port=port, settings=settings, log=tmp_path / "log"
        )
        worker = subprocess.Popen([sys.executable, "-m", "kiosk", "worker"], env=environment)
        with served:
            beat = data_dir / FILE_NAME
            wait_until(
                lambda: beat.exists() or worker.poll() is not None, lambda: "the worker does not begin"
            )
            assert open_to_others(top) == []
            made = {path.name for path in data_dir.rglob("*")}
            worker.terminate()
            worker.wait()
    expected = {"site.key", "calendar.toml", FILE_NAME, "worker.lock"}
    expected |= {
        f"{name}.sqlite{end}"
        for name in ("school", "reports", "sessions", "intake")
        for end in ("", "-wal", "-shm")
    }
    assert expected <= made
    assert open_to_others(top) == []
    check_private(config)


def test_a_file_that_must_last_has_the_mode_it_was_given(tmp_path: Path, umask: int) -> None:
    write_durably(tmp_path / "one", b"a word")
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600


@pytest.fixture
def school(migrated: Path, tmp_path: Path) -> Config:
    """A folder in order."""
    config = Config(data_dir=tmp_path / "school")
    shutil.copytree(migrated, config.data_dir)
    config.data_dir.chmod(0o700)
    check_private(config)
    return config


def refusal(config: Config) -> str:
    with pytest.raises(SettingError) as refused:
        check_private(config)
    return str(refused.value)


@pytest.mark.parametrize("name", ["school.sqlite", "reports.sqlite", "sessions.sqlite", "."])
@pytest.mark.parametrize("right", [0o040, 0o004, 0o020, 0o001])
def test_doctor_finds_what_others_may_open(school: Config, name: str, right: int) -> None:
    path = school.data_dir / name
    path.chmod(path.stat().st_mode | right)
    assert refusal(school) == f"others may read {path}; run chmod -R go= {school.data_dir}"


def test_a_database_elsewhere_is_looked_at_too(school: Config, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    shutil.copy(school.data_dir / "school.sqlite", elsewhere)
    elsewhere.chmod(0o644)
    config = school.model_copy(update={"database_url": f"sqlite:///{elsewhere}"})
    assert refusal(config) == f"others may read {elsewhere}; run chmod -R go= {elsewhere}"


def test_many_are_counted_and_not_all_named(school: Config) -> None:
    for number in range(9):
        copy = school.data_dir / f"copy-{number}"
        copy.touch()
        copy.chmod(0o644)  # whatever umask an earlier test left
    assert " and 4 more; run chmod" in refusal(school)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
def test_doctor_finds_a_file_of_another_user(school: Config) -> None:
    """As after a command that root ran: the service cannot write it."""
    path = school.data_dir / "reports.sqlite"
    os.chown(path, NOBODY, NOBODY)
    assert (
        refusal(school)
        == f"{path} belong to another user than kiosk runs as; run chown -R on {school.data_dir}"
    )
