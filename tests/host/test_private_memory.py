"""What children typed stays in the process: another process of the same user can neither read nor trace it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.sealing.site_key import make_site_key
from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, wait_until
from tests.tree import ROOT

NOBODY = 65534
LOOK = """
import ctypes, sys
pid = int(sys.argv[1])
try:
    with open(f"/proc/{pid}/mem", "rb"):
        print("read", end=" ")
except OSError:
    print("refused", end=" ")
PTRACE_SEIZE = 0x4206
print("traced" if ctypes.CDLL(None).ptrace(PTRACE_SEIZE, pid, 0, 0) == 0 else "refused")
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the switch is Linux's")


@pytest.mark.later
def test_the_switch_is_set_and_forked_processes_have_it() -> None:
    asked = (
        "import ctypes, os; from kiosk.server.serving import leave_no_core; get = lambda: ctypes.CDLL(None).prctl(3);"
        "print(get(), end=' ', flush=True); leave_no_core(); print(get(), end=' ', flush=True);"
        "os.fork() or print(get(), end='', flush=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1 0 0"


@contextmanager
def running(*words: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A program of an ordinary user, who has no right that others lack."""
    settings = {"KIOSK_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [sys.executable, *words], env=settings, cwd=folder, stdin=subprocess.PIPE,
        user=NOBODY, group=NOBODY, extra_groups=[],
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()


def look_into(pid: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(pid)],
        user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, text=True, check=True, cwd="/",
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """A school of that ordinary user."""
    if os.geteuid() != 0:
        pytest.skip("only root can start programs of another user")
    data_dir = tmp_path / "school"
    shutil.copytree(migrated, data_dir)
    make_site_key(data_dir / "site.key")
    for path in (data_dir, *data_dir.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    for above in (tmp_path, *tmp_path.parents):
        if above.stat().st_mode & 0o001 == 0:
            above.chmod(above.stat().st_mode | 0o001)
    may = subprocess.run([sys.executable, "-c", ""], user=NOBODY, group=NOBODY, cwd="/", capture_output=True)
    if may.returncode:
        pytest.skip("another user may not run this Python")
    return data_dir


def test_control_any_other_program_of_the_same_user_can_be_read_and_traced(folder: Path) -> None:
    with running("-c", "import sys; sys.stdin.read()", folder=folder) as process:
        if look_into(process.pid) != "read traced":
            pytest.skip("this system lets no program look into another, whatever kiosk asks")


@pytest.mark.later
def test_the_worker_can_not(folder: Path) -> None:
    with running("-m", "kiosk", "worker", folder=folder) as process:
        begun = folder / "worker.beat"
        wait_until(lambda: begun.exists() or process.poll() is not None, lambda: "it does not begin")
        assert process.poll() is None
        assert look_into(process.pid) == "refused refused"


def test_neither_can_the_server_nor_any_of_its_processes(folder: Path) -> None:
    with (
        reserved_port() as port,
        running("-m", "kiosk", "serve", "--port", str(port), folder=folder) as process,
    ):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_until(
            lambda: children.read_text().split() or process.poll() is not None, lambda: "it does not begin"
        )
        assert process.poll() is None, f"on {HOST}"
        for pid in (process.pid, *map(int, children.read_text().split())):
            assert look_into(pid) == "refused refused"
        process.terminate()
        process.wait(PATIENCE_SECONDS)
