"""`make check` finds libraries with known vulnerabilities, and says so where it could not look."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.tree import ROOT

SCRIPT = ROOT / "scripts/vulnerabilities.py"
FOUND = {
    "id": "GHSA-test-test-test",
    "aliases": ["CVE-2099-0001"],
    "summary": "It gives everything away.",
    "affected": [
        {
            "package": {"name": "flask", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
        }
    ],
}
REASON = "Only its command line is affected, which kiosk never runs."


class Advisories(BaseHTTPRequestHandler):
    """An advisory source that knows one vulnerability, of Flask."""

    asked: ClassVar[list[str]]
    broken = False

    def do_GET(self) -> None:
        self._say(405, {})

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(sent["package"]["name"])
        self._say(
            500 if self.broken else 200, {"vulns": [FOUND]} if sent["package"]["name"] == "flask" else {}
        )

    def _say(self, status: int, answer: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *said: object) -> None:
        """Nothing."""


@pytest.fixture
def source() -> Iterator[type[Advisories]]:
    """A source of its own for a test; `address` names it."""

    class Source(Advisories):
        asked: ClassVar[list[str]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Source)
    Source.address = f"http://127.0.0.1:{server.server_port}/v1/query"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Source
    server.shutdown()
    server.server_close()
    thread.join()


def _check(tmp_path: Path, address: str, accepted: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the script as `make check` does."""
    (tmp_path / "accepted.toml").write_text(accepted)
    settings = {
        "ADVISORIES_URL": address,
        "ADVISORIES_ACCEPTED": str(tmp_path / "accepted.toml"),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    return subprocess.run(
        [sys.executable, str(SCRIPT)], env=os.environ | settings, capture_output=True, text=True, check=False
    )


def _accept(id: str, until: date, reason: str = REASON) -> str:
    return f'[[accepted]]\nid = "{id}"\nreason = "{reason}"\nuntil = {until}\n'


def _address(source: type[Advisories]) -> str:
    return str(source.address)  # type: ignore[attr-defined]


def test_every_pinned_library_is_asked_for_and_a_known_vulnerability_fails_the_check(
    source: type[Advisories], tmp_path: Path
) -> None:
    ran = _check(tmp_path, _address(source))
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "flask " in ran.stdout
    assert "CVE-2099-0001, fixed in 99.0" in ran.stdout
    assert {"flask", "sqlalchemy", "psycopg", "pynacl", "uv", "hatchling"} <= set(source.asked)


@pytest.mark.later
@pytest.mark.parametrize("name", ["GHSA-test-test-test", "CVE-2099-0001"])
def test_one_that_is_accepted_by_any_of_its_names_passes_until_its_date(
    name: str, source: type[Advisories], tmp_path: Path
) -> None:
    ran = _check(tmp_path, _address(source), _accept(name, date.today()))  # noqa: DTZ011
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (_accept("GHSA-test-test-test", date.today() - timedelta(days=1)), "look at it again"),  # noqa: DTZ011
        # 92 and not 91: the entry is written before the run, and midnight may come between.
        (_accept("GHSA-test-test-test", date.today() + timedelta(days=92)), "90 days are the most"),  # noqa: DTZ011
        (_accept("GHSA-test-test-test", date(2099, 1, 1), "harmless"), "say in a sentence why"),
        ('[[accepted]]\nid = "GHSA-test-test-test"\nuntil = 2099-01-01\n', "reason"),
        (f'[[accepted]]\nid = "GHSA-x"\nreason = "{REASON}"\nuntil = "soon"\n', "is a date"),
    ],
)
def test_an_entry_without_a_reason_or_with_a_wrong_date_fails_also_without_a_network(
    entry: str, said: str, tmp_path: Path
) -> None:
    ran = _check(tmp_path, "http://127.0.0.1:1/", entry)
    assert ran.returncode == 1
    assert said in ran.stdout


@pytest.mark.later
def test_a_source_that_is_away_hangs_or_breaks_is_said_and_fails_nothing(
    source: type[Advisories], tmp_path: Path
) -> None:
    source.broken = True
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        hangs = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        for address in ("http://127.0.0.1:1/", "http://nowhere.invalid/", hangs, _address(source)):
            began = time.monotonic()
            ran = _check(tmp_path, address)
            assert (ran.returncode, ran.stdout.count("not checked: ")) == (0, 1), ran.stdout + ran.stderr
            assert "\n" not in ran.stdout.strip()
            print(f"{address}: {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure, never a limit here
