"""`kiosk doctor --privacy`: what a proxy writes down about report pages is found, file by file; nothing else is."""

import bz2
import gzip
import lzma
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.report.intake.store import open_intake
from kiosk.sealing.site_key import make_site_key
from kiosk.upkeep.doctor import traces
from kiosk.upkeep.doctor.checks import Finding
from tests.serving import reserved_port, running_kiosk
from tests.tree import ROOT
from tests.upkeep.logging_proxy import proxy_before

NOBODY = 65534
OLD_LINE = b'10.0.0.7 - - [25/Nov/2026:10:20:31] "POST /report/ks2/en HTTP/1.1" 200\n'
ADVICE = "switch this log off for /report (docs/deploy/proxy.md), then delete the lines and their old copies"


@dataclass
class Served:
    """A school that serves, and the folder in which a proxy would write."""

    config: Config
    port: int
    logs: Path

    def at(self, proxy: int) -> Config:
        """Its settings, with the proxy as its public address."""
        return self.config.model_copy(update={"public_url": f"http://127.0.0.1:{proxy}"})


@pytest.fixture(scope="module")
def served(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    data_dir = folder / "school"
    shutil.copytree(migrated, data_dir)
    make_site_key(data_dir / "site.key")
    logs = folder / "log"
    logs.mkdir()
    with reserved_port() as port:
        settings = {"KIOSK_DATA_DIR": str(data_dir)}
        with running_kiosk(
            "serve", "--port", str(port), port=port, settings=settings, log=logs / "kiosk.log"
        ):
            yield Served(Config(data_dir=data_dir), port, logs)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of logs; those of the machine that tests run on are left alone."""
    monkeypatch.setattr(traces, "USUAL_FOLDERS", ())
    made = tmp_path / "log"
    made.mkdir()
    return made


def find_traces(config: Config, *folders: Path) -> list[Finding]:
    return list(traces.look_for_traces(config, folders, wait=0))


def bad(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings if not finding.good]


@pytest.mark.later
def test_a_proxy_that_keeps_no_log_leaves_nothing_to_find(served: Served, folder: Path) -> None:
    with proxy_before(served.port, log=None) as proxy:
        found = find_traces(served.at(proxy), folder, served.logs)
    assert bad(found) == []
    asked, data, given, own = (finding.text for finding in found)
    assert asked.startswith(
        f"http://127.0.0.1:{proxy} was asked for report pages with the mark kiosk-doctor-"
    )
    assert data.startswith(f"{served.config.data_dir}: nothing about report pages in ")
    assert given == f"{folder}: nothing about report pages in 0 files"
    assert own == f"{served.logs}: nothing about report pages in 1 files"


def test_a_proxy_that_keeps_a_log_is_found_with_the_file_and_what_to_do(served: Served, folder: Path) -> None:
    log = folder / "access.log"
    with proxy_before(served.port, log) as proxy:
        found = find_traces(served.at(proxy), folder)
    written = log.read_text().splitlines()
    assert ["kiosk-doctor-" in line for line in written] == [True] * 3, (
        "the control: each request is written down"
    )
    assert bad(found) == [f"{log}: lines about report pages (3 about this request); {ADVICE}"]


def test_the_address_of_homes_is_asked_too_and_its_lines_are_found(served: Served, folder: Path) -> None:
    log = folder / "homes.log"
    with proxy_before(served.port, log=None) as proxy, proxy_before(served.port, log) as homes:
        config = served.at(proxy).model_copy(update={"families_url": f"http://127.0.0.1:{homes}"})
        found = find_traces(config, folder)
    assert sum("was asked for report pages" in finding.text for finding in found) == 2
    assert bad(found) == [f"{log}: lines about report pages (3 about this request); {ADVICE}"]


def test_the_marked_requests_reach_nobody(served: Served, folder: Path) -> None:
    def rows() -> list[int]:
        dumped = subprocess.run(
            [sys.executable, "-c", COUNT, str(served.config.data_dir)],
            capture_output=True,
            check=True,
            text=True,
        )
        return [int(number) for number in dumped.stdout.split()]

    before = rows()
    with proxy_before(served.port, log=None) as proxy:
        find_traces(served.at(proxy), folder)
    assert rows() == before
    keeper = open_intake(served.config)
    assert keeper.slots() == []
    keeper.dispose()


COUNT = """
import sqlite3, sys
for name in ("school", "reports", "sessions"):
    base = sqlite3.connect(f"{sys.argv[1]}/{name}.sqlite")
    for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        print(base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
"""


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, bz2.compress, lzma.compress], ids=["plain", "gz", "bz2", "xz"]
)
@pytest.mark.parametrize(
    "line",
    [
        OLD_LINE,
        b'{"request":{"method":"GET","uri":"/report/ks2/en"}}\n',
        b"10:20 GET https://kiosk.school.example/report?x=1\n",
        b"error in /report\n",
        b"10:20 GET https://kiosk.school.example:443/report/ks2/en 200\n",
        b"upstream 127.0.0.1:8000/report/ks2/en did not answer\n",
        b'upstream: "http://[::1]:8000/report?x=1"\n',
        b'{"request":{"uri":"\\/report\\/ks2\\/en"}}\n',
        b'{"referer":"https:\\/\\/kiosk.school.example\\/report\\/ks2"}\n',
        b'{"referer":"https:\\/\\/kiosk.school.example:443\\/report"}\n',
        b'{"line":"{\\"uri\\":\\"\\\\/report\\\\/ks2\\"}"}\n',
        b'{"line":"GET \\"/report\\" 200"}\n',
        b"10:20 GET https://families.school.example/report/kin/en 200\n",
    ],
)
def test_older_lines_are_found_compressed_ones_too(
    folder: Path, pack: Callable[[bytes], bytes], line: bytes
) -> None:
    deep = folder / "nginx" / "old"
    deep.mkdir(parents=True)
    (deep / "access.log.2").write_bytes(pack(b"10:19 GET /learn/\n" + line * 2))
    config = Config(
        data_dir=folder / "none",
        public_url="https://kiosk.school.example",
        families_url="https://families.school.example",
    )
    found = list(traces._search_folder(folder, traces._trace_pattern(config, "mark"), b"mark"))
    assert bad(found) == [f"{deep / 'access.log.2'}: lines about report pages (2 older); {ADVICE}"]


@pytest.mark.parametrize(
    "line",
    [
        b"install /usr/share/apport/report\n",
        b"reports.sqlite\n",
        b"GET /reporting/x\n",
        b"GET /learn/report\n",
        b"GET https://kiosk.school.example/reports\n",
        b"GET https://kiosk.school.example:443/reports/x\n",
        b"GET https://kiosk.school.example:443/staff/report-x\n",
        b"127.0.0.1:8000/staff/report/7\n",
        b"127.0.0.1:8000/report-x\n",
        b'{"uri":"\\/reports\\/ks2"}\n',
        b'{"uri":"\\/learn\\/report\\/ks2"}\n',
        b'{"uri":"\\/staff\\/report-x"}\n',
        b"GET https://paper.example/report/monday\n",
    ],
)
def test_what_only_looks_like_it_is_not_found(folder: Path, line: bytes) -> None:
    (folder / "dpkg.log").write_bytes(line)
    config = Config(data_dir=folder / "none", public_url="https://kiosk.school.example")
    found = list(traces._search_folder(folder, traces._trace_pattern(config, "mark"), b"mark"))
    assert bad(found) == []


def test_what_cannot_be_read_is_said_and_is_not_in_order(folder: Path) -> None:
    (folder / "access.log.3.zst").write_bytes(b"\x28\xb5\x2f\xfd....")
    (folder / "access.log.4.gz").write_bytes(gzip.compress(OLD_LINE * 50)[:-9])
    config = Config(data_dir=folder / "none")
    pattern = traces._trace_pattern(config, "mark")
    assert bad(list(traces._search_folder(folder, pattern, b"mark"))) == [
        f"{folder}/access.log.3.zst: it is packed in a way that is not read here, so nobody knows what stands in it",
        f"{folder}/access.log.4.gz: it cannot be read (EOFError), so nobody knows what stands in it",
    ]
    gone = folder / "gone"
    assert bad(list(traces._search_folder(gone, pattern, b"mark"))) == [
        f"{gone}: there is no such folder, so nobody knows what stands in it"
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as somebody else")
def test_a_folder_that_this_user_may_not_open_is_said(served: Served, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    try_it = (
        "import sys; from pathlib import Path; "
        "from kiosk.upkeep.doctor import traces; from kiosk.config import Config\n"
        "for one in traces._search(Path(sys.argv[1]), traces._pattern(Config(), 'mark'), b'mark'): print(one.text)"
    )
    for above in tmp_path.parents:
        above.chmod(above.stat().st_mode | 0o001)
    tmp_path.chmod(0o711)
    done = subprocess.run(
        [sys.executable, "-c", try_it, str(shut)], user=NOBODY, group=NOBODY, extra_groups=[],
        env={"PYTHONPATH": str(ROOT)}, cwd="/", capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("another user may not run this Python")
    assert done.stdout == (
        f"{shut}: it may not be read by this user (run this as root), so nobody knows what stands in it\n"
    )


@pytest.mark.later
def test_an_address_that_does_not_answer_or_is_not_kiosk_is_said(folder: Path) -> None:
    with reserved_port() as nobody:
        away = Config(data_dir=folder / "none", public_url=f"http://127.0.0.1:{nobody}")
        (said,) = bad(find_traces(away, folder))
    assert (
        said == f"{away.public_url} could not be asked (Connection refused); only older lines are looked for"
    )


@pytest.mark.later
def test_the_command_ends_with_one_where_something_was_found(
    served: Served, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def command() -> int:
        settings = {
            "KIOSK_DATA_DIR": str(served.config.data_dir),
            "KIOSK_PUBLIC_URL": f"http://127.0.0.1:{proxy}",
        }
        return (
            CliRunner().invoke(main, ["doctor", "--privacy", "--logs", str(folder)], env=settings).exit_code
        )

    with proxy_before(served.port, log=None) as proxy:
        assert command() == 0
        (folder / "old.log").write_bytes(OLD_LINE)
        assert command() == 1
