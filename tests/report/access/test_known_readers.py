"""Whoever came into the list since a reader last looked is given no old report by that reader (promise G3)."""

import uuid
from datetime import date

from kiosk.report.access.keyring import Keyholder, Keyring
from kiosk.report.access.known_readers import entries_known_to
from kiosk.report.access.opening import Opener
from kiosk.sealing.list_statements import Version
from kiosk.sealing.recovery import RecoverySecret
from tests.sealing.list_world import (
    LATER,
    WAIT,
    Chain,
    cancelled,
    change,
    changed,
    entry,
    person,
    recovered,
    recoverer,
)

OTHER_SHEETS = RecoverySecret(b"other sheets, ok")


def ring_of(chain: Chain) -> Keyring:
    """The keyring as the list says."""
    readers = tuple(
        Keyholder(uuid.UUID(id), one.name, "", " ".join(one.roles), one.public_key, date.min, listed=True)
        for id, one in chain.last.readers.items()
    )
    return Keyring(readers, chain.last.recovery.public_key, True, chain=tuple(chain.versions))


def able(chain: Chain, name: str, knows: int | None) -> set[str]:
    """Who can be given an old report by somebody who had seen the list up to a version."""
    opener = Opener(uuid.UUID(person(name)), {"dsl"}, b"", LATER, None, knows)
    return {one.name for one in entries_known_to(ring_of(chain), opener).readers if one.able}


def with_dora() -> Chain:
    """Three founders, of whom two let somebody in."""
    chain = Chain()
    return chain.add(changed(chain.last, change(put={person("dora"): entry("dora", "dsl")}), "ada", "ben"))


def test_who_came_since_the_last_look_gets_nothing_until_the_next() -> None:
    assert able(with_dora(), "cleo", 1) == {"ada", "ben", "cleo"}
    assert able(with_dora(), "cleo", 2) == {"ada", "ben", "cleo", "dora"}


def test_who_signed_for_somebody_gives_at_once() -> None:
    for name in ("ada", "ben"):
        assert able(with_dora(), name, 1) == {"ada", "ben", "cleo", "dora"}


def test_a_name_that_was_only_written_there_has_signed_nothing() -> None:
    chain = with_dora()
    named = Version(
        **(chain.last.__dict__ | {"signatures": {**chain.last.signatures, person("cleo"): b"x" * 64}})
    )
    chain.versions[-1] = named
    assert "dora" not in able(chain, "cleo", 1)


def test_other_keys_and_more_roles_are_news_as_well_and_who_lost_a_role_is_not() -> None:
    for put, gives in (
        ({person("ben"): entry("ben", "dsl", keys="ben's second")}, {"ada", "cleo"}),
        ({person("ben"): entry("ben", "dsl", "chair")}, {"ada", "cleo"}),
    ):
        chain = Chain()
        chain.add(changed(chain.last, change(put=put), "ada", "cleo"))
        other = chain.add(
            changed(chain.last, change(put={person("emil"): entry("emil", "dsl")}), "ada", "cleo")
        )
        assert able(other, "ben", 1) == gives


def test_who_signed_one_thing_has_heard_of_nothing_else_that_stands_in_the_same_list() -> None:
    """Keys that somebody brought in just before an honest reader signed for another person got old reports by it."""
    other_keys = change(put={person("ben"): entry("ben", "dsl", keys="a stranger's")})
    chain = Chain()
    chain.add(changed(chain.last, other_keys, "cleo", wait=WAIT))
    chain.add(changed(chain.last, change(put={person("emil"): entry("emil", "dsl")}), "ada", "cleo"))
    assert able(chain, "ada", 1) == {"ada", "cleo", "emil"}
    sheets = Chain()
    before = sheets.last.recovery.public_key
    sheets.add(changed(sheets.last, change(recovery=recoverer(OTHER_SHEETS)), "ben", "cleo"))
    sheets.add(changed(sheets.last, change(put={person("emil"): entry("emil", "dsl")}), "ada", "cleo"))
    signed = Opener(uuid.UUID(person("ada")), {"dsl"}, b"", LATER, None, 1)
    assert entries_known_to(ring_of(sheets), signed).recovery == before


def test_who_signed_that_somebody_loses_a_role_has_not_heard_the_words_of_their_keys() -> None:
    chain = Chain()
    other_keys = change(put={person("ben"): entry("ben", "chair", "dsl", keys="a stranger's")})
    chain.add(changed(chain.last, other_keys, "cleo"))
    less = change(put={person("ben"): entry("ben", "dsl", keys="a stranger's")})
    chain.add(changed(chain.last, less, "ada", "cleo"))
    assert able(chain, "ada", 1) == {"ada", "cleo"}


def test_who_stopped_somebody_has_heard_of_nobody() -> None:
    chain = with_dora()
    chain.add(changed(chain.last, change(put={person("emil"): entry("emil", "dsl")}), "ada", "ben"))
    chain.add(cancelled(chain.last, "dora", "cleo"))
    assert able(chain, "cleo", 1) == {"ada", "ben", "cleo"}


def test_other_sheets_are_news_and_reports_are_sealed_for_those_that_were_known() -> None:
    chain = Chain()
    before = chain.last.recovery.public_key
    chain.add(changed(chain.last, change(recovery=recoverer(OTHER_SHEETS)), "ada", "ben"))
    mine = Opener(uuid.UUID(person("cleo")), {"dsl"}, b"", LATER, None, 1)
    assert entries_known_to(ring_of(chain), mine).recovery == before
    signed = Opener(uuid.UUID(person("ada")), {"dsl"}, b"", LATER, None, 1)
    assert entries_known_to(ring_of(chain), signed).recovery == OTHER_SHEETS.public_key


def test_who_has_seen_nothing_yet_and_the_sheets_themselves_hold_back_nothing() -> None:
    chain = with_dora()
    assert able(chain, "cleo", None) == {"ada", "ben", "cleo", "dora"}
    chain.add(recovered(chain.last, "ada", "ben", "emil"))
    assert able(chain, "ada", 2) == {"ada", "ben"}, "what two sheets put there is news like any other"
