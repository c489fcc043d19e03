"""Boxes: libsodium's own sealed box, which nobody but the holder of the private key opens."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from kiosk.sealing.boxes import BoxBroken, is_public_key, lock, open_sealed, public_of, seal_to, unlock
from tests.faults.figures import trials

OWN, OTHER = b"o" * 32, b"x" * 32
LOW_ORDER = (bytes(32), b"\x01" + bytes(31))


@given(st.binary(max_size=300))
def test_what_is_sealed_to_somebody_is_opened_by_libsodiums_sealed_box(plain: bytes) -> None:
    assert SealedBox(PrivateKey(OWN)).decrypt(seal_to(public_of(OWN), plain)) == plain


@given(st.binary(max_size=300))
def test_what_libsodium_sealed_is_opened_here(plain: bytes) -> None:
    box = SealedBox(PublicKey(public_of(OWN))).encrypt(plain)
    assert open_sealed(OWN, box) == plain


def test_the_public_half_is_the_one_that_libsodium_says() -> None:
    assert public_of(OWN) == bytes(PrivateKey(OWN).public_key)


def test_two_boxes_of_the_same_words_share_nothing_that_tells_who_made_them() -> None:
    boxes = [seal_to(public_of(OWN), b"the same words") for _ in range(50)]
    assert len({box[:32] for box in boxes}) == 50
    assert len({box[32:] for box in boxes}) == 50
    assert len({lock(OWN, b"the same words")[:24] for _ in range(50)}) == 50


def test_nobody_else_opens_a_box_and_not_one_flipped_bit_is_taken() -> None:
    box, lot = seal_to(public_of(OWN), b"words"), Random(2)
    for _ in range(trials(200, 10_000)):
        with pytest.raises(BoxBroken):
            open_sealed(lot.randbytes(32), box)
    for bit in range(len(box) * 8):
        changed = bytearray(box)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BoxBroken):
            open_sealed(OWN, bytes(changed))


@pytest.mark.parametrize("key", [b"", b"short", OTHER, bytes(33)])
def test_a_locked_box_opens_with_its_key_alone(key: bytes) -> None:
    box = lock(OWN, b"words")
    assert unlock(OWN, box) == SecretBox(OWN).decrypt(box) == b"words"
    with pytest.raises(BoxBroken):
        unlock(key, box)


@pytest.mark.parametrize("broken", [b"", b"x", bytes(48), bytes(400)])
def test_what_is_no_box_is_refused_in_one_way(broken: bytes) -> None:
    for opening in (open_sealed, unlock):
        with pytest.raises(BoxBroken):
            opening(OWN, broken)


@pytest.mark.parametrize("found", [None, b"", b"x", bytes(31), bytes(33), *LOW_ORDER])
def test_a_damaged_key_is_told_before_anything_is_sealed_to_it(found: bytes | None) -> None:
    assert not is_public_key(found)


@given(st.binary(min_size=32, max_size=32))
def test_every_key_that_is_called_good_can_be_sealed_to(found: bytes) -> None:
    if is_public_key(found):
        seal_to(found, b"words")


def test_a_public_key_is_one() -> None:
    assert is_public_key(public_of(OWN))
