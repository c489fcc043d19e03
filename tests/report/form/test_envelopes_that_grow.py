"""An envelope has room for what kiosk adds, and more keys than it has room for never break it (promise G5)."""

import json
import secrets
from bisect import bisect_left
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.report.access.keyring import Keyring, read_keyring
from kiosk.report.access.opening import opened_row, read_report
from kiosk.report.access.renewal import renew_due_keys
from kiosk.report.access.sealed_report import store_report
from kiosk.report.form.answers import (
    ADDRESS_LONGEST,
    ASKED,
    CHOICES,
    FOLLOW_VALUES,
    MOST_EXCLUDED,
    NAME_LONGEST,
    ReportAnswers,
    read,
)
from kiosk.report.form.groups import GROUPS, Adults, Group
from kiosk.report.form.seal import seal_report
from kiosk.report.models import Report
from kiosk.sealing.envelope import PADDED_SIZES, seal_note, unseal_note
from tests.report.reading_school import (
    add_released_report,
    change,
    envelope_of,
    note,
    opener,
    readable,
    reader,
    session,
    staff,
)
from tests.report.sealed import CALENDAR, KEY, MONDAY_TEN, RECOVERY

__all__ = ["session"]

ROOM = 2048  # bytes that every form leaves for what kiosk adds later
SEALED_BYTES = 40  # nonce and mark
LONG_LETTERS = ("\x01", "\x00", "\x1f", "\x7f", '"', "\\", "\n", "\u2028", "\U0001f600", "\U0010ffff")


def longest(band: Group, letter: str) -> ReportAnswers:
    """The longest form that a band can send, all in one letter."""
    form: MultiDict[str, str] = MultiDict(
        {
            "nonce": secrets.token_urlsafe(24),
            "concern": "adult",
            "head": "unsure",
            "words": f"x{letter * (band.limits.words_limit - 2)}x",
            "address": f"x{letter * (ADDRESS_LONGEST - 2)}x",
            "name": f"x{letter * (NAME_LONGEST - 2)}x",
            "reply": "yes",
            **{name: max(CHOICES[name], key=len) for name in ASKED[band]},
        }
    )
    form.setlist("follow", list(FOLLOW_VALUES))
    form.setlist("exclude", [secrets.token_hex(16) for _ in range(MOST_EXCLUDED)])
    answers, errors = read(form, band, "en")
    assert not errors
    return answers


@pytest.mark.main(8)
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("letter", LONG_LETTERS, ids=ascii)
@pytest.mark.parametrize("band", GROUPS.values())
def test_every_form_that_is_taken_leaves_room_in_bytes_for_what_kiosk_adds(
    band: Group, letter: str, session: Session
) -> None:
    """A control character is one letter to the form and was six bytes in the envelope: it was almost full."""
    taken = seal_report(read_keyring(session), KEY, CALENDAR, longest(band, letter), MONDAY_TEN)
    store_report(session, taken.sealed)
    opened = opened_row(session, session.get_one(Report, taken.sealed.id), RECOVERY)
    text = {"id": opened.id.hex, "route": opened.route.id, "body": opened.body}
    assert len(json.dumps(text, ensure_ascii=False).encode()) <= PADDED_SIZES[-1] - ROOM


def _tapped(band: Group, everything: bool) -> ReportAnswers:
    """A form of this group with little tapped, or the longest answer to all that leads to no other route."""
    form: MultiDict[str, str] = MultiDict({"nonce": "n" * 24, "concern": "friend", "words": "x"})
    if everything:
        form.update({name: max(CHOICES[name], key=len) for name in ASKED[band]})
        form.setlist("follow", [] if band is Adults.WORRY else ["repeat", "hate", "school-device"])
    answers, _ = read(form, band, "en")
    return answers


def _fullest(answers: ReportAnswers, keyring: Keyring, size: int) -> int:
    """How many letters this form may have before its envelope grows beyond this size."""

    def is_larger(letters: int) -> bool:
        taken = seal_report(keyring, KEY, CALENDAR, replace(answers, words="x" * letters), MONDAY_TEN)
        return len(taken.sealed.envelope) > size + SEALED_BYTES

    return bisect_left(range(size), True, key=is_larger) - 1


@pytest.mark.parametrize("size", PADDED_SIZES[:2])
@pytest.mark.parametrize("wanted", [False, True], ids=["", "wants an answer"])
def test_the_same_letter_makes_the_envelope_of_a_worry_and_of_any_report_grow(
    wanted: bool, size: int, session: Session
) -> None:
    """With the same words a worry still fitted the small envelope where a child's report did not (promise F8)."""
    keyring = read_keyring(session)
    forms = [replace(_tapped(band, much), reply=wanted) for band in GROUPS.values() for much in (False, True)]
    assert len({_fullest(answers, keyring, size) for answers in forms}) == 1


def test_control_characters_are_not_kept_and_lines_and_tabs_are(session: Session) -> None:
    sealed = add_released_report(
        session, words="one\r\ntwo\rthree\x00\x01\x1b[31m\tfour", address="a\x07b", name="\x08Ann"
    )
    body = read_report(session, sealed.id, opener("dsl1")).body
    assert (body["words"], body["address"], body["name"]) == ("one\ntwo\nthree[31m\tfour", "ab", "Ann")


@pytest.mark.later
def test_who_goes_away_and_comes_back_a_hundred_times_changes_neither_the_key_nor_the_envelope(
    session: Session,
) -> None:
    """Each absence added a key to the sealed text, until nothing more could be sealed."""
    change(session, staff("principal1", "chair1"))
    sealed = add_released_report(session)
    before, key = envelope_of(session, sealed), read_report(session, sealed.id, opener("dsl1")).case_keys
    for _ in range(100):
        for absent in (True, False):
            away = reader("dsl2", "dsl", absent=absent)
            change(session, staff("principal1", "chair1", dsl2=away))
            note(session, sealed)
            assert renew_due_keys(session, opener("dsl1")) == 1
    assert envelope_of(session, sealed) == before
    assert read_report(session, sealed.id, opener("dsl1")).case_keys == key


def test_who_is_added_gets_the_same_key_and_who_loses_access_makes_another(session: Session) -> None:
    sealed = add_released_report(session)
    key = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    assert renew_due_keys(session, opener("dsl1")) == 1
    assert read_report(session, sealed.id, opener("dsl3")).case_keys == [key]
    change(session, staff("dsl2", dsl3=reader("dsl3", "dsl")))
    assert renew_due_keys(session, opener("dsl1")) == 1
    assert read_report(session, sealed.id, opener("dsl3")).case_keys[1:] == [key]


@pytest.mark.main(1)
def test_more_keys_than_an_envelope_has_room_for_make_it_twice_as_large_and_every_note_is_readable(
    session: Session,
) -> None:
    sealed = seal_report(
        read_keyring(session), KEY, CALENDAR, longest(Band.KS4, "\U0001f600"), MONDAY_TEN
    ).sealed
    store_report(session, sealed)
    notes = {}
    for number in range(160):
        case_keys = read_report(session, sealed.id, opener("dsl1")).case_keys
        notes[f"note {number}"] = seal_note(case_keys[0], f"note {number}")
        comes = number % 2 == 0
        change(session, staff(dsl3=reader("dsl3", "dsl")) if comes else staff())
        assert renew_due_keys(session, opener("dsl1")) == 1
        assert readable(session, sealed.id, "dsl3") is comes
    assert len(envelope_of(session, sealed)) == PADDED_SIZES[-1] * 2 + SEALED_BYTES
    case_keys = read_report(session, sealed.id, opener("dsl2")).case_keys
    assert len(case_keys) == 81
    assert {words: unseal_note(case_keys, one) for words, one in notes.items()} == {
        words: words for words in notes
    }
