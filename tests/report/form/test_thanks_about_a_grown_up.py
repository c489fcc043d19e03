"""Whom a child is sent to after telling of a grown-up: never the head's side, who may be meant (promise G2)."""

import pytest
from werkzeug.test import Client

from kiosk.storage.db import Databases
from tests.factories import make_reader
from tests.pages import Page
from tests.report.telling import send_report

HEADS = ("Mrs Principal", "Mr Vice")


@pytest.fixture(autouse=True)
def school(databases: Databases) -> None:
    """A holder for each role, and a deputy of the principal."""
    with databases.reports.write() as session:
        for name in ("Dsl", "Coordinator", "Principal", "Chair"):
            make_reader(session, name.lower(), name=f"Mrs {name}")
        make_reader(session, "principal", name="Mr Vice")


@pytest.mark.main(4)
@pytest.mark.parametrize("head", ["", "yes", "unsure"])
@pytest.mark.parametrize("band", ["ks1", "ks2", "ks3", "ks4"])
def test_neither_the_card_nor_what_comes_next_names_the_head_or_the_deputy(
    tablet: Client, band: str, head: str
) -> None:
    """T8: what a ks1 child told of "a grown-up" was to be told to the principal's deputy."""
    answers = {"concern": "adult"} | ({"head": head} if head and band != "ks1" else {})
    page = Page(send_report(tablet, band, **answers).text).text
    assert ("It goes to Mrs Dsl and Mrs Chair" in page) is (band != "ks1")
    for name in HEADS:
        assert name not in page


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_the_page_that_a_young_child_shows_to_a_grown_up_names_nobody_who_could_be_meant(
    tablet: Client, lang: str
) -> None:
    """Anybody may be meant, the safeguarding lead as well; and whoever holds the page would act on a name."""
    page = Page(send_report(tablet, "ks1", lang, concern="adult").text).text
    for name in ("Mrs Dsl", "Mrs Coordinator", "Mrs Chair", *HEADS):
        assert name not in page
    for words in (
        "Write down the child's own words.",
        "Follow the child protection rules today, whoever it is about.",
        "Do not talk to anyone it may be about.",
        "0808 800 5000",
    ):
        assert words in page


def test_the_page_for_any_other_worry_still_names_the_people_to_tell(tablet: Client) -> None:
    """The control, sent first and last: a page kept ready for one is never shown for the other."""
    for _ in range(2):
        assert "Tell Mrs Dsl" in Page(send_report(tablet, "ks1", concern="stranger").text).text
        assert "Mrs Dsl" not in Page(send_report(tablet, "ks1", concern="adult").text).text


def test_a_child_who_says_that_it_is_not_the_head_is_sent_to_the_head_as_well(tablet: Client) -> None:
    """The control: the page does name who reads."""
    page = Page(send_report(tablet, "ks3", concern="adult", head="no").text).text
    assert any(name in page for name in HEADS)
