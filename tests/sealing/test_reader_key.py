"""A reader's seed: the password alone opens it, and what is stored of it opens nothing (promise S2)."""

import re

import pytest

from kiosk.sealing.boxes import BoxBroken, open_sealed, public_of, seal_to
from kiosk.sealing.reader_key import (
    fingerprint,
    mark_of,
    new_salt,
    new_secret,
    open_secret,
    rewrap,
    six_words,
    stretch,
)

PASSWORD = "walnut ferry dusk ladder"
CHEAP = (2, 19 * 2**20)
SALT = bytes(range(16))


def test_one_password_gives_two_secrets_of_which_neither_is_the_other() -> None:
    made = stretch(PASSWORD, SALT, *CHEAP)
    assert made == stretch(PASSWORD, SALT, *CHEAP)
    assert len(made.verifier) == len(made.wrapping_key) == 32
    assert made.verifier != made.wrapping_key


@pytest.mark.parametrize(
    ("password", "salt", "passes"),
    [(PASSWORD + "s", SALT, 2), (PASSWORD, bytes(16), 2), (PASSWORD, SALT, 3)],
)
def test_another_password_salt_or_cost_gives_other_secrets(password: str, salt: bytes, passes: int) -> None:
    one, other = stretch(PASSWORD, SALT, *CHEAP), stretch(password, salt, passes, CHEAP[1])
    assert one.verifier != other.verifier
    assert one.wrapping_key != other.wrapping_key


def test_salts_and_pairs_are_never_the_same_twice() -> None:
    assert len({new_salt() for _ in range(50)}) == 50
    assert len({new_secret(b"w" * 32).secret.private_key for _ in range(50)}) == 50
    assert len(new_salt()) == 16


def test_a_pair_opens_with_what_it_was_wrapped_with_and_is_a_pair() -> None:
    pair = new_secret(b"w" * 32)
    assert open_secret(pair.wrapped_seed, b"w" * 32) == pair.secret
    assert public_of(pair.secret.private_key) == pair.secret.public_key
    assert open_sealed(pair.secret.private_key, seal_to(pair.secret.public_key, b"words")) == b"words"
    assert pair.secret.seed not in pair.wrapped_seed


def test_what_is_stored_of_a_password_does_not_open_the_private_key() -> None:
    made = stretch(PASSWORD, SALT, *CHEAP)
    pair = new_secret(made.wrapping_key)
    assert open_secret(pair.wrapped_seed, made.verifier) is None
    for broken in (b"", b"w" * 31, b"x" * 32):
        assert open_secret(pair.wrapped_seed, broken) is None
    assert open_secret(b"opens with no password", made.wrapping_key) is None


def test_a_new_password_wraps_the_same_key_and_the_old_one_opens_it_no_more() -> None:
    pair = new_secret(b"w" * 32)
    again = rewrap(pair.wrapped_seed, b"w" * 32, b"n" * 32)
    assert open_secret(again, b"n" * 32) == pair.secret
    assert open_secret(again, b"w" * 32) is None
    with pytest.raises(BoxBroken):
        rewrap(pair.wrapped_seed, b"x" * 32, b"n" * 32)


def test_a_fingerprint_can_be_read_aloud_and_differs_by_key() -> None:
    keys = [new_secret(b"w" * 32).secret.public_key for _ in range(50)]
    assert all(re.fullmatch(r"([0-9a-f]{4} ){4}[0-9a-f]{4}", fingerprint(key)) for key in keys)
    assert len({fingerprint(key) for key in keys}) == len({mark_of(key) for key in keys}) == 50
    assert {len(mark_of(key)) for key in keys} == {8}


def test_each_key_that_comes_from_the_seed_is_another_one() -> None:
    secret = new_secret(b"w" * 32).secret
    keys = {secret.seed, secret.private_key, bytes(secret.signing_key), secret.pin_key}
    assert len(keys | {secret.public_key, secret.verify_key}) == 6


def test_six_words_stand_for_both_keys_and_change_with_either() -> None:
    made = [new_secret(b"w" * 32).secret for _ in range(50)]
    words = {six_words(one.public_key, one.verify_key) for one in made}
    assert len(words) == 50
    assert {len(six) for six in words} == {6}
    one, other = made[:2]
    assert six_words(one.public_key, other.verify_key) not in words
