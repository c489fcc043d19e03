"""A version of the readers' list counts only where readers of the one before have signed it (promise G3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.sealing.list_statements import ListBroken, Version, read, write
from kiosk.sealing.reader_list import FIRST_WEEK, check, check_first, verify, who_signed
from kiosk.sealing.recovery import RecoverySecret
from tests.sealing.list_world import (
    FOUNDED,
    LATER,
    SHEETS,
    WAIT,
    Chain,
    cancelled,
    change,
    changed,
    entry,
    found,
    person,
    recovered,
    recoverer,
    secret,
)

FIRST = found("ada", "ben", "cleo")
DAY = timedelta(days=1)
NO_WAIT = timedelta()


def refused(before: Version, after: Version, *used: str) -> str:
    """Why a version does not count; it must not."""
    with pytest.raises(ListBroken) as broken:
        check(before, after, used, FOUNDED)
    return str(broken.value)


def counts(before: Version, after: Version) -> Version:
    """The version, which must count."""
    check(before, after, (), FOUNDED)
    return after


def let_in(before: Version, *by: str, wait: timedelta = WAIT, day: date = LATER) -> Version:
    """Somebody new, let in by these people."""
    return changed(before, change(day, put={person("dora"): entry("dora", "dsl")}), *by, wait=wait, day=day)


def test_a_first_list_needs_two_of_its_readers_or_the_sheets() -> None:
    check_first(FIRST)
    one = replace(FIRST, signatures={person("ada"): FIRST.signatures[person("ada")]})
    with pytest.raises(ListBroken):
        check_first(one)
    stranger = replace(one, signatures=dict(one.signatures) | {person("eve"): b"x" * 64})
    with pytest.raises(ListBroken):
        check_first(stranger)
    same_twice = replace(one, signatures={person("ada"): b"", person("ben"): one.signatures[person("ada")]})
    with pytest.raises(ListBroken):
        check_first(same_twice)


def test_two_readers_let_somebody_in_who_then_waits_and_reads_from_a_day_on() -> None:
    after = counts(FIRST, let_in(FIRST, "ada", "ben"))
    assert person("dora") not in after.active(LATER)
    assert person("dora") in after.active(LATER + WAIT)
    assert who_signed(FIRST, after) == sorted([person("ada"), person("ben")])


def test_a_name_under_which_nobody_has_signed_is_not_among_the_signers() -> None:
    after = let_in(FIRST, "ada", "ben")
    cause = dict(after.cause) | {"agreed": dict(after.cause["agreed"]) | {person("cleo"): "00" * 64}}
    named = write(FIRST, after.day, after.readers, after.recovery, cause, {})
    false = replace(named, signatures={person("cleo"): b"x" * 64})
    assert who_signed(FIRST, false) == sorted([person("ada"), person("ben")])


@pytest.mark.parametrize("by", [("ada",), ("ada", "eve"), ("eve", "mallory"), ("dora", "ada")])
def test_one_reader_or_a_stranger_or_whoever_gains_lets_nobody_in(by: tuple[str, ...]) -> None:
    refused(FIRST, let_in(FIRST, *by))


def test_somebody_new_cannot_come_without_waiting_once_the_first_week_is_over() -> None:
    refused(FIRST, let_in(FIRST, "ada", "ben", wait=DAY))
    early = FOUNDED + FIRST_WEEK
    counts(FIRST, let_in(FIRST, "ada", "ben", wait=NO_WAIT, day=early))
    refused(FIRST, let_in(FIRST, "ada", "ben", wait=NO_WAIT, day=early + DAY))


def test_whoever_waits_agrees_to_nothing() -> None:
    waits = counts(FIRST, let_in(FIRST, "ada", "ben"))
    drop = change(drop=(person("cleo"),))
    refused(waits, changed(waits, drop, "dora", "ada"))
    counts(
        waits,
        changed(waits, replace(drop, day=LATER, until=LATER + 9 * DAY), "dora", "ada", day=LATER + WAIT),
    )


def test_one_reader_stops_somebody_who_waits_and_nobody_else() -> None:
    waits = counts(FIRST, let_in(FIRST, "ada", "ben"))
    after = counts(waits, cancelled(waits, "dora", "cleo"))
    assert set(after.readers) == set(FIRST.readers)
    refused(waits, cancelled(waits, "cleo", "ben"))
    refused(waits, cancelled(waits, "dora", "dora"))
    refused(waits, cancelled(waits, "dora", "eve"))
    refused(waits, cancelled(waits, "dora", "cleo", day=LATER + WAIT))


def test_who_stopped_somebody_once_cannot_stop_the_same_person_again() -> None:
    put = {person("dora"): replace(entry("dora", "dsl"), not_again=(person("cleo"),))}
    waits = counts(FIRST, changed(FIRST, change(put=put), "ada", "ben"))
    refused(waits, cancelled(waits, "dora", "cleo"))
    counts(waits, cancelled(waits, "dora", "ada"))


def test_a_stop_that_does_something_else_does_not_count() -> None:
    waits = counts(FIRST, let_in(FIRST, "ada", "ben"))
    readers = {person(name): entry(name, "dsl") for name in ("cleo", "eve")}
    cause = {"kind": "cancelled", "person": person("dora")}
    keys = {person("cleo"): secret("cleo").signing_key}
    refused(waits, write(waits, LATER, readers, waits.recovery, cause, keys))


def test_a_change_does_what_was_agreed_and_nothing_beside_it() -> None:
    honest = let_in(FIRST, "ada", "ben")
    more = dict(honest.readers) | {person("eve"): entry("eve", "dsl", from_day=LATER + WAIT)}
    keys = {person("ben"): secret("ben").signing_key}
    refused(FIRST, write(FIRST, LATER, more, honest.recovery, honest.cause, keys))
    other = recoverer(RecoverySecret(b"sheets of thief!"))
    refused(FIRST, write(FIRST, LATER, honest.readers, other, honest.cause, keys))


def test_a_change_counts_once_and_not_after_its_last_day() -> None:
    what = change(drop=(person("cleo"),))
    before = counts(FIRST, changed(FIRST, what, "ada", "ben"))
    back = counts(before, changed(before, change(put={person("cleo"): entry("cleo", "dsl")}), "ada", "ben"))
    assert "used before" in refused(back, changed(back, what, "ada", "ben"), what.id)
    late = change(drop=(person("cleo"),))
    refused(FIRST, changed(FIRST, late, "ada", "ben", day=late.until + DAY))
    refused(FIRST, changed(FIRST, late, "ada", "ben", day=late.day - DAY))


def test_nobody_can_take_out_so_many_that_fewer_than_two_are_left() -> None:
    refused(FIRST, changed(FIRST, change(drop=(person("ben"), person("cleo"))), "ada", "ben"))
    two = counts(FIRST, changed(FIRST, change(drop=(person("cleo"),)), "ada", "ben"))
    refused(two, changed(two, change(drop=(person("ben"),)), "ada", "ben"))


def test_whoever_leaves_may_be_one_of_the_two_who_agree() -> None:
    counts(FIRST, changed(FIRST, change(drop=(person("cleo"),)), "cleo", "ada"))


def test_a_forgotten_password_takes_two_others() -> None:
    new_keys = change(put={person("cleo"): entry("cleo", "dsl", keys="cleo again")})
    two = counts(FIRST, changed(FIRST, new_keys, "ada", "ben", wait=NO_WAIT))
    assert two.active(LATER)[person("cleo")].verify_key == secret("cleo again").verify_key
    for wait in (NO_WAIT, DAY, WAIT):  # one reader alone exchanged a colleague's keys, and waited
        refused(FIRST, changed(FIRST, new_keys, "ada", wait=wait))
        refused(FIRST, changed(FIRST, new_keys, "cleo", "ada", wait=wait))


def test_a_role_that_is_gained_takes_two_who_do_not_gain() -> None:
    both = change(put={person("ada"): entry("ada", "dsl", "chair")})
    counts(FIRST, changed(FIRST, both, "ben", "cleo"))
    refused(FIRST, changed(FIRST, both, "ada", "ben"))


def test_two_sheets_count_as_two_readers_and_only_the_newest_do() -> None:
    after = counts(FIRST, recovered(FIRST, "dora", "ben"))
    assert set(after.active(LATER)) == {person("dora"), person("ben")}
    refused(FIRST, recovered(FIRST, "dora", "ben", sheets=RecoverySecret(b"sheets of thief!")))
    new = RecoverySecret(b"newer sheets....")
    renewed = counts(FIRST, changed(FIRST, change(recovery=recoverer(new)), "ada", "ben"))
    refused(renewed, recovered(renewed, "dora", "ben", sheets=SHEETS))
    counts(renewed, recovered(renewed, "dora", "ben", sheets=new))
    refused(FIRST, changed(FIRST, change(recovery=recoverer(new)), "ada"))


def test_a_chain_is_believed_up_to_its_first_fault_and_from_the_root_alone() -> None:
    chain = Chain([FIRST])
    chain.add(let_in(chain.last, "ada", "ben"))
    chain.add(changed(chain.last, change(drop=(person("cleo"),)), "ada", "ben"))
    rows = chain.rows()
    assert [one.number for one in verify(rows, FIRST.hash)] == [1, 2, 3]
    assert verify(rows, bytes(32)) == []
    assert [one.number for one in verify([rows[0], rows[2]])] == [1]
    assert [one.number for one in verify([rows[0], rows[1], (rows[2][0], {})])] == [1, 2]
    text = rows[1][0].replace(b'"dora"', b'"evil"')
    assert [one.number for one in verify([rows[0], (text, rows[1][1]), rows[2]])] == [1]


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"null", b'{"version":1}', b"\xff", b'"x"'])
def test_what_is_no_version_is_refused_and_stops_nothing(text: bytes) -> None:
    with pytest.raises(ListBroken):
        read(text, {})
    assert verify([(text, {})]) == []
    assert len(verify([(FIRST.text, FIRST.signatures), (text, {})])) == 1


def test_a_statement_has_one_way_of_writing() -> None:
    with pytest.raises(ListBroken):
        read(FIRST.text.replace(b'","', b'", "', 1), {})
    assert read(FIRST.text, FIRST.signatures) == FIRST
