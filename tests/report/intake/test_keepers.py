"""Two nodes keep what children send for one another: what a child was thanked for outlives the disk of either."""

import http.client
import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import delete

from kiosk.config import Config, Copies, SettingError, load_config
from kiosk.report.intake import keepers, store
from kiosk.report.intake.frames import (
    FRAME_BYTES,
    MOST_ITEMS,
    Frame,
    FrameBroken,
    fitting,
    read_frame,
    write_frame,
)
from kiosk.report.intake.keepers import Keeper, check_keepers, note_beat
from kiosk.report.intake.store import COPY_SECONDS, NotKept, open_intake
from kiosk.report.models import Report
from kiosk.report.replies.threads import waiting_in_intake
from kiosk.storage.db import Databases
from tests.report.failing import nothing_is_taken
from tests.report.intake.two_nodes import Node, answered, exchange, ids_of, keeper_of, two_nodes
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
    own = Frame("1", one.intake_store.file_number(), fitting(one.intake_store.to_copy(MOST_ITEMS)))
    with pytest.raises(FrameBroken):
        answered(keeper_of(one), write_frame(KEY, own, FRAME_BYTES))
    assert [item.id for item in one.intake_store.to_copy(5)] == [told]


def test_in_a_flood_each_is_given_to_the_other_node_in_its_turn_whatever_its_id(nodes: Nodes) -> None:
    one, _ = nodes
    told, given = {one.tell().id for _ in range(2 * MOST_ITEMS)}, set[uuid.UUID]()
    for _ in range(100):
        given |= {item.id for item in one.intake_store.to_copy(MOST_ITEMS)}
    assert given == told


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


def test_telling_and_looking_send_nothing_the_beat_alone_does(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(http.client.HTTPConnection, "request", lambda *_, **__: asked.append("asked"))
    nodes[0].tell()
    nodes[0].intake_store.of_thread(b"t" * 16)
    nodes[0].merge()
    assert asked == []


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
    beat.write_text(json.dumps({"minute": int(time.time()) - 3600, "heard": True, "listens": True}))
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
    full = replace(empty, items=fitting(one.intake_store.to_copy(MOST_ITEMS)))
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
