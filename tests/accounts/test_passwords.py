"""Passwords of staff are long and hard to guess, and comparing costs the same for everybody."""

import pytest

from kiosk.accounts import passwords
from kiosk.accounts.passwords import (
    NOBODY,
    PUPIL_COST,
    STAFF_COST,
    check_new_password,
    hash_secret,
    matches,
    password_matches,
)
from kiosk.accounts.saying import Refused

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
    assert str(refused.value.saying) == "Use at least 15 letters. This one has 6."


def test_a_very_long_password_is_refused_before_it_costs_anything() -> None:
    with pytest.raises(Refused, match="at most 200"):
        check_new_password("walnut ferry " * 40, KNOWN)


def test_a_hash_names_a_cost_no_lower_than_the_rule() -> None:
    assert hash_secret(GOOD, STAFF_COST).startswith(b"$argon2id$v=19$m=65536,t=3,p=1$")
    assert hash_secret(GOOD, PUPIL_COST).startswith(b"$argon2id$v=19$m=19456,t=2,p=1$")


def test_two_hashes_of_one_password_differ_and_both_match() -> None:
    first, second = hash_secret(GOOD, PUPIL_COST), hash_secret(GOOD, PUPIL_COST)
    assert first != second
    assert matches(first, GOOD)
    assert matches(second, GOOD)
    assert not matches(first, GOOD + "s")


def test_somebody_unknown_costs_one_comparison_of_the_same_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []

    def count(stored: bytes, secret: str) -> bool:
        compared.append(stored)
        return True

    monkeypatch.setattr(passwords, "matches", count)
    assert not password_matches(None, GOOD)
    assert password_matches(hash_secret(GOOD, STAFF_COST), GOOD)
    assert [stored[:31] for stored in compared] == [b"$argon2id$v=19$m=65536,t=3,p=1$"] * 2


def test_nobody_knows_the_password_of_nobody() -> None:
    assert not matches(NOBODY, "")
