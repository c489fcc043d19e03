"""When nobody at school can read a report, no page says that somebody will; a child is led to a person instead."""

import re

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from kiosk.report.models import Report, ReportReader
from kiosk.storage.db import Databases
from tests.factories import FAR, list_readers
from tests.pages import Page
from tests.report.telling import open_form, send_report

WHO_CAN_TICK = ("ks2", "ks3", "ks4")
BANDS = ("ks1", *WHO_CAN_TICK)
EMPTY_LIST = re.compile(r"(?:goes to|trafia do:?|Do kogo:|یہ(?= کے پاس)|\?) *[.۔]|Tell today")


@pytest.mark.parametrize("band", WHO_CAN_TICK)
def test_a_child_who_ticked_everybody_is_told_that_nobody_can_read_it_and_is_led_to_a_person(
    tablet: Client, readers: dict[str, str], band: str
) -> None:
    page = Page(send_report(tablet, band, concern="adult", exclude=list(readers.values()), reply="yes").text)
    assert page.heading in {"Go to a grown-up now", "Get help from an adult now"}
    assert "Nobody at school can read this yet" in page.text
    assert "It may take days" in page.text
    assert "0800 1111" in page.text and "999" in page.text
    assert "It goes to" not in page.text and "should read it" not in page.text
    assert page.text.index("0800 1111") < page.text.index("Nobody at school can read this yet")
    assert "Your own six pictures" in page.text


def test_what_nobody_can_read_is_kept_all_the_same(
    tablet: Client, readers: dict[str, str], databases: Databases
) -> None:
    send_report(tablet, "ks2", concern="bullying", exclude=list(readers.values()), words="please help")
    with databases.reports.session(write=False) as session:
        assert len(session.scalars(select(Report)).all()) == 1
        opens = set(session.scalars(select(ReportReader.reader_id)))
    assert not opens & set(readers.values())


@pytest.mark.parametrize("band", WHO_CAN_TICK)
def test_the_check_page_is_ready_to_say_so_before_it_is_sent(
    tablet: Client, readers: dict[str, str], band: str
) -> None:
    """Which boxes must all be ticked for it: those who would read it, and not the principal, who never would."""
    page = open_form(tablet, band)
    (card,) = [one for one in page.all("div") if "nobody" in one.attrs.get("class", "").split()]
    assert "Nobody at school can read this yet" in card.text
    assert "You ticked everyone who may read it" in card.text
    assert "You can still send it, and we keep it safe. It may take days." in card.text
    assert "0800 1111" in card.text
    counted = {one.attrs["value"] for one in page.all("input") if "data-reads" in one.attrs}
    assert counted == {readers["dsl"], readers["chair"]}


@pytest.mark.parametrize("band", BANDS)
def test_where_no_reader_has_a_key_yet_no_page_makes_a_sentence_with_an_empty_list_of_names(
    tablet: Client, readers: dict[str, str], databases: Databases, band: str
) -> None:
    with databases.reports.write() as session:
        list_readers(session, from_day=FAR)
    form = open_form(tablet, band)
    assert "Nobody at school can" in form.text
    assert "Tell a grown-up you trust" in form.text or "Tell an adult you trust" in form.text
    thanks = Page(send_report(tablet, band, concern="bullying").text)
    for page in (form, thanks):
        assert EMPTY_LIST.search(page.text) is None
    assert "Nobody at school can" in thanks.text
    assert "It goes to" not in thanks.text


@pytest.mark.main(3)
@pytest.mark.parametrize("lang", ["ur", "pl"])
@pytest.mark.parametrize("band", BANDS)
def test_it_is_said_in_every_language(
    tablet: Client, readers: dict[str, str], databases: Databases, band: str, lang: str
) -> None:
    with databases.reports.write() as session:
        list_readers(session, from_day=FAR)
    for page in (
        open_form(tablet, band, lang),
        Page(send_report(tablet, band, lang, concern="bullying").text),
    ):
        assert "Nobody at school can" in page.text  # a draft stands beside the English
        assert EMPTY_LIST.search(page.text) is None


def test_nothing_changes_for_a_child_who_ticked_some_and_left_somebody(
    tablet: Client, readers: dict[str, str]
) -> None:
    """The control."""
    page = Page(
        send_report(tablet, "ks2", concern="adult", exclude=[readers["dsl"], readers["principal"]]).text
    )
    assert "It goes to Mrs Chair." in page.text
    assert "Nobody at school can read this yet" not in page.text
