"""Two nodes keep what children send for one another: what a child was thanked for outlives the disk of either."""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import delete

from kiosk.config import Config, Copies, SettingError, load_config
from kiosk.report.intake import keepers, store
from kiosk.report.intake.keepers import (
    ANSWER_BYTES,
    FRAME_BYTES,
    PATH,
    Frame,
    FrameBroken,
    Keeper,
    check_keepers,
    fitting,
    note_beat,
    read_frame,
    write_frame,
)
from kiosk.report.intake.store import COPY_SECONDS, CopyItem, IntakeStore, NotKept, open_intake
from kiosk.report.models import Report
from kiosk.report.replies.threads import waiting_in_intake
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.report.failing import nothing_is_taken
from tests.report.intake.two_nodes import Node, ids_of, two_nodes
from tests.report.sealed import KEY
from tests.serving import PATIENCE_SECONDS, wait_until
from tests.sets import repeats

MANY = 200
Nodes = tuple[Node, Node]


@pytest.fixture
def nodes(tmp_path: Path, config: Config, databases: Databases) -> Iterator[Nodes]:
    """Two nodes that thank a child once one has it; their keepers do not run."""
    with two_nodes(tmp_path, config, databases, Copies.ONE) as both:
        yield both


@pytest.fixture
def strict(
    tmp_path: Path, config: Config, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Nodes]:
    """Two nodes that thank a child once both have it, with keepers at work on a machine that is busy."""
    monkeypatch.setattr(store, "COPY_SECONDS", PATIENCE_SECONDS)
    with two_nodes(tmp_path, config, databases, Copies.BOTH) as both:
        for node in both:
            node.start()
        yield both


def keeper_of(node: Node) -> Keeper:
    assert node.config.keeper_addresses
    return Keeper(node.intake_store, KEY, node.config.keeper_addresses[1])


def answered(keeper: Keeper, box: bytes) -> bytes:
    """Its answer, which leaves once storing has ended."""
    return keeper.answer(box, time.monotonic() + PATIENCE_SECONDS)


def exchange(giver: Node, taker: Node, beats: int = 1) -> None:
    """So many frames from one to the other, without a network between them."""
    for _ in range(beats):
        items = fitting(giver.intake_store.to_copy(keepers.MOST_ITEMS))
        frame = Frame("1", giver.intake_store.file_number(), items)
        answer = read_frame(KEY, answered(keeper_of(taker), write_frame(KEY, frame, FRAME_BYTES)))
        giver.intake_store.mark_copied(answer.took)


def is_red(node: Node) -> bool:
    try:
        return not check_keepers(node.config)
    except SettingError:
        return True


def has_asked(node: Node) -> bool:
    """Whether its keeper has noted how the other node answered."""
    note = node.config.file(keepers.FILE)
    return note.exists() and json.loads(note.read_bytes())["heard"] is not None


def beat_through(keeper: Keeper) -> None:
    """One beat, and what is noted of its answer."""
    keeper.beat()
    assert keeper.heard
    wait([keeper.noting], PATIENCE_SECONDS)


def has_all(node: Node, told: set[str]) -> None:
    wait_until(lambda: told <= ids_of(node.intake_store), lambda: "what was told does not come")


def test_a_disk_that_is_thrown_away_after_thank_you_takes_no_report_with_it(strict: Nodes) -> None:
    one, other = strict
    with ThreadPoolExecutor(8) as children:
        told = set(children.map(lambda _: one.tell().id, range(MANY)))
    one.lose_disk()
    other.merge()
    assert {report.id for report in other.merged()} == told
    assert len(told) == MANY


@pytest.mark.parametrize("trial", range(repeats(1, 20)))
def test_keepers_that_are_killed_and_disks_that_are_wiped_in_turn_lose_nothing(
    strict: Nodes, trial: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lots, told = Random(trial), set[str]()
    for _ in range(2):
        hit, other = lots.sample(strict, 2)
        for node in (hit, other, hit):
            told.add(node.tell().id.hex)
        if lots.random() < 0.5:
            hit.kill()
        else:
            hit.lose_disk()
        with monkeypatch.context() as hurried, pytest.raises(NotKept):
            hurried.setattr(store, "COPY_SECONDS", 0.1)
            other.tell()
        hit.start()
        has_all(hit, told)
    for node in strict:
        node.merge()
    assert told <= {report.id.hex for report in strict[0].merged()}


def test_a_child_finds_on_either_node_what_was_told_on_the_other(nodes: Nodes) -> None:
    one, other = nodes
    sealed = one.tell(reply="yes")
    exchange(one, other)
    assert waiting_in_intake(other.intake_store, KEY, sealed.thread_id).report_waits
    assert one.intake_store.to_copy(5) == other.intake_store.to_copy(5) == [], "nothing goes back and forth"


def test_with_the_other_node_away_one_copy_is_thanked_for_soon_and_then_at_once(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = nodes
    waited = list[float]()
    with monkeypatch.context() as patched:  # a clock that goes on while somebody waits, and stands else
        clock = SimpleNamespace(monotonic=lambda: sum(waited), sleep=waited.append)
        patched.setattr(store, "time", clock)
        told = {one.tell().id.hex}
        assert COPY_SECONDS <= sum(waited) < COPY_SECONDS * 2
        told.add(one.tell().id.hex)
    assert sum(waited) < COPY_SECONDS * 2, "nobody waits once more for a node that is away"
    assert ids_of(one.intake_store) == told
    one.start()
    other.start()
    has_all(other, told)


def test_where_both_must_have_it_nothing_is_thanked_for_while_one_is_away(
    tmp_path: Path, config: Config, databases: Databases
) -> None:
    with two_nodes(tmp_path, config, databases, Copies.BOTH) as (one, _):
        with pytest.raises(NotKept):
            one.tell()
        assert len(ids_of(one.intake_store)) == 1, (
            "it is kept all the same; the same thing told again is the same"
        )


def test_what_both_nodes_transfer_comes_in_once_and_nothing_deleted_comes_back(nodes: Nodes) -> None:
    one, other = nodes
    told = {one.tell().id for _ in range(3)} | {other.tell().id for _ in range(3)}
    exchange(one, other)
    exchange(other, one)
    one.merge()
    assert {report.id for report in one.merged()} == told
    with one.databases.reports.write() as session:
        session.execute(delete(Report))
    other.intake_store.copy_all_again()  # it was away for weeks, or believes that the disk was exchanged
    exchange(other, one)
    assert one.held() == other.held() == 6
    for node in nodes:
        node.merge()
    assert (one.merged(), one.held(), other.held()) == ([], 0, 0)


def test_what_a_node_lost_that_came_back_with_an_old_copy_of_its_disk_is_given_to_it_again(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = nodes
    giver, said = keeper_of(one), list[bytes]()
    taker = keeper_of(other)

    def ask(_: object, method: str, path: str, box: bytes) -> None:
        said.append(answered(taker, box))

    monkeypatch.setattr(http.client.HTTPConnection, "request", ask)
    answer = SimpleNamespace(status=200, read=lambda _: said[-1])
    monkeypatch.setattr(http.client.HTTPConnection, "getresponse", lambda _: answer)
    beat_through(giver)
    told = {one.tell().id}
    beat_through(giver)
    other.intake_store.forget(told)  # as an older copy of the same file has it
    taker = keeper_of(other)
    for _ in range(2):
        beat_through(giver)
    assert giver.heard
    assert ids_of(other.intake_store) == {id.hex for id in told}


def test_a_frame_that_somebody_on_the_network_sends_back_counts_for_no_second_copy(nodes: Nodes) -> None:
    one, _ = nodes
    told = one.tell().id
    own = Frame("1", one.intake_store.file_number(), fitting(one.intake_store.to_copy(keepers.MOST_ITEMS)))
    with pytest.raises(FrameBroken):
        answered(keeper_of(one), write_frame(KEY, own, FRAME_BYTES))
    assert [item.id for item in one.intake_store.to_copy(5)] == [told]


def test_a_mail_about_what_is_urgent_is_known_on_both_nodes(nodes: Nodes) -> None:
    one, other = nodes
    sealed = one.tell(danger="yes")
    exchange(one, other)
    assert other.intake_store.mailed(sealed.id) is False
    one.intake_store.mark_mailed([sealed.id])
    exchange(one, other)
    assert other.intake_store.mailed(sealed.id) is True
    other.intake_store.copy_all_again()
    exchange(other, one)
    assert one.intake_store.mailed(sealed.id) is True


def test_a_mail_that_is_noted_while_its_frame_is_on_the_way_is_told_with_the_next(nodes: Nodes) -> None:
    one, other = nodes
    sealed = one.tell(danger="yes")
    frame = Frame("1", 1, one.intake_store.to_copy(5))
    answer = read_frame(KEY, answered(keeper_of(other), write_frame(KEY, frame, FRAME_BYTES)))
    one.intake_store.mark_mailed([sealed.id])
    one.intake_store.mark_copied(answer.took)
    assert [item.mailed for item in one.intake_store.to_copy(5)] == [True]


def test_a_frame_is_as_long_and_an_answer_too_whatever_was_told(nodes: Nodes) -> None:
    one, other = nodes
    lengths, answers = set[int](), set[int]()
    for _ in range(40):
        frame = write_frame(
            KEY, Frame("1", 1, fitting(one.intake_store.to_copy(keepers.MOST_ITEMS))), FRAME_BYTES
        )
        lengths.add(len(frame))
        answers.add(len(answered(keeper_of(other), frame)))
        one.tell()
    assert (len(lengths), len(answers)) == (1, 1)


def ask(node: Node, frame: Frame) -> Frame:
    """What its keeper answers to a frame on the wire."""
    assert node.config.keeper_addresses
    asking = http.client.HTTPConnection(node.config.keeper_addresses[0], timeout=PATIENCE_SECONDS / 2)
    with closing(asking):
        asking.request("POST", PATH, write_frame(KEY, frame, FRAME_BYTES))
        return read_frame(KEY, asking.getresponse().read())


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
    frame = Frame("1", one.intake_store.file_number(), fitting(one.intake_store.to_copy(keepers.MOST_ITEMS)))
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


def test_telling_and_looking_send_nothing_the_beat_alone_does(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(http.client.HTTPConnection, "request", lambda *_, **__: asked.append("asked"))
    nodes[0].tell()
    nodes[0].intake_store.of_thread(b"t" * 16)
    nodes[0].merge()
    assert asked == []


def test_the_longest_item_fits_and_many_go_in_more_than_one_frame() -> None:
    item = CopyItem(uuid.uuid4(), 2**33, True, bytes(16), True, bytes(40_000))
    assert fitting([item]) == [item]
    assert fitting([item, item]) == [item]
    too_long = replace(item, sealed=bytes(FRAME_BYTES))
    assert fitting([too_long, item]) == [item], "what never fits holds nothing else up"
    small = CopyItem(uuid.uuid4(), 2**33, True, bytes(16), True, bytes(4136))
    frame = write_frame(KEY, Frame("1" * 16, 2**31, fitting([small] * keepers.MOST_ITEMS)), FRAME_BYTES)
    assert len(frame) == len(write_frame(KEY, Frame("1", 1), FRAME_BYTES))
    took = [(uuid.uuid4(), False)] * keepers.MOST_ITEMS
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
    later = time.time() + keepers.LATEST + 2
    monkeypatch.setattr("kiosk.report.intake.keepers.time.time", lambda: later)
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


def test_doctor_is_red_while_there_is_one_copy(nodes: Nodes) -> None:
    one, _ = nodes
    with pytest.raises(SettingError, match="has one copy"):
        check_keepers(one.config)
    note_beat(one.config, True)
    assert check_keepers(one.config) == "two, and the other node answers"
    note_beat(one.config, False)
    with pytest.raises(SettingError, match="the other node does not answer"):
        check_keepers(one.config)
    beat = one.config.file(keepers.FILE)
    beat.write_text(json.dumps({"minute": int(time.time()) - 3600, "heard": True}))
    with pytest.raises(SettingError, match="no more"):
        check_keepers(one.config)
    beat.write_text("{")
    with pytest.raises(SettingError, match="has one copy"):
        check_keepers(one.config)


def test_doctor_is_red_on_both_nodes_while_the_disk_of_one_is_full(nodes: Nodes) -> None:
    full, other = nodes
    assert full.held() == 0, "its intake is there and can be read"
    full.start(disk_is_full=True)
    other.start()
    wait_until(lambda: has_asked(other), lambda: "the keeper notes nothing")
    told = other.tell().id.hex
    assert [is_red(node) for node in nodes] == [True, True]
    assert ids_of(full.intake_store) == set()
    for node in nodes:
        node.kill()
    for node in nodes:
        node.start()
    has_all(full, {told})
    wait_until(lambda: not is_red(other), lambda: "a disk with room again is not seen")


def test_a_full_disk_refuses_every_frame_alike_whether_something_was_told_or_not(nodes: Nodes) -> None:
    one, other = nodes
    keeper = keeper_of(other)
    with nothing_is_taken():
        keeper.look_at_disk(other.config)
    empty, told = Frame("1", one.intake_store.file_number()), one.tell()
    full = replace(empty, items=fitting(one.intake_store.to_copy(keepers.MOST_ITEMS)))
    assert [item.id for item in full.items] == [told.id]
    for frame in (empty, full):
        with pytest.raises(FrameBroken):
            answered(keeper, write_frame(KEY, frame, FRAME_BYTES))
    assert is_red(other)
    keeper.look_at_disk(other.config)
    exchange(one, other)
    assert ids_of(other.intake_store) == {told.id.hex}


def test_a_school_with_one_node_is_asked_for_nothing(config: Config) -> None:
    assert "one" in check_keepers(config)
    with keepers.keeping_for_each_other(config) as keeper:
        assert keeper is None
    assert open_intake(config)._copies is None


@pytest.mark.parametrize("wrong", ["10.0.0.1:8070", "10.0.0.1,10.0.0.2", "http://a:1,b:2", "a:1,b:2,c:3"])
def test_a_setting_that_names_no_two_addresses_stops_the_start(wrong: str) -> None:
    with pytest.raises(SettingError, match="KEEPERS"):
        load_config(keepers=wrong)
    assert load_config(keepers="10.0.0.1:8070, b.example:8070").keeper_addresses == (
        "10.0.0.1:8070",
        "b.example:8070",
    )
