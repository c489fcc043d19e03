"""Pictures belong to what was sent: who had the form before the child gets neither pictures nor answers by it."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import Client

from kiosk.report.access.opening import Opener, read_report
from kiosk.report.models import Report, ReportReader, Thread
from kiosk.report.replies.threads import add_reply
from kiosk.sealing.picture_code import code_of
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.factories import private_key_of
from tests.pages import Page
from tests.report.coming_back import TODAY, enter_pictures, pictures_of, throw_away
from tests.report.telling import open_form, send

SAID = "Please come to us at break. We believe you."
TAPS = {"concern": "bullying", "danger": "no", "follow": "threat", "reply": "yes"}
VICTIM, BULLY = "he says he will hurt me after school", "sorry, I made that up about him"


def tap() -> str:
    """What the script adds at the first tap on Send, and not before."""
    return secrets.token_hex(16)


def counts(databases: Databases) -> tuple[int, int]:
    """How many reports there are, and how many threads."""
    with databases.reports.session(write=False) as session:
        found = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Report, Thread)]
    return found[0], found[1]


def answer_to(session: Session, words: str) -> None:
    """A reader answers the child who wrote this."""
    for report_id in session.scalars(select(Report.id)).all():
        readers = select(ReportReader.reader_id).where(ReportReader.report_id == report_id)
        reader = max(session.scalars(readers), key=lambda one: one.int)  # the recovery key is none
        opener = Opener(reader, ("dsl", "coordinator", "principal", "chair"), private_key_of(reader))
        body = read_report(session, report_id, opener).body
        if body["words"] == words:
            add_reply(session, body, SAID, TODAY)


@pytest.mark.parametrize("script", [True, False])
def test_who_planted_a_form_neither_reads_nor_throws_away_the_answer_to_the_child_who_sent_it(
    script: bool, tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    """A bully opened the form on the class tablet, noted its random word, and sent words of their own by it."""
    nonce = open_form(tablet).value("nonce")
    told = [
        send(tablet, nonce=nonce, words=words, **TAPS, **({"tap": tap()} if script else {}))
        for words in (VICTIM, BULLY)
    ]
    victim, bully = map(pictures_of, told)
    assert victim != bully
    assert counts(databases) == (2, 2)
    with databases.reports.write() as session:
        answer_to(session, VICTIM)
    assert SAID in enter_pictures(tablet, victim).text
    assert SAID not in enter_pictures(tablet, bully).text
    throw_away(tablet, bully)
    assert SAID in enter_pictures(tablet, victim).text


def test_with_script_not_even_the_very_same_taps_give_the_same_pictures(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    nonce = open_form(tablet).value("nonce")
    one, other = (pictures_of(send(tablet, nonce=nonce, tap=tap(), **TAPS)) for _ in range(2))
    assert one != other
    assert counts(databases) == (2, 2), "nor is the second taken for a double tap and lost"


def test_without_script_only_the_very_same_taps_without_a_word_give_the_same_pictures(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    """The limit that docs/privacy.md names."""
    nonce = open_form(tablet).value("nonce")
    one, same, other = (
        pictures_of(send(tablet, nonce=nonce, **TAPS | more)) for more in ({}, {}, {"danger": "unsure"})
    )
    assert one == same != other
    assert counts(databases) == (2, 2)


def test_a_double_tap_sends_the_same_and_gets_the_same(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    nonce, mine = open_form(tablet).value("nonce"), tap()
    taps = {tuple(pictures_of(send(tablet, nonce=nonce, tap=mine, words=VICTIM, **TAPS))) for _ in range(3)}
    assert len(taps) == 1
    assert counts(databases) == (1, 1)


def test_who_sends_twice_reads_that_both_sets_of_pictures_work(
    tablet: Client, readers: dict[str, str]
) -> None:
    for band in ("ks2", "ks3", "ks4"):
        sent = send(tablet, band, nonce=open_form(tablet, band).value("nonce"), tap=tap(), **TAPS)
        assert "Sent twice? Both sets work." in Page(sent.text).text


@pytest.mark.parametrize("odd", ["", "0" * 31, "z" * 32, "0" * 4000, "\x00" * 32])
def test_an_odd_word_of_the_script_costs_nobody_a_report(
    odd: str, tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    sent = send(tablet, nonce=open_form(tablet).value("nonce"), tap=odd, words=VICTIM, **TAPS)
    assert sent.status_code == 200 and len(pictures_of(sent)) == 6
    assert counts(databases) == (1, 1)


def test_a_form_that_comes_back_carries_no_word_of_the_script_that_somebody_could_note(
    tablet: Client, readers: dict[str, str]
) -> None:
    form = open_form(tablet)
    assert form.value("tap") == ""
    known = tap()
    wrong = send(tablet, nonce=form.value("nonce"), tap=known, words=VICTIM, reply="yes")
    assert wrong.status_code == 422 and known not in wrong.text


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_one_sending_has_one_code(one: bytes, other: bytes) -> None:
    key, nonce = SiteKey(b"k" * 32), "n" * 24
    assert (code_of(key, nonce, one) == code_of(key, nonce, other)) == (one == other)
