"""What a reader has seen of the list does not move back, and nobody else can write it (promise G3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.readers.signed_list.pins import (
    ListDiffers,
    changes_since,
    highest_pin,
    lock_pin,
    make_pin,
    open_pin,
)
from kiosk.sealing.recovery import RecoverySecret
from tests.sealing.list_world import (
    LATER,
    SHEETS,
    Chain,
    change,
    changed,
    entry,
    found,
    person,
    recovered,
    recoverer,
    secret,
)

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
    assert highest_pin(low, high) == highest_pin(high, low, None) == high
    assert highest_pin(None, None) is None


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
    with pytest.raises(ListDiffers):
        changes_since(other, pin)
    fork = [*versions[:3], replace(versions[3], text=versions[3].text.replace(b"reader2", b"reader9"))]
    with pytest.raises(ListDiffers) as shut:
        changes_since(fork, pin)
    assert not shut.value.older


def restored_and_signed(
    pinned: Chain, number: int, sheets: RecoverySecret = SHEETS, day: date = LATER
) -> Chain:
    """A backup of so many versions was put back, and two sheets have signed another one after them."""
    chain = Chain(pinned.versions[:number])
    chain.add(recovered(chain.last, "ada", "ben", sheets=sheets, day=day))
    return chain


def test_what_two_sheets_sign_after_a_backup_was_put_back_counts_over_what_was_seen() -> None:
    whole = grown(6)
    pin = make_pin(whole.versions, LATER)
    for cut in range(1, 6):
        back = restored_and_signed(whole, cut)
        assert changes_since(back.versions, pin, LATER) == back.versions[cut:], "and is shown as new"


def test_what_two_sheets_signed_before_does_not_count_over_what_was_seen_since() -> None:
    """Whoever keeps an old copy cuts the list behind it, so that somebody who was taken out reads again."""
    signed = restored_and_signed(grown(6), 2)
    whole = Chain(list(signed.versions))
    whole.add(changed(whole.last, change(put={person("dora"): entry("dora", "dsl")}), "ada", "ben"))
    pin = make_pin(whole.versions, LATER)
    for cut in range(len(whole.versions)):
        with pytest.raises(ListDiffers):
            changes_since(whole.versions[:cut], pin, LATER)
    with pytest.raises(ListDiffers):  # nor does the list that was lost, if somebody kept it
        changes_since(grown(6).versions, pin, LATER)
    again = restored_and_signed(whole, 3)
    assert changes_since(again.versions, pin, LATER) == again.versions[3:], "once more, and it counts"


def test_sheets_that_were_replaced_and_a_day_before_the_last_look_put_nothing_back() -> None:
    old, new = grown(3), RecoverySecret(b"newer sheets....")
    whole = Chain(list(old.versions))
    whole.add(changed(whole.last, change(recovery=recoverer(new)), "ada", "ben"))
    with pytest.raises(ListDiffers):
        changes_since(restored_and_signed(old, 2).versions, make_pin(whole.versions, LATER), LATER)
    looked = make_pin(old.versions, LATER + timedelta(days=5))
    with pytest.raises(ListDiffers):
        changes_since(restored_and_signed(old, 2).versions, looked, LATER + timedelta(days=5))


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
