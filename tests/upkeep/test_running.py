"""Who may work on a data folder: servers and workers side by side, or one restore, update or move alone."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kiosk.cli import main as commands
from kiosk.config import Config, SettingError
from kiosk.host.files import make_private_file
from kiosk.start import check_user, closing_databases
from kiosk.upkeep.running import LOCK, running, stopped

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is locked on Windows")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
NOBODY = 65534
HOLD = "import sys; from pathlib import Path; from kiosk.config import Config; from kiosk.upkeep.running import running"


def test_servers_and_workers_run_side_by_side_and_nothing_is_restored_meanwhile(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "data")
    stop_first = pytest.raises(SettingError, match="stop `kiosk serve` and `kiosk worker` first")
    with running(config), running(config), stop_first, stopped(config):
        pass
    with stopped(config):
        with pytest.raises(SettingError, match="is being restored, updated or moved"), running(config):
            pass
        with pytest.raises(SettingError, match="is being restored, updated or moved"), stopped(config):
            pass
    with running(config):
        assert (tmp_path / "data" / LOCK).stat().st_mode & 0o777 == 0o600


def test_serve_and_worker_hold_the_lock_and_so_do_the_children_of_a_server_that_was_killed(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DATA_DIR", str(tmp_path))
    config, held = Config(data_dir=tmp_path), list[str]()

    def look(*_: object, **__: object) -> None:
        with pytest.raises(SettingError), stopped(config):
            pass
        held.append("held")

    def serve(_schools: object, *said: Any) -> None:
        with said[-1](config):  # what is entered for each school as long as it is served
            look()

    for name, command, instead in (("serve", "serve", serve), ("wait_for_databases", "worker", look)):
        with monkeypatch.context() as patched:
            patched.setattr(commands, name, instead)
            CliRunner().invoke(commands.main, [command])
    assert held == ["held", "held"]
    with stopped(config):
        said = CliRunner().invoke(commands.main, ["serve"])
    assert (said.exit_code, "is being restored, updated or moved" in said.output) == (1, True)


@pytest.mark.later
def test_a_lock_ends_with_the_last_process_that_has_it(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    words = f"{HOLD}\nimport os\nwith running(Config(data_dir=Path(sys.argv[1]))):\n"
    words += " if os.fork() == 0:\n  sys.stdin.readline(); os._exit(0)\n"
    words += " print('held', flush=True); os.kill(os.getpid(), 9)"
    with subprocess.Popen(
        [sys.executable, "-c", words, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"held\n"
        parent.wait()
        with pytest.raises(SettingError), stopped(config):
            pass
        parent.communicate(b"end\n")
    with stopped(config):
        pass


@as_root
def test_root_works_on_its_own_folder_and_never_on_that_of_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(data_dir=tmp_path)
    check_user(config)
    check_user(Config(data_dir=tmp_path / "not there yet"))
    os.chown(tmp_path, NOBODY, -1)
    said = "belongs to nobody, and files that root writes there would be shut to kiosk; .* `sudo -u nobody`"
    for way in (lambda: closing_databases(config), lambda: running(config), lambda: stopped(config)):
        with pytest.raises(SettingError, match=said), way():
            pass
    monkeypatch.setenv("KIOSK_DATA_DIR", str(tmp_path))
    for command in (["serve"], ["worker"], ["init", "--name", "A", "--email", "a@school.example"]):
        answer = CliRunner().invoke(commands.main, command)
        assert (answer.exit_code, "belongs to nobody" in answer.output) == (1, True)
    assert not list(tmp_path.iterdir())


@as_root
def test_a_file_that_root_makes_in_the_folder_of_kiosk_belongs_to_kiosk(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, -1)
    make_private_file(tmp_path / "school.sqlite")
    assert (tmp_path / "school.sqlite").stat().st_uid == NOBODY
