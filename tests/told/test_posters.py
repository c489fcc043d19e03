"""Posters with this school's own address, and the list of what hangs where."""

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.storage.db import Databases
from kiosk.told.models import PosterRecord
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
POSTER = "/staff/posters/poster/ks2/en"


@pytest.fixture
def me(databases: Databases) -> StaffMember:
    with databases.school.write() as session:
        return make_staff(session)


@pytest.fixture
def browser(app: Flask, me: StaffMember) -> FlaskClient:
    return staff_browser(app, me)


def rows(databases: Databases) -> list[PosterRecord]:
    with databases.school.session(write=False) as reading:
        return list(reading.scalars(select(PosterRecord)))


def test_a_poster_names_the_door_for_telling_in_its_own_language_and_childline(browser: FlaskClient) -> None:
    page = Page(browser.get("/staff/posters/poster/ks2/ur").text)
    assert "localhost/report/ks2/ur" in page.text
    assert "0800 1111" in page.text
    assert "Did something online, or anything else, upset you?" in page.text, (
        "a draft has its English beside it"
    )
    assert len(page.all("svg")) >= 1


@pytest.mark.parametrize("band", Band)
def test_a_poster_speaks_to_the_age_of_whom_it_is_for(browser: FlaskClient, band: Band) -> None:
    bill = Page(browser.get(f"/staff/posters/poster/{band.value}/en").text).all("article")[0].text
    words = ("grown-up", "adult") if band in (Band.KS1, Band.KS2) else ("adult", "grown-up")
    assert (words[0] in bill, words[1] in bill) == (True, False)


def test_cards_are_eight_to_a_page(browser: FlaskClient) -> None:
    page = Page(browser.get("/staff/posters/cards/all/pl").text)
    assert len(page.all("article")) == 8


def test_the_form_leads_to_the_page_and_what_does_not_exist_is_not_found(browser: FlaskClient) -> None:
    sent = browser.get("/staff/posters/print?sort=cards&audience=all&lang=en")
    assert sent.headers["Location"] == "/staff/posters/cards/all/en"
    for made_up in ("banner/all/en", "poster/ks9/en", "poster/all/xx", "poster/all/..%2Fen"):
        assert browser.get(f"/staff/posters/{made_up}").status_code == 404, made_up
        assert browser.post(f"/staff/posters/{made_up}", data={"place": "Hall"}).status_code == 404, made_up


def test_where_it_hangs_is_written_down_by_whom_and_forgotten_once_it_is_gone(
    browser: FlaskClient, me: StaffMember, databases: Databases
) -> None:
    browser.post(
        POSTER, data={"place": "  Hall,   by the <b>door</b> ", "staff_id": str(uuid.uuid4()), "mark": "9"}
    )
    (row,) = rows(databases)
    assert (row.place, row.staff_id, row.audience) == ("Hall, by the <b>door</b>", me.id, "ks2")
    assert row.mark.startswith("1.")
    listed = browser.get("/staff/posters").text
    assert "<b>door</b>" not in listed
    assert "Print anew" not in Page(listed).all("table")[0].text
    for _ in range(2):
        assert browser.post(f"/staff/posters/{row.id}/down").status_code == 303
    assert rows(databases) == []  # where it hung is not kept
    assert "Nothing hangs anywhere yet" in browser.get("/staff/posters").text


def test_a_place_that_is_missing_or_too_long_is_asked_for_and_kept(
    browser: FlaskClient, databases: Databases
) -> None:
    for place in ("", "   ", "x" * 121):
        answer = browser.post(POSTER, data={"place": place})
        assert answer.status_code == 422
        assert Page(answer.text).value("place") == place
    assert rows(databases) == []


def test_a_poster_whose_words_have_changed_asks_to_be_printed_anew(
    browser: FlaskClient, me: StaffMember, databases: Databases
) -> None:
    browser.post(POSTER, data={"place": "Hall"})
    with databases.school.write() as session:
        for row in session.scalars(select(PosterRecord)):
            row.mark = "0.old"
    assert "Print anew" in browser.get("/staff/posters").text
