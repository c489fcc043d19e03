"""Envelopes: of three sizes, for the readers who were meant, and refused when a single bit differs (promise S1)."""

import json
import uuid
from collections.abc import Callable, Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sealing.boxes import lock, public_of, seal_to
from kiosk.sealing.envelope import (
    ENVELOPE_VERSION,
    NOTE_STEP,
    PADDED_SIZES,
    EnvelopeBroken,
    new_case_key,
    seal,
    seal_note,
    unseal,
    unseal_note,
    unwrap,
    wrap,
)
from tests.faults.figures import reached, trials

ID = uuid.UUID("7b1e1c1c-6f5b-4a53-9f7e-0b7c8f0d2a11")
CASE_KEY, OTHER_KEY = b"c" * 32, b"o" * 32
READER = b"r" * 32
SEALED_BYTES = 40  # nonce and mark
FLIPS = trials(600, 100_000)
WRONG_READERS = trials(200, 10_000)
words = st.text(st.characters(codec="utf-8"), max_size=1500)


def flipped(sealed: bytes, count: int, seed: int) -> Iterator[bytes]:
    """`sealed` with one bit turned: every bit in its order, and then once more, or as many by lot as are asked for."""
    bits = range(len(sealed) * 8)
    chosen = bits if count >= len(bits) else Random(seed).sample(bits, count)
    for bit in chosen:
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def refusals(sealed: bytes, count: int, opening: Callable[[bytes], object]) -> int:
    """How many one-bit changes are refused; any that is taken fails the test."""
    refused = 0
    for changed in flipped(sealed, count, len(sealed)):
        with pytest.raises(EnvelopeBroken):
            opening(changed)
        refused += 1
    return refused


@given(words, st.sampled_from(["bullying", "adult"]))
def test_an_envelope_gives_back_what_was_put_in_and_has_one_of_three_sizes(said: str, route: str) -> None:
    body = {"words": said, "follow": ["repeat"]}
    envelope = seal(ID, route, body, CASE_KEY)
    assert unseal(ID, ENVELOPE_VERSION, envelope, CASE_KEY) == (route, body)
    assert len(envelope) - SEALED_BYTES in PADDED_SIZES
    assert len(said) < 4 or said.encode() not in envelope


def test_short_reports_of_any_kind_look_alike() -> None:
    sizes = {
        len(seal(ID, route, {"words": "x" * length}, CASE_KEY))
        for route in ("site", "adult")
        for length in range(900)
    }
    assert sizes == {PADDED_SIZES[0] + SEALED_BYTES}


@pytest.mark.parametrize("times", [1, 2, 7])
def test_what_is_longer_than_the_largest_envelope_takes_the_next_whole_multiple_of_it(times: int) -> None:
    """It raised, and every page of its readers answered 500 from then on."""
    body = {"words": "x" * PADDED_SIZES[-1] * times}
    envelope = seal(ID, "site", body, CASE_KEY)
    assert len(envelope) - SEALED_BYTES == PADDED_SIZES[-1] * (times + 1)
    assert unseal(ID, ENVELOPE_VERSION, envelope, CASE_KEY) == ("site", body)


def test_the_same_words_are_never_the_same_bytes() -> None:
    assert len({seal(ID, "site", {"words": "same"}, CASE_KEY) for _ in range(20)}) == 20
    assert len({seal_note(CASE_KEY, "same") for _ in range(20)}) == 20
    assert len({new_case_key() for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("report_id", "version", "envelope"),
    [
        (uuid.uuid4(), 1, seal(ID, "site", {}, CASE_KEY)),
        (ID, 0, seal(ID, "site", {}, CASE_KEY)),
        (ID, 2, seal(ID, "site", {}, CASE_KEY)),
        (ID, 1, seal(ID, "site", {}, OTHER_KEY)),
        (ID, 1, b""),
        (ID, 1, b"\xff\xfe"),
        (ID, 1, seal(ID, "site", {}, CASE_KEY)[:-1000]),
        (ID, 1, json.dumps({"id": ID.hex, "route": "site", "body": {}}).encode()),
        (ID, 1, lock(CASE_KEY, b"\xff\xfe")),
        (ID, 1, lock(CASE_KEY, b"[]")),
        (ID, 1, lock(CASE_KEY, b"null")),
        (ID, 1, lock(CASE_KEY, json.dumps({"id": ID.hex, "body": {}}).encode())),
        (ID, 1, lock(CASE_KEY, json.dumps({"id": ID.hex, "route": "site"}).encode())),
        (ID, 1, lock(CASE_KEY, json.dumps({"id": ID.hex, "route": "site", "body": []}).encode())),
    ],
    ids=map(str, range(14)),  # sealed bytes differ at each run, and both workers must find the same tests
)
def test_an_envelope_of_another_row_another_key_or_a_broken_one_is_not_opened(
    report_id: uuid.UUID, version: int, envelope: bytes
) -> None:
    with pytest.raises(EnvelopeBroken):
        unseal(report_id, version, envelope, CASE_KEY)


def test_a_wrapped_key_is_for_its_reader_and_its_report_alone() -> None:
    wrapped = wrap(ID, CASE_KEY, public_of(READER))
    assert unwrap(ID, wrapped, READER) == CASE_KEY
    for report_id, box, private_key in (
        (uuid.uuid4(), wrapped, READER),
        (ID, wrapped, b"x" * 32),
        (ID, b"", READER),
        (ID, wrapped[:-1], READER),
        (ID, seal_to(public_of(READER), ID.bytes + CASE_KEY + b"+"), READER),
        (ID, seal_to(public_of(READER), ID.bytes + CASE_KEY[:-1]), READER),
    ):
        with pytest.raises(EnvelopeBroken):
            unwrap(report_id, box, private_key)


def test_no_wrong_reader_opens_a_wrapped_key() -> None:
    wrapped, lot = wrap(ID, CASE_KEY, public_of(READER)), Random(1)
    for _ in range(WRONG_READERS):
        with pytest.raises(EnvelopeBroken):
            unwrap(ID, wrapped, lot.randbytes(32))
    reached("wrong readers that open a report", f"0 of {WRONG_READERS}")


def test_not_one_flipped_bit_of_an_envelope_a_wrapped_key_or_a_note_is_taken() -> None:
    envelope = seal(ID, "site", {"words": "he took my phone"}, CASE_KEY)
    wrapped, note = wrap(ID, CASE_KEY, public_of(READER)), seal_note(CASE_KEY, "Spoke to the class.")
    done = refusals(wrapped, FLIPS, lambda box: unwrap(ID, box, READER))
    done += refusals(note, FLIPS, lambda box: unseal_note([CASE_KEY], box))
    while done < FLIPS:
        done += refusals(envelope, FLIPS - done, lambda box: unseal(ID, 1, box, CASE_KEY))
        envelope = seal(ID, "site", {"words": f"another, after {done}"}, CASE_KEY)
    reached("flipped bits that were taken", f"0 of {done}")


@given(words)
def test_a_note_gives_back_what_was_written_and_grows_in_steps(said: str) -> None:
    sealed = seal_note(CASE_KEY, said)
    assert unseal_note([CASE_KEY], sealed) == said.rstrip("\0")
    assert (len(sealed) - SEALED_BYTES) % NOTE_STEP == 0


def test_notes_of_a_line_look_alike() -> None:
    assert len({len(seal_note(CASE_KEY, "x" * length)) for length in range(1, NOTE_STEP + 1)}) == 1


def test_a_note_opens_with_any_key_that_its_case_has_had_and_with_no_other() -> None:
    sealed = seal_note(CASE_KEY, "From before.")
    assert unseal_note([OTHER_KEY, CASE_KEY], sealed) == "From before."
    for keys in ([OTHER_KEY], [], [b"short"]):
        with pytest.raises(EnvelopeBroken):
            unseal_note(keys, sealed)
