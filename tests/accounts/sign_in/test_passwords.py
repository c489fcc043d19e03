"""Passwords of staff are long and hard to guess, and comparing costs the same for everybody."""

import pytest

from kiosk.accounts.sign_in import passwords
from kiosk.accounts.sign_in.passwords import (
    DUMMY_HASH,
    PUPIL_COST,
    STAFF_COST,
    check_new_password,
    hash_secret,
    new_password,
    secret_matches,
    try_password,
)
from kiosk.sealing.reader_key import Stretched, stretch
from kiosk.wording.messages import Refused

GOOD = "walnut ferry dusk ladder"
KNOWN = ["Ada Okafor", "a.okafor@hollybank.example", "Hollybank School"]


def test_a_long_phrase_of_unlike_words_is_taken() -> None:
    check_new_password(GOOD, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "walnut",
        "passwordpassword",
        "hollybankschool1",
        "Ada Okafor 2026!",
        "a.okafor@hollybank.example",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwertyuiopasdfghjkl",
    ],
)
def test_a_password_that_is_short_well_known_or_about_the_person_is_refused(password: str) -> None:
    with pytest.raises(Refused):
        check_new_password(password, KNOWN)


def test_a_short_password_is_told_how_long_it_must_be() -> None:
    with pytest.raises(Refused) as refused:
        check_new_password("walnut", KNOWN)
    assert str(refused.value.message) == "Use at least 15 letters. This one has 6."


def test_a_very_long_password_is_refused_before_it_costs_anything() -> None:
    with pytest.raises(Refused, match="at most 200"):
        check_new_password("walnut ferry " * 40, KNOWN)


def test_a_hash_names_a_cost_no_lower_than_the_rule() -> None:
    assert hash_secret(GOOD, STAFF_COST).startswith(b"$argon2id$v=19$m=65536,t=3,p=1$")
    assert hash_secret(GOOD, PUPIL_COST).startswith(b"$argon2id$v=19$m=19456,t=2,p=1$")


def test_two_hashes_of_one_password_differ_and_both_match() -> None:
    first, second = hash_secret(GOOD, PUPIL_COST), hash_secret(GOOD, PUPIL_COST)
    assert first != second
    assert secret_matches(first, GOOD)
    assert secret_matches(second, GOOD)
    assert not secret_matches(first, GOOD + "s")


@pytest.mark.parametrize(
    "stored", [None, DUMMY_HASH, new_password(GOOD).stored], ids=["none", "nobody", "known"]
)
def test_somebody_unknown_costs_one_stretching_of_the_same_strength(
    monkeypatch: pytest.MonkeyPatch, stored: bytes | None
) -> None:
    costs: list[tuple[int, int]] = []

    def count(password: str, salt: bytes, passes: int, memory_bytes: int) -> Stretched:
        costs.append((passes, memory_bytes))
        return Stretched(b"v" * 32, b"w" * 32)

    monkeypatch.setattr(passwords, "stretch", count)
    assert try_password(stored, GOOD) is None
    assert costs == [(3, 64 * 2**20)]


@pytest.mark.parametrize("typed", ["", GOOD, "0"])
def test_nobody_knows_the_password_of_nobody(typed: str) -> None:
    assert try_password(DUMMY_HASH, typed) is None
    assert try_password(None, typed) is None


def test_a_password_of_staff_is_stored_at_no_lower_cost_than_the_rule() -> None:
    assert (STAFF_COST.passes, STAFF_COST.memory_bytes) == (3, 64 * 2**20)
    assert (PUPIL_COST.passes, PUPIL_COST.memory_bytes) == (2, 19 * 2**20)


def test_a_right_password_gives_the_key_that_was_made_with_it_and_what_is_stored_does_not_hold_it() -> None:
    first, second = new_password(GOOD, PUPIL_COST), new_password(GOOD, PUPIL_COST)
    assert try_password(first.stored, GOOD) == first.wrapping_key
    assert try_password(first.stored, GOOD + "s") is None
    assert first.stored != second.stored
    assert first.wrapping_key != second.wrapping_key
    assert first.wrapping_key not in first.stored
    assert GOOD.encode() not in first.stored


def test_what_proves_a_password_says_nothing_of_what_opens_the_key() -> None:
    made = stretch(GOOD, bytes(16), PUPIL_COST.passes, PUPIL_COST.memory_bytes)
    assert len(made.verifier) == len(made.wrapping_key) == 32
    assert made.verifier != made.wrapping_key
