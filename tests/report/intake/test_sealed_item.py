"""What stands in the intake: only the site key opens it, and nothing of it can be moved or changed."""

import json
import uuid
from dataclasses import asdict, replace

import pytest

from kiosk.report.intake.sealed_item import (
    DiscardedReplies,
    SealedItemBroken,
    open_sealed_item,
    open_sealed_items,
    seal_discarded_replies,
    seal_report_item,
)
from kiosk.sealing.boxes import lock
from kiosk.sealing.site_key import SiteKey
from tests.report.sealed import KEY, MONDAY_TEN, RING, sealed_report

OTHER_KEY = SiteKey(b"o" * 32)
THROWN = DiscardedReplies(uuid.uuid4(), b"t" * 16, b"s" * 104, (uuid.uuid4(), uuid.uuid4()), MONDAY_TEN)


@pytest.mark.parametrize("reply", ["yes", ""])
def test_a_report_comes_back_as_it_was(reply: str) -> None:
    sealed = sealed_report(RING, words="please keep me", danger="yes", reply=reply)
    held = seal_report_item(KEY, sealed)
    assert open_sealed_item(KEY, held.id, held.sealed) == sealed
    assert (held.id, held.due, held.urgent) == (sealed.id, sealed.due, True)


def test_answers_that_were_thrown_away_come_back_as_they_were() -> None:
    held = seal_discarded_replies(KEY, THROWN)
    assert open_sealed_item(KEY, held.id, held.sealed) == THROWN
    assert (held.due, held.urgent, held.thread_id) == (MONDAY_TEN, False, THROWN.thread_id)


def test_nothing_but_slot_and_thread_stands_in_clear() -> None:
    sealed = sealed_report(RING, concern="adult", head="yes", reply="yes")
    held = seal_report_item(KEY, sealed)
    told = [sealed.route, sealed.retention, *sealed.alerts, sealed.envelope[:32].hex()]
    assert not any(one.encode() in held.sealed for one in told)
    assert sealed.envelope[:32] not in held.sealed


def test_a_small_report_and_what_was_thrown_away_have_one_length() -> None:
    lengths = {len(seal_report_item(KEY, sealed_report(words=words)).sealed) for words in ("", "a few words")}
    lengths.add(len(seal_discarded_replies(KEY, THROWN).sealed))
    assert len(lengths) == 1


def test_another_site_key_opens_nothing() -> None:
    held = seal_report_item(KEY, sealed_report())
    with pytest.raises(SealedItemBroken):
        open_sealed_item(OTHER_KEY, held.id, held.sealed)


def test_what_stands_under_another_id_counts_nothing() -> None:
    one, other = (seal_report_item(KEY, sealed_report()) for _ in range(2))
    with pytest.raises(SealedItemBroken):
        open_sealed_item(KEY, one.id, other.sealed)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"kind": "else"}', '{"kind": "report"}', '{"kind": "thrown"}']
)
def test_what_is_none_of_ours_is_broken_and_no_error(text: str) -> None:
    with pytest.raises(SealedItemBroken):
        open_sealed_item(KEY, uuid.uuid4(), lock(KEY.derive("intake"), text.encode()))


def test_what_cannot_be_read_is_left_out_and_said_without_its_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good, bad = seal_report_item(KEY, sealed_report(words="kept")), seal_report_item(KEY, sealed_report())
    broken = replace(bad, sealed=bad.sealed[:-1] + bytes([bad.sealed[-1] ^ 1]))
    found = list(open_sealed_items(KEY, {one.id: one.sealed for one in (good, broken)}))
    assert [one.id for one in found] == [good.id]
    assert not any(bad.id.hex in line for line in caplog.messages)


def test_the_order_is_that_of_the_random_ids() -> None:
    came = [seal_report_item(KEY, sealed_report()) for _ in range(20)]
    found = [one.id for one in open_sealed_items(KEY, {one.id: one.sealed for one in came})]
    assert found == sorted(one.id for one in came) != [one.id for one in came]


def test_everything_of_a_report_is_kept() -> None:
    """A field that is added to `SealedReport` must not get lost on its way."""
    sealed = sealed_report(RING, reply="yes")
    held = seal_report_item(KEY, sealed)
    read = open_sealed_item(KEY, held.id, held.sealed)
    assert json.dumps(asdict(read), default=repr) == json.dumps(asdict(sealed), default=repr)
