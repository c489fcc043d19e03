"""Promise A8: whatever is thrown at the real server, its log holds no address, no word of a request, and no time."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo_school import ADDRESS, copied_demo

START_SECONDS = 60
TABLET = "127.0.0.77"
MARKER = b"marker-9913-of-a-child"
TIME_OF_DAY = re.compile(rb"\d\d:\d\d")
# Each is refused or broken off before the report app, or even the server, has understood it.
THROWN = {
    "no request at all": MARKER + b"\r\n\r\n",
    "a strange version": b"GET /report/" + MARKER + b" HTTP/9.9\r\nHost: x\r\n\r\n",
    "a strange method": b"G@T /report/ks2/" + MARKER + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "an endless address": b"GET /report/" + MARKER * 400 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a broken header": b"GET /report/ks2/en HTTP/1.1\r\nHost: x\r\n" + MARKER + b"\r\n\r\n",
    "a strange length": b"POST /report/ks2/en HTTP/1.1\r\nHost: x\r\nContent-Length: " + MARKER + b"\r\n\r\n",
    "a strange coding": b"POST /report/ks2/en HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
    + MARKER
    + b"\r\n\r\n",
    "a broken chunk": b"POST /report/ks2/en HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nzz" + MARKER + b"\r\n\r\n",
    "half a report": b"POST /report/ks2/en HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\nwords=" + MARKER,
    "a letter from another speech": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + MARKER,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """`kiosk serve` as a school runs it: its port and its log."""
    folder = tmp_path_factory.mktemp("server") / "school"
    copied_demo(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = folder / "server.log"
    with log.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "serve", "--port", str(port)],
            env=os.environ | {"KIOSK_DATA_DIR": str(folder), "KIOSK_PUBLIC_URL": ADDRESS},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(port, running, log)
            yield port, log
        finally:
            running.terminate()
            running.wait(30)


def _wait_for(port: int, running: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


def _throw(port: int, thrown: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(TABLET, 0)) as tablet:
        tablet.sendall(thrown)
        tablet.settimeout(1)
        try:
            while tablet.recv(65536):
                continue
        except OSError:
            return


@pytest.mark.parametrize("name", THROWN)
def test_the_log_says_nothing_of_who_sent_what_when(server: tuple[int, Path], name: str) -> None:
    port, log = server
    before = len(log.read_bytes())
    _throw(port, THROWN[name])
    time.sleep(0.3)
    said = log.read_bytes()[before:]
    assert TABLET.encode() not in said, said
    assert MARKER not in said, said
    assert not TIME_OF_DAY.search(said), said
