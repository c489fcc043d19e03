"""What passes between two nodes: it says nothing of what was told, and strangers at the port hold nothing up."""

import http.client
import logging
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config import Config, Copies, SettingError
from kiosk.host.log_lines import name_schools, working_for
from kiosk.report.intake import keepers
from kiosk.report.intake.frames import (
    ANSWER_BYTES,
    FRAME_BYTES,
    LATEST,
    MOST_ITEMS,
    Frame,
    FrameBroken,
    fitting,
    read_frame,
    write_frame,
)
from kiosk.report.intake.keepers import MOST_UNPROVEN, PATH, check_keepers
from kiosk.report.intake.store import CopyItem, IntakeStore
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.storage.outages import LogThrottle
from tests.report.intake.two_nodes import Node, answered, ask, ids_of, keeper_of, two_nodes
from tests.report.sealed import KEY
from tests.serving import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.database("sqlite")
Nodes = tuple[Node, Node]


@pytest.fixture
def nodes(tmp_path: Path, config: Config, databases: Databases) -> Iterator[Nodes]:
    """Two nodes that thank a child once one has it; their keepers do not run."""
    with two_nodes(tmp_path, config, databases, Copies.ONE) as both:
        yield both


def test_a_frame_is_as_long_and_an_answer_too_whatever_was_told(nodes: Nodes) -> None:
    one, other = nodes
    lengths, answers = set[int](), set[int]()
    for _ in range(40):
        frame = write_frame(KEY, Frame("1", 1, fitting(one.intake_store.to_copy(MOST_ITEMS))), FRAME_BYTES)
        lengths.add(len(frame))
        answers.add(len(answered(keeper_of(other), frame)))
        one.tell()
    assert (len(lengths), len(answers)) == (1, 1)


def test_an_answer_does_not_wait_for_a_slow_disk_and_says_what_is_durable_by_then(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = nodes
    told, goes_on, take = one.tell().id, threading.Event(), IntakeStore.take_copies
    began = list[uuid.UUID]()

    def take_slowly(self: IntakeStore, items: Sequence[CopyItem]) -> None:
        began.extend(item.id for item in items)
        assert not items or goes_on.wait(PATIENCE_SECONDS)
        take(self, items)

    monkeypatch.setattr(IntakeStore, "take_copies", take_slowly)
    frame = Frame("1", one.intake_store.file_number(), fitting(one.intake_store.to_copy(MOST_ITEMS)))
    with keepers.keeping_for_each_other(other.config):
        assert [ask(other, frame).took for _ in range(3)] == [[], [], []]
        goes_on.set()
        wait_until(lambda: ask(other, frame).took == [(told, False)], lambda: "it is never said to be there")
    assert began == [told], "what is on its way to the disk, or there, is not stored again"


def test_the_beat_goes_on_while_what_the_other_node_has_is_noted_slowly(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = nodes
    goes_on, noted, asked = threading.Event(), threading.Event(), list[str]()

    def note_slowly(self: IntakeStore) -> None:
        noted.set()
        assert goes_on.wait(PATIENCE_SECONDS)

    request = http.client.HTTPConnection.request

    def count(self: http.client.HTTPConnection, method: str, path: str, box: bytes) -> None:
        asked.append(path)
        request(self, method, path, box)

    monkeypatch.setattr(IntakeStore, "copy_all_again", note_slowly)
    monkeypatch.setattr(http.client.HTTPConnection, "request", count)
    other.start()
    with keepers.keeping_for_each_other(one.config):
        wait_until(noted.is_set, lambda: "the other node does not answer")
        before = len(asked)
        wait_until(lambda: len(asked) > before + 2, lambda: "the beat waits for the disk")
        goes_on.set()


def test_the_longest_item_fits_and_many_go_in_more_than_one_frame() -> None:
    item = CopyItem(uuid.uuid4(), 2**33, True, bytes(16), True, bytes(40_000))
    assert fitting([item]) == [item]
    assert fitting([item, item]) == [item]
    too_long = replace(item, sealed=bytes(FRAME_BYTES))
    assert fitting([too_long, item]) == [item], "what never fits holds nothing else up"
    small = CopyItem(uuid.uuid4(), 2**33, True, bytes(16), True, bytes(4136))
    frame = write_frame(KEY, Frame("1" * 16, 2**31, fitting([small] * MOST_ITEMS)), FRAME_BYTES)
    assert len(frame) == len(write_frame(KEY, Frame("1", 1), FRAME_BYTES))
    took = [(uuid.uuid4(), False)] * MOST_ITEMS
    full = write_frame(KEY, Frame("1" * 16, 2**31, took=took), ANSWER_BYTES)
    assert len(full) == len(write_frame(KEY, Frame("1", 1), ANSWER_BYTES))


def test_a_frame_of_another_school_a_changed_one_and_an_old_one_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = write_frame(KEY, Frame("1", 1), FRAME_BYTES)
    assert read_frame(KEY, box).number == "1"
    for wrong in (box[:-1] + bytes([box[-1] ^ 1]), box[1:], b"", bytes(len(box))):
        with pytest.raises(FrameBroken):
            read_frame(KEY, wrong)
    with pytest.raises(FrameBroken):
        read_frame(SiteKey(bytes(32)), box)
    later = time.time() + LATEST + 2
    monkeypatch.setattr("kiosk.report.intake.frames.time.time", lambda: later)
    with pytest.raises(FrameBroken):  # else a recorded one would bring back what was deleted long ago
        read_frame(KEY, box)


def test_a_stranger_at_the_port_reads_nothing_changes_nothing_and_leaves_no_line(
    nodes: Nodes, capfd: pytest.CaptureFixture[str]
) -> None:
    one, _ = nodes
    one.tell()
    one.start()
    assert one.config.keeper_addresses
    host, _, port = one.config.keeper_addresses[0].partition(":")
    right = len(write_frame(KEY, Frame("1", 1), FRAME_BYTES))
    tries: list[tuple[str, str, bytes]] = [
        ("GET", PATH, b""),
        ("GET", "/", b""),
        ("POST", "/report/ks2/en", b"concern=bullying"),
        ("POST", PATH, b""),
        ("POST", PATH, bytes(right)),
        ("POST", PATH, write_frame(SiteKey(bytes(32)), Frame("1", 1), FRAME_BYTES)),
        ("PUT", PATH, bytes(10)),
    ]
    for method, path, body in tries:
        asking = http.client.HTTPConnection(host, int(port), timeout=10)
        asking.request(method, path, body)
        said = asking.getresponse()
        assert said.status == 404
        assert len(ids_of(one.intake_store)) == 1
        assert b"report" not in said.read()
        asking.close()
    one.kill()
    assert capfd.readouterr().err == ""


def address_of(node: Node) -> tuple[str, int]:
    assert node.config.keeper_addresses
    host, _, port = node.config.keeper_addresses[0].partition(":")
    return host, int(port)


def is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_slow_connections_to_the_port_deny_no_second_copy_and_are_few(nodes: Nodes) -> None:
    one, other = nodes
    other.start()
    told = one.tell().id
    frame = Frame("1", one.intake_store.file_number(), fitting(one.intake_store.to_copy(MOST_ITEMS)))
    with ExitStack() as slow:
        held = list[socket.socket]()
        for _ in range(3 * MOST_UNPROVEN):
            held.append(slow.enter_context(socket.create_connection(address_of(other), PATIENCE_SECONDS)))
            held[-1].sendall(f"POST {PATH} HTTP/1.1\r\n".encode())
        wait_until(lambda: sum(map(is_open, held)) <= MOST_UNPROVEN, lambda: "all of them are held")
        wait_until(lambda: ask(other, frame).took == [(told, False)], lambda: "no second copy")


def test_the_other_node_keeps_its_connection_while_strangers_come_and_go(nodes: Nodes) -> None:
    _, other = nodes
    other.start()
    frame = write_frame(KEY, Frame("1", 1), FRAME_BYTES)
    with closing(http.client.HTTPConnection(*address_of(other), timeout=PATIENCE_SECONDS)) as asking:
        asking.request("POST", PATH, frame)
        assert asking.getresponse().read()
        own = asking.sock
        for _ in range(4 * MOST_UNPROVEN):
            socket.create_connection(address_of(other), PATIENCE_SECONDS).close()
        asking.request("POST", PATH, frame)
        assert asking.getresponse().read()
        assert asking.sock is own


@pytest.fixture
def named() -> Iterator[None]:
    """Lines of the log name the school for which a thread works."""
    before = logging.getLogRecordFactory()
    name_schools()
    yield
    logging.setLogRecordFactory(before)


@pytest.mark.usefixtures("named")
def test_a_port_that_somebody_else_has_ends_no_worker_and_is_named_until_it_is_free(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, _ = nodes
    monkeypatch.setattr(keepers, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(keepers, "_once", LogThrottle())
    with ExitStack() as held:
        somebody = held.enter_context(socket.create_server(address_of(one)))
        held.enter_context(caplog.at_level(logging.WARNING))
        with working_for("a.example"):
            held.enter_context(keepers.keeping_for_each_other(one.config))
        said = "a.example: KIOSK_KEEPERS: nothing can listen on {}:{}".format(*address_of(one))
        wait_until(lambda: said in caplog.text, lambda: "nobody hears of it")
        said = "a.example: the other node's keeper does not answer"
        wait_until(lambda: said in caplog.text, lambda: "the keeper's own thread names no school")
        with pytest.raises(SettingError, match="nothing can listen on"):
            check_keepers(one.config)
        somebody.close()
        wait_until(lambda: can_ask(one), lambda: "the port is free, and nothing listens")


def can_ask(node: Node) -> bool:
    try:
        return ask(node, Frame("1", 1)).number == "1"
    except ConnectionError:
        return False
