"""Attacks on the families' pages: what is not there, a slip's address in another page, a screen that is left on."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.families.evening import say_tonight
from kiosk.storage.db import now_utc
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

TOKEN = "pahqcm4gyfplrxmlvukckdlmtq"
SLIP = f"/home/slip/{TOKEN}"


@pytest.mark.parametrize("page", ["/home/code/nobody", "/home/code/..", "/home/code/%00"])
def test_languages_of_a_code_that_is_not_there_are_those_of_any_page(client: FlaskClient, page: str) -> None:
    answer = client.get("/home/languages", query_string={"page": page, "lang": "pl"})

    assert answer.status_code == 200
    assert "fam-lang" in answer.text


def test_the_address_of_a_slip_is_carried_into_no_page_that_caches_keep(client: FlaskClient) -> None:
    answer = client.get("/home/languages", query_string={"page": SLIP})

    assert answer.status_code == 200
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ({"headers": {"Sec-Fetch-Site": "same-origin"}, "content_type": "multipart/form-data"}, 415),
    ],
)
def test_where_a_slip_is_refused_no_link_carries_its_address(
    client: FlaskClient, sent: dict[str, object], status: int
) -> None:
    answer = client.post(SLIP, **sent)

    assert answer.status_code == status
    assert TOKEN not in answer.text


def test_a_screen_that_is_left_on_asks_again_at_midnight_and_names_nobody_any_more(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    assert "Refresh" not in client.get("/home/hall").headers

    say_tonight(session, site_of(app).today(), "Ms Ellis", "")
    session.commit()
    for page in ("/home/hall", "/home/hall/help", "/home/hall/code"):
        answer = client.get(page)
        assert "Ms Ellis" in answer.text
        zone = site_of(app).calendar.zone
        again = now_utc() + timedelta(seconds=int(answer.headers["Refresh"]))
        assert again.astimezone(zone).date() == site_of(app).today() + timedelta(days=1)
        assert again.astimezone(zone).hour == 0
