"""Six pictures: the same for a double tap, stored nowhere, useless without the site key (promises C2, C4)."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.pwhash import argon2id

from kiosk.sealing.boxes import open_sealed, seal_to
from kiosk.sealing.picture_code import LENGTH, PICTURES, code_of, thread_of
from kiosk.sealing.site_key import SiteKey

KEY, OTHER = SiteKey(b"k" * 32), SiteKey(b"o" * 32)
CODE = (1, 2, 3, 4, 5, 6)
codes = st.tuples(*[st.integers(0, PICTURES - 1)] * LENGTH)


@given(st.text(st.characters(codec="ascii"), min_size=16, max_size=64))
def test_one_sending_has_one_code_of_six_pictures_of_sixty_four(nonce: str) -> None:
    code = code_of(KEY, nonce, b"")
    assert code == code_of(KEY, nonce, b"") != code_of(OTHER, nonce, b"")
    assert len(code) == 6
    assert all(0 <= picture < 64 for picture in code)


def test_every_picture_is_drawn_as_often_as_any_other_in_every_place() -> None:
    drawn = [code_of(KEY, f"nonce number {number}", b"") for number in range(6400)]
    for place in range(LENGTH):
        counts = Counter(code[place] for code in drawn)
        assert set(counts) == set(range(PICTURES))
        assert max(counts.values()) < 180  # 100 on average; 8 standard deviations
    assert len(set(drawn)) == 6400


def test_no_picture_comes_twice_as_that_is_what_children_forget() -> None:
    assert all(len({*code_of(KEY, f"nonce number {number}", b"")}) == LENGTH for number in range(6400))


@settings(max_examples=10)
@given(codes, codes)
def test_other_pictures_lead_to_another_place_and_another_key(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    first, second = thread_of(KEY, one), thread_of(KEY, other)
    assert (first == second) is (one == other)
    assert (first.id == second.id) is (first.private_key == second.private_key) is (one == other)


def test_the_order_counts() -> None:
    assert thread_of(KEY, CODE).id != thread_of(KEY, CODE[::-1]).id


def test_without_the_site_key_the_pictures_lead_nowhere() -> None:
    own, stolen = thread_of(KEY, CODE), thread_of(OTHER, CODE)
    assert own.id != stolen.id
    assert own.private_key != stolen.private_key


def test_the_place_does_not_tell_the_key_and_the_key_opens_what_is_written_there() -> None:
    thread = thread_of(KEY, CODE)
    assert len(thread.id) == 16
    assert len(thread.private_key) == 32
    assert thread.id != thread.private_key[:16]
    assert open_sealed(thread.private_key, seal_to(thread.public_key, b"words")) == b"words"


@pytest.mark.parametrize("code", [CODE, (0,) * 6, (63,) * 6, ()])
def test_every_look_up_costs_exactly_one_slow_hash(
    monkeypatch: pytest.MonkeyPatch, code: tuple[int, ...]
) -> None:
    asked: list[tuple[int, int]] = []
    slow = argon2id.kdf

    def count(size: int, secret: bytes, salt: bytes, opslimit: int, memlimit: int) -> bytes:
        asked.append((opslimit, memlimit))
        return bytes(slow(size, secret, salt, opslimit=opslimit, memlimit=memlimit))

    monkeypatch.setattr(argon2id, "kdf", count)
    thread_of(KEY, code)
    assert asked == [(2, 19 * 2**20)]


def test_whoever_has_found_the_slow_hash_still_has_neither_place_nor_key_without_the_site_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    salts: list[bytes] = []

    def known(size: int, secret: bytes, salt: bytes, opslimit: int, memlimit: int) -> bytes:
        salts.append(salt)
        return b"h" * size

    monkeypatch.setattr(argon2id, "kdf", known)
    own, stolen = thread_of(KEY, CODE), thread_of(OTHER, CODE)
    assert len({own.id, stolen.id, b"h" * 16}) == 3
    assert len({own.private_key, stolen.private_key, b"h" * 32}) == 3
    assert len({*salts, bytes(16)}) == 3
