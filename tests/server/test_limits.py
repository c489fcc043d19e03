"""What one process takes from strangers: how long, how many and how much, and what it says to whom it refuses."""

import re

import pytest

from kiosk.server import connection
from kiosk.server import loop as limits
from tests.server.asking import PAGE, Start, ask, connect, please, receive_all
from tests.serving import PATIENCE_SECONDS

MARKER = b"marker-4411"
EXPECT = "Expect: 100-continue\r\n"


@pytest.mark.parametrize(
    "begun", [b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"]
)
def test_whoever_takes_too_long_is_told_so_in_plain_words(
    start: Start, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(limits, "READ_SECONDS", 0.1)
    said = receive_all(connect(start(), begun + MARKER[:4]))
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"This took too long to arrive, so we did not get it." in said


@pytest.mark.parametrize("sentence", connection._WORDS.values())
def test_no_sentence_sends_anybody_back_to_a_form_that_is_empty_by_then(sentence: str) -> None:
    assert "back" not in sentence.lower()
    assert not re.search(r"\d", sentence), "numbers of help lines come from content/helplines.yml alone"


def test_dripping_wins_no_time(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_SECONDS", 0.5)
    one = connect(start(), b"GET / HTTP/1.1\r\nX: ")
    one.settimeout(0.05)
    said = b""
    for _ in range(PATIENCE_SECONDS * 20):
        try:
            one.sendall(b"x")
            said += one.recv(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            break
        if b"408" in said:
            break
    one.close()
    assert b"HTTP/1.1 408 " in said


def test_whoever_says_nothing_hears_nothing(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_SECONDS", 0.1)
    assert receive_all(connect(start())) == b""


def test_too_much_in_memory_ends_the_largest_unfinished(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_HELD_BYTES", 100_000)
    port = start()
    head = b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n"
    small, large = connect(port, head + b"x" * 1000), connect(port, head + b"x" * 200_000)
    assert receive_all(large) == b""
    assert ask(port).endswith(PAGE)
    small.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + MARKER * 4000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"431"),
        (b"POST /" + MARKER + b" HTTP/1.1\r\nContent-Length: 9999999\r\nHost: x\r\n\r\n", b"413"),
        (b"POST /" + MARKER + b" HTTP/1.1\r\nContent-Length: -1\r\nHost: x\r\n\r\n", b"400"),
        (b"G@T /" + MARKER + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + MARKER + b"\r\nHost: x\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: " + MARKER + b"\r\nHost: x\r\n\r\n", b"501"),
    ],
    ids=[
        "a long address",
        "a long body",
        "a strange length",
        "a strange method",
        "a broken header",
        "a coding",
    ],
)
def test_what_cannot_be_read_is_answered_in_one_plain_sentence(
    start: Start, sent: bytes, status: bytes
) -> None:
    said = ask(start(), sent)
    assert said.startswith((b"HTTP/1.1 " + status, b"HTTP/1.0 " + status))
    assert MARKER not in said
    assert said.count(b"\n\r\n") == 1
    assert said.partition(b"\r\n\r\n")[2].count(b"\n") == 1
    assert b"Server:" not in said


def test_long_forms_and_long_answers_touch_no_disk(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_files(*_: object, **__: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr("tempfile.TemporaryFile", no_files)
    body = b"x" * (limits.LONGEST_BODY - 1)
    sent = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    assert ask(start(), sent).endswith(body)


def test_chunks_count_like_any_other_body(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LONGEST_BODY", 2000)
    port = start()
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert ask(port, head + b"5\r\nhello\r\n0\r\n\r\n").endswith(b"hello")
    assert b" 413 " in ask(port, head + (b"64\r\n" + b"x" * 100 + b"\r\n") * 30)


def test_the_line_before_a_chunk_has_an_end(start: Start) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b" 400 " in ask(start(), head + b"5;" + b"x" * 20_000)


@pytest.mark.parametrize("sent", [please(headers=EXPECT), please(headers=EXPECT, body=b"hello")])
def test_whoever_asks_before_sending_a_form_is_answered_at_once(start: Start, sent: bytes) -> None:
    said = ask(start(), sent)
    assert said.endswith((PAGE, b"hello"))


def test_a_form_that_is_too_long_is_not_invited(start: Start) -> None:
    said = ask(
        start(), b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n" + EXPECT.encode() + b"\r\n"
    )
    assert said.startswith(b"HTTP/1.1 413 ")
