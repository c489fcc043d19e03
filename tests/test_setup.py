"""`scripts/setup.sh` installs what is pinned, and keeps the driver of PostgreSQL however a school updates."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tree import ROOT

# In place of Python and uv: they make the folders that the script looks at, and write down what they were asked for.
PYTHON = """#!/bin/sh
echo "python $*" >> "$ASKED"
echo "trusts $SSL_CERT_FILE $PIP_CERT" >> "$ASKED"
case "$*" in
  "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  "-m pip install"*) printf '#!/bin/sh\\necho "uv $*" >> "$ASKED"\\n' > .venv/bin/uv; chmod +x .venv/bin/uv ;;
esac
"""
POSTGRES = "requirements/postgres.txt"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing was set up yet, and a Python that installs nothing."""
    root = tmp_path / "kiosk"
    for part in ("scripts", "requirements"):
        shutil.copytree(ROOT / part, root / part)
    shutil.copy(ROOT / "pyproject.toml", root)
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return root


def _set_up(root: Path, *asked: str, **more: str) -> list[str]:
    """Run the script; returns the lines of uv that installed libraries."""
    log = root.parent / "asked"
    log.write_text("")
    settings = {"PYTHON": str(root.parent / "python"), "ASKED": str(log)} | more
    subprocess.run(["sh", "scripts/setup.sh", *asked], cwd=root, env=os.environ | settings, check=True)
    return [
        line for line in log.read_text().splitlines() if line.startswith("uv") and "--editable" not in line
    ]


def test_everything_is_installed_by_hash_and_a_second_time_nothing(checkout: Path) -> None:
    (asked,) = _set_up(checkout, "build")
    assert "--require-hashes -r requirements/build.txt" in asked
    assert POSTGRES not in asked
    assert _set_up(checkout, "build") == []


def test_a_school_that_asked_for_postgresql_once_has_it_after_an_update_and_in_a_venv_made_anew(
    checkout: Path,
) -> None:
    """An update that rebuilt .venv lost psycopg, and kiosk did not start."""
    _set_up(checkout, "build")
    (asked,) = _set_up(checkout, "build", "postgres")
    assert f"--require-hashes -r requirements/build.txt -r {POSTGRES}" in asked
    assert _set_up(checkout, "build") == []
    with (checkout / POSTGRES).open("a") as pins:
        pins.write("# a newer one\n")
    assert [POSTGRES in one for one in _set_up(checkout, "build")] == [True]
    shutil.rmtree(checkout / ".venv")
    assert [POSTGRES in one for one in _set_up(checkout, "build")] == [True]


def test_a_driver_that_somebody_installed_by_hand_is_kept_too(checkout: Path) -> None:
    _set_up(checkout, "build")
    (checkout / ".venv/lib/python3.11/site-packages/psycopg").mkdir(parents=True)
    assert [POSTGRES in one for one in _set_up(checkout, "build")] == [True]


def test_where_kiosk_is_tested_the_driver_is_no_wish_of_a_school(checkout: Path) -> None:
    _set_up(checkout, "test")
    (checkout / ".venv/lib/python3.11/site-packages/psycopg").mkdir(parents=True)
    assert _set_up(checkout, "build") == []
    assert not (checkout / ".extras").exists()


def test_an_extra_that_does_not_exist_is_named(checkout: Path) -> None:
    ran = subprocess.run(
        ["sh", "scripts/setup.sh", "build", "oracle"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "no extra oracle" in ran.stderr


def test_behind_a_filter_that_inspects_tls_the_certificates_of_the_machine_are_trusted(
    checkout: Path,
) -> None:
    own = checkout.parent / "filter.pem"
    own.write_text("the certificate of a filter")
    _set_up(checkout, "build", SSL_CERT_FILE=str(own), PIP_CERT="")
    assert f"trusts {own} {own}" in (checkout.parent / "asked").read_text().splitlines()
    shutil.rmtree(checkout / ".venv")
    _set_up(checkout, "build", SSL_CERT_FILE="/gone", PIP_CERT="/chosen")
    found = {
        line for line in (checkout.parent / "asked").read_text().splitlines() if line.startswith("trusts")
    }
    assert all(line.endswith(" /chosen") and "/gone" not in line for line in found)
