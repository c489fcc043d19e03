"""Who is named to a child: holders first, whoever is away never, and after sending exactly who can read it."""

import uuid
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.report.access.keyring import Keyholder, Keyring
from kiosk.report.access.who_reads import first_named, in_page_order, kind_of, named_readers
from kiosk.sealing.site_key import SiteKey
from tests.pages import Page
from tests.report.reading_cases import RECOVERY, random_answers, random_ring, sealed, wrapped_and_there
from tests.report.sealed import MONDAY_TEN
from tests.report.telling import open_form, send
from tests.sets import repeats

CASES = repeats(60, 500)


def holder(name: str, roles: str, holds: str = "", absent: bool = False) -> Keyholder:
    return Keyholder(
        uuid.uuid4(), name, f"{name}@school.example", roles, RECOVERY, absent=absent, holds=holds
    )


def test_who_holds_a_role_comes_before_who_deputises_and_the_nearest_role_first() -> None:
    readers = [
        holder("A deputy", "dsl"),
        holder("B chair", "chair", "chair"),
        holder("C coordinator", "coordinator dsl", "coordinator"),
        holder("D lead", "dsl", "dsl"),
    ]
    assert [one.name[0] for one in in_page_order(readers)] == ["D", "C", "B", "A"]
    assert [kind_of(one) for one in readers] == ["dsl", "chair", "coordinator", "dsl"]


def test_whoever_is_away_is_not_named() -> None:
    there, away = holder("There", "dsl", "dsl"), holder("Away", "dsl", "dsl", absent=True)
    ring = Keyring((away, there), RECOVERY, published=True)
    assert [one.name for one in named_readers(ring)] == ["There"]
    assert first_named(ring, ("dsl", "coordinator")) == {"dsl": ["There"], "coordinator": []}


def test_the_first_page_names_who_keeps_children_safe_before_who_looks_after_online_safety(
    tablet: Client, readers: dict[str, str]
) -> None:
    page = open_form(tablet).text
    assert page.index("Mrs Dsl keeps children safe.") < page.index("Mrs Coordinator keeps us safe online.")
    assert "Then these people read it: Mrs Dsl and Mrs Principal." in page


@pytest.mark.again
def test_the_names_after_sending_are_those_for_whom_the_key_is_wrapped_and_who_are_there(
    tablet: Client, config: Config, key: SiteKey
) -> None:
    """500 random schools and answers: roles, deputies, absences, ticks, the head."""
    calendar = SchoolCalendar(config.zone)
    chance, counted = Random(11), 0
    for _ in range(CASES):
        ring = random_ring(chance)
        answers = random_answers(chance, ring, chance.choice((Band.KS2, Band.KS3, Band.KS4)))
        with (
            patch("kiosk.report.form.views.current_keyring", return_value=ring),
            patch("kiosk.report.form.views.now_utc", return_value=MONDAY_TEN),
        ):
            form: dict[str, Any] = {
                "nonce": answers.nonce,
                "concern": answers.concern,
                "follow": list(answers.follow),
                "exclude": list(answers.exclude),
                "head": answers.head,
                **answers.chosen,
            }
            answer = send(tablet, answers.band.value, **form)
        if answer.status_code == 503:  # nobody of this school could read anything
            continue
        report = sealed(ring, key, calendar, answers, MONDAY_TEN)
        text = Page(answer.text).text
        shown = {one.name for one in ring.readers if one.name in text}
        assert shown == wrapped_and_there(ring, report), answers
        counted += bool(shown)
    assert counted > CASES / 2, "the control: most of them named somebody"


@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])
def test_once_nobody_who_is_there_can_read_it_the_page_says_so_and_puts_a_person_first(
    tablet: Client, readers: dict[str, str], band: str
) -> None:
    ring = Keyring((holder("Mrs Away", "dsl", "dsl", absent=True),), RECOVERY, published=True)
    with patch("kiosk.report.form.views.current_keyring", return_value=ring):
        page = Page(send(tablet, band, nonce="n" * 32, concern="stranger").text)
    assert "Nobody at school can read this yet" in page.text and "Mrs Away" not in page.text
    assert page.heading in {"Go to a grown-up now", "Get help from an adult now"}
