"""The wheel stands alone: content, translations and built files are in it, under every Python that is found here."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.package.registry import skip_without_registry
from tests.serving import HOST, reserved_port, stop, wait_until
from tests.tree import ROOT

pytestmark = [pytest.mark.later, pytest.mark.timeout(1800)]

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
UV = Path(sys.executable).parent / "uv"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    asked = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(asked, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module", params=PYTHONS)
def kiosk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> Iterator[Path]:
    """The command, from pinned wheels alone in an environment of one Python; skips where that is not here."""
    folder = tmp_path_factory.mktemp(f"python{request.param}")
    found = subprocess.run(
        [UV, "python", "find", "--no-project", "--no-python-downloads", request.param],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        pytest.skip(f"Python {request.param} is not on this machine")
    subprocess.run([UV, "venv", "--quiet", "--python", found.stdout.strip(), folder / "env"], check=True)
    into: list[str | Path] = [
        UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        folder / "env/bin/python",
        "--no-build",
    ]
    pinned: list[str | Path] = ["--require-hashes", "-r", ROOT / "requirements/run.txt"]
    for what in (pinned, ["--no-deps", wheel]):
        ran = subprocess.run([*into, *what], capture_output=True, text=True, check=False)
        skip_without_registry(ran)
        assert ran.returncode == 0, ran.stderr
    yield folder / "env/bin/kiosk"


def _settings(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIOSK_", "PYTHON"))}
    return kept | {"KIOSK_AS_ROOT": "yes", "KIOSK_DATA_DIR": str(folder / "data")}


def _said(kiosk: Path, folder: Path, *asked: str) -> str:
    ran = subprocess.run(
        [kiosk, *asked], cwd=folder, env=_settings(folder), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _page(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_a_school_begins_and_is_served_without_a_checkout(kiosk: Path, tmp_path: Path) -> None:
    assert "0 errors" in _said(kiosk, tmp_path, "content", "check")
    assert "pl:" in _said(kiosk, tmp_path, "translations", "status")
    _said(kiosk, tmp_path, "init", "--name", "Mr Novak", "--email", "novak@school.example")
    with reserved_port() as port:
        server = subprocess.Popen(
            [kiosk, "serve", "--port", str(port)],
            cwd=tmp_path,
            env=_settings(tmp_path),
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: _page(port, "/healthz")[0], lambda: "it does not answer")
            assert 'lang="ur"' in _page(port, "/home/?lang=ur")[1]
            assert _page(port, "/static/built/kiosk.css")[0] == 200
            status, body = _page(port, "/report/ks2/pl")
            assert (status, "0800 1111" in body) == (503, True)  # nobody can read yet
        finally:
            stop(server)
