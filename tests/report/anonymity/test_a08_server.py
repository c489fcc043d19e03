"""Promise A8: whatever is thrown at the real server, its log holds no address, no word of a request, and no time."""

import contextlib
import re
import socket

import pytest

from tests.demo_school import ADDRESS, copied_demo
from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, running_kiosk

TABLET = "127.0.0.77"
MARKER = b"marker-9913-of-a-child"
TIME_OF_DAY = re.compile(rb"\d\d:\d\d")
# All but the first are refused or broken off before the report app, or even the server, has understood them.
THROWN = {
    "an ordinary visit": b"GET /report/ks2/en?" + MARKER + b" HTTP/1.0\r\nHost: x\r\n\r\n",
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
def logged(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What `kiosk serve` as a school runs it has logged by its end, after all of this was thrown at it."""
    folder = tmp_path_factory.mktemp("server") / "school"
    copied_demo(folder)
    settings, log = {"KIOSK_DATA_DIR": str(folder), "KIOSK_PUBLIC_URL": ADDRESS}, folder / "server.log"
    with (
        reserved_port() as port,
        running_kiosk("serve", "--port", str(port), port=port, settings=settings, log=log),
    ):
        for number, thrown in enumerate(THROWN.values()):
            _throw(port, thrown.replace(MARKER, _marked(number)))
    return log.read_bytes()


def _marked(number: int) -> bytes:
    return b"%s-%02d-" % (MARKER, number)


def _throw(port: int, thrown: bytes) -> None:
    """Send it, say that no more will come, and return when the server is done with it."""
    place = (HOST, port)
    with socket.create_connection(place, timeout=PATIENCE_SECONDS, source_address=(TABLET, 0)) as tablet:
        tablet.sendall(thrown)
        with contextlib.suppress(ConnectionError):
            tablet.shutdown(socket.SHUT_WR)
            while tablet.recv(65536):
                continue


@pytest.mark.main(4)
@pytest.mark.parametrize("number", range(len(THROWN)), ids=list(THROWN))
def test_the_log_says_nothing_of_what_was_sent(logged: bytes, number: int) -> None:
    assert _marked(number) not in logged, logged


def test_the_log_says_nothing_of_who_sent_it_and_when(logged: bytes) -> None:
    assert TABLET.encode() not in logged, logged
    assert not TIME_OF_DAY.search(logged), logged
