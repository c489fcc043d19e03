"""What the giver of a hand-over signs lets nothing else into the list (promises G3, G4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.sealing.list_statements import (
    Change,
    Handover,
    ListBroken,
    Version,
    handover_text,
    read,
    sign_change,
    write,
)
from kiosk.sealing.reader_list import after_change, check, who_signed
from tests.sealing.list_world import (
    FOUNDED,
    LATER,
    WAIT,
    cancelled,
    change,
    changed,
    entry,
    found,
    person,
    secret,
)

FIRST = found("ada", "ben", "cleo")
LAST = LATER + timedelta(days=20)
HANDED = Handover(person("ada"), person("dora"), ("dsl",), LAST)


def handed_over(**parts: object) -> Change:
    """Ada hands over to Dora, who is new; nobody has signed it yet."""
    return replace(change(put={person("dora"): entry("dora", "dsl")}), handover=HANDED, **parts)  # type: ignore[arg-type]


def version(what: Change, by: str = "ben", day: date = LATER, signed: Change | None = None) -> Version:
    """The version that the giver signed as she does, without a key, and another one whole."""
    assert HANDED
    text = handover_text((signed or what).id, (signed or what).until, (signed or what).handover or HANDED)
    agreed = {
        person("ada"): bytes(secret("ada").signing_key.sign(text).signature).hex(),
        person(by): sign_change(what, secret(by).signing_key).hex(),
    }
    cause = {"kind": "changed", "change": what.plain(), "agreed": agreed}
    readers = after_change(FIRST, what, day, day + WAIT)
    return write(FIRST, day, readers, FIRST.recovery, cause, {person(by): secret(by).signing_key})


def refused(before: Version, after: Version) -> None:
    """The version does not count."""
    with pytest.raises(ListBroken):
        check(before, after, (), FOUNDED)


def test_one_who_gives_without_a_key_and_one_who_confirms_it_are_two() -> None:
    after = version(handed_over())
    check(FIRST, after, (), FOUNDED)
    assert set(who_signed(FIRST, after)) == {person("ada"), person("ben")}
    assert read(after.text, after.signatures) == after
    assert person("ada") in after.active(LAST)
    assert person("ada") not in after.active(LAST + timedelta(days=1))
    assert person("dora") in after.active(LAST)


@pytest.mark.parametrize("by", ["dora", "ada", "eve"])
def test_the_second_is_neither_who_gains_nor_the_giver_nor_a_stranger(by: str) -> None:
    refused(FIRST, version(handed_over(), by))


@pytest.mark.parametrize(
    "parts",
    [
        {"put": {person("dora"): entry("dora", "dsl"), person("eve"): entry("eve", "dsl")}},
        {"put": {person("eve"): entry("eve", "dsl")}},
        {"put": {person("dora"): entry("dora", "dsl", "chair")}},
        {"put": {person("dora"): replace(entry("dora", "dsl"), heir=person("eve"), to_day=LAST)}},
        {"drop": (person("cleo"),)},
        {"handover": replace(HANDED, roles=("chair", "dsl"))},
    ],
)
def test_her_word_counts_for_nothing_that_she_does_not_give(parts: dict[str, object]) -> None:
    what = replace(handed_over(), **parts)  # type: ignore[arg-type]
    refused(FIRST, version(what))


def test_her_word_for_one_day_one_proposal_or_one_person_is_none_for_another() -> None:
    what = handed_over()
    for other in (
        replace(what, handover=replace(HANDED, last=LAST - timedelta(days=9))),
        replace(what, id="another"),
        replace(what, until=what.until + timedelta(days=30)),
    ):
        refused(FIRST, version(other, signed=what))


def test_a_stop_takes_the_newcomer_out_and_gives_the_giver_her_place_back_and_nothing_else() -> None:
    before = version(handed_over())
    refused(before, cancelled(before, "dora", "cleo"))
    cause = {"kind": "cancelled", "person": person("dora")}
    keys = {person("cleo"): secret("cleo").signing_key}
    check(before, write(before, LATER, FIRST.readers, before.recovery, cause, keys), (), FOUNDED)


def test_who_handed_over_is_new_again_when_they_come_back_and_waits() -> None:
    before = version(handed_over())
    late = LAST + timedelta(days=5)
    back = replace(change(late, put={person("ada"): entry("ada", "dsl")}))
    refused(before, changed(before, back, "ben", "cleo", day=late, wait=timedelta()))
    check(before, changed(before, back, "ben", "cleo", day=late), (), FOUNDED)
    refused(before, changed(before, change(late, drop=(person("cleo"),)), "ada", "ben", day=late))


def test_nobody_hands_over_so_that_fewer_than_two_are_left_on_the_day() -> None:
    two = found("ada", "ben")
    what = replace(
        change(put={person("ben"): entry("ben", "dsl")}), handover=replace(HANDED, takes=person("ben"))
    )
    refused(two, changed(two, what, "ada", "ben"))
