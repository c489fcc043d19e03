"""What a reader has seen of the list does not move back, and nobody else can write it (promise G3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.readers.signed_list.pins import (
    ListDiffers,
    Pin,
    changes_since,
    higher,
    is_older,
    lock_pin,
    make_pin,
    open_pin,
)
from tests.sealing.list_world import LATER, Chain, change, changed, entry, found, person, secret

TODAY = date(2026, 11, 25)


def grown(number: int = 4) -> Chain:
    """A chain of so many versions."""
    chain = Chain()
    for turn in range(number - 1):
        name = f"reader{turn}"
        chain.add(changed(chain.last, change(put={person(name): entry(name, "dsl")}), "ada", "ben"))
    return chain


def test_a_pin_opens_for_its_owner_alone() -> None:
    pin = make_pin(grown().versions, TODAY)
    kept = lock_pin(secret("ada"), pin)
    assert open_pin(secret("ada"), kept) == pin
    assert open_pin(secret("ben"), kept) is None
    assert open_pin(secret("ada"), kept[:-1] + bytes([kept[-1] ^ 1])) is None
    assert open_pin(secret("ada"), None) is None
    assert open_pin(secret("ada"), b"") is None


def test_the_higher_of_row_and_device_counts() -> None:
    versions = grown().versions
    low, high = make_pin(versions[:2], TODAY), make_pin(versions, TODAY)
    assert higher(low, high) == higher(high, low, None) == high
    assert higher(None, None) is None


def test_a_longer_list_names_what_is_new() -> None:
    versions = grown().versions
    assert changes_since(versions, make_pin(versions, TODAY)) == []
    assert changes_since(versions, make_pin(versions[:2], LATER)) == versions[2:]
    assert changes_since(versions, None) == []


def test_a_list_that_is_shorter_or_another_one_keeps_the_key_shut() -> None:
    versions = grown().versions
    pin = make_pin(versions, TODAY)
    for cut in range(len(versions)):
        with pytest.raises(ListDiffers) as shut:
            changes_since(versions[:cut], pin)
        assert shut.value.older is (cut > 0)
    other = Chain([found("eve", "mallory")]).versions
    with pytest.raises(ListDiffers) as shut:
        changes_since(other, pin)
    assert not shut.value.older
    fork = [*versions[:3], replace(versions[3], text=versions[3].text.replace(b"reader2", b"reader9"))]
    with pytest.raises(ListDiffers) as shut:
        changes_since(fork, pin)
    assert not shut.value.older


def test_an_earlier_state_is_known_by_the_hashes_before_it() -> None:
    versions = grown(6).versions
    pin = make_pin(versions, TODAY - timedelta(days=3))
    assert all(is_older(versions[:cut], pin) for cut in range(1, 6))
    assert not is_older(versions, pin)
    assert not is_older([], pin)
    assert not is_older(Chain([found("eve", "mallory")]).versions, pin)
    assert not is_older(versions[:2], Pin(pin.version, pin.hash, pin.seen_on))


def test_a_version_that_is_dated_before_the_last_look_keeps_the_key_shut() -> None:
    versions = grown().versions
    looked = make_pin(versions[:2], LATER + timedelta(days=1))
    with pytest.raises(ListDiffers) as shut:
        changes_since(versions, looked, LATER + timedelta(days=3))
    assert not shut.value.older


def test_a_pin_from_a_day_to_come_says_nothing_about_days_as_the_clock_was_wrong() -> None:
    versions = grown().versions
    looked = make_pin(versions[:2], LATER + timedelta(days=400))
    assert changes_since(versions, looked, LATER) == versions[2:]
