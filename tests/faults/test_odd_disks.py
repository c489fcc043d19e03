"""A real server on a disk that fills up, on one that may only be read, and beside content that breaks while it runs."""

import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kiosk.config import CHECKOUT_CONTENT_DIR
from kiosk.sealing.key_fingerprint import check_site_key
from kiosk.start import closing_databases
from tests.faults.school import make_school
from tests.faults.test_io_faults_disk import filled
from tests.pages import Page
from tests.serving import HOST, reserved_port, running_kiosk
from tests.tree import ROOT

DISK = 12 * 1024 * 1024
WORDS = "They said give me your bag and then they laughed"
SECRET = "a password that nobody may find in a log"
WHY = "is its disk read-only, or is it another user's?"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
NOT_IN_A_LOG = (
    "Traceback",
    "SELECT",
    "INSERT",
    "UPDATE",
    "[parameters",
    WORDS,
    SECRET,
    "laughed",
    "lead@school",
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    if not mounted("-t", "tmpfs", "-o", f"size={DISK}", "kiosk-odd-disk", str(place)):
        pytest.skip("a small disk can only be mounted by root, where the machine allows it")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def mounted(*how: str) -> bool:
    mount = shutil.which("mount")
    return bool(mount) and subprocess.run([str(mount), *how], capture_output=True).returncode == 0


@pytest.fixture
def folder(disk: Path) -> Path:
    """A school on that disk, whose report page is open."""
    config = make_school(disk / "data")
    with closing_databases(config) as databases:
        check_site_key(config, databases.school)
    return config.data_dir


@contextmanager
def serving(folder: Path, log: Path, **settings: str) -> Iterator[int]:
    with reserved_port() as port:
        origin = {"KIOSK_DATA_DIR": str(folder), "KIOSK_PUBLIC_URL": f"http://{HOST}:{port}", **settings}
        with running_kiosk("serve", "--port", str(port), port=port, settings=origin, log=log):
            yield port


def ask(port: int, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, port)
    connection.request(
        "POST" if form else "GET", path, urlencode(form) if form else None, FORM if form else {}
    )
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def report_form(port: int) -> dict[str, str]:
    status, page = ask(port, "/report/ks2/en")
    assert status == 200
    return {"nonce": Page(page).value("nonce"), "concern": "bullying", "words": WORDS, "danger": "no"}


def sign_in(port: int) -> int:
    return ask(port, "/staff/sign-in", {"email": "lead@school.example", "password": SECRET})[0]


def test_a_full_disk_is_said_to_everybody_in_their_words_and_is_over_when_it_is_over(
    folder: Path, disk: Path, tmp_path: Path
) -> None:
    log = tmp_path / "serve.log"
    with serving(folder, log) as port:
        form = report_form(port)
        with filled(disk, 0):
            status, page = ask(port, "/report/ks2/en", form)
            assert (status, WORDS in page) == (503, True)
            assert "could not save" in page.lower()
            assert ask(port, "/")[0] == 200
            assert ask(port, "/home/help")[0] == 200
            assert sign_in(port) in {422, 503}
        status, page = ask(port, "/report/ks2/en", form)
        assert (status, 'id="what-next"' in page) == (200, True)
        assert ask(port, "/healthz") == (503, "worker\n"), "the databases answer, and no worker runs here"
    said = log.read_text()
    assert [word for word in NOT_IN_A_LOG if word in said] == [], said


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_folder_that_may_only_be_read_stops_the_start_in_one_line(
    folder: Path, disk: Path, command: str
) -> None:
    if not mounted("-o", "remount,ro", str(disk)):
        pytest.skip("this machine cannot make a disk read-only")
    done = kiosk(folder, command)
    assert done.returncode == 1
    assert (done.stdout, done.stderr.count("\n")) == ("", 1), done.stderr
    assert done.stderr == f"kiosk: KIOSK_DATA_DIR: {folder} may not be written; {WHY}\n"
    assert [word for word in NOT_IN_A_LOG if word in done.stderr] == []


def test_doctor_goes_on_over_a_folder_that_may_only_be_read(folder: Path, disk: Path) -> None:
    if not mounted("-o", "remount,ro", str(disk)):
        pytest.skip("this machine cannot make a disk read-only")
    done = kiosk(folder, "doctor")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert all(line.startswith(("ok   ", "LOOK ")) for line in lines)
    assert f"LOOK  databases: KIOSK_DATA_DIR: {folder} may not be written; {WHY}" in lines, done.stdout
    assert lines[-1].split()[1] == "disk:"


def kiosk(folder: Path, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    environment = kept | {
        "KIOSK_AS_ROOT": "yes",
        "KIOSK_DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *command], env=environment, capture_output=True, text=True
    )


def test_a_calendar_and_content_that_break_while_it_runs_change_no_page_and_doctor_names_them(
    tmp_path: Path,
) -> None:
    content, log = tmp_path / "content", tmp_path / "serve.log"
    shutil.copytree(CHECKOUT_CONTENT_DIR, content)
    folder = make_school(tmp_path / "data").data_dir
    with serving(folder, log, KIOSK_CONTENT_DIR=str(content)) as port:
        before = {path: ask(port, path) for path in ("/", "/home/help", "/home/policy")}
        (folder / "calendar.toml").write_text("terms = [")
        for name in ("facts.yml", "helplines.yml", "pictures.yml"):
            (content / name).write_text("- [")
        shutil.rmtree(content / "lessons")
        assert {path: ask(port, path) for path in before} == before
        assert ask(port, "/report/ks2/en", report_form(port))[0] == 200
        found = kiosk(folder, "doctor", KIOSK_CONTENT_DIR=str(content)).stdout.splitlines()
    assert any(line.startswith("LOOK  calendar: KIOSK_CALENDAR_FILE: ") for line in found)
    assert any(line.startswith(f"LOOK  content: {content}/") and "would not start" in line for line in found)
    said = log.read_text()
    assert [word for word in NOT_IN_A_LOG if word in said] == [], said
    refused = kiosk(folder, "serve", KIOSK_CONTENT_DIR=str(content))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_doctor_looks_at_a_copy_of_a_school_at_work_in_another_folder(tmp_path: Path) -> None:
    """As docs/deploy/copies.md says: copy the folder elsewhere, point KIOSK_DATA_DIR there, and run doctor."""
    folder = make_school(tmp_path / "data").data_dir
    with serving(folder, tmp_path / "serve.log") as port:
        assert ask(port, "/report/ks2/en", report_form(port))[0] == 200
    copy = tmp_path / "elsewhere" / "copy"
    folder.chmod(0o700)
    shutil.copytree(folder, copy)
    done = kiosk(copy, "doctor")
    bad = [line for line in done.stdout.splitlines() if line.startswith("LOOK")]
    known = (
        "LOOK  mail server: not set",
        "LOOK  copies: no copy yet",
        "LOOK  drill: no copy was ever proven",
        "LOOK  worker: it has not run here",
        "LOOK  content: past their review date",
    )
    assert [line for line in bad if not line.startswith(known)] == [], json.dumps(bad, indent=1)
    assert "ok    schema: in order" in done.stdout
