"""Whom to tell of a weakness stands at one address, while the school keeps it up (promise E11)."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from kiosk.config import Config
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from tests.sites import make_app

ADDRESS = "/.well-known/security.txt"
CONTACT = "mailto:network@school.example"
pytestmark = pytest.mark.database("sqlite")


def _visit(config: Config, databases: Databases, days: int) -> FlaskClient:
    named = {
        "public_url": "https://kiosk.school.example",
        "security_contact": CONTACT,
        "security_expires": (now_utc().astimezone(config.zone) + timedelta(days=days)).date(),
    }
    return make_app(config.model_copy(update=named), databases).test_client()


def test_it_names_the_contact_of_the_school_and_the_day_until_which_it_holds(
    config: Config, databases: Databases, content: Content
) -> None:
    answer = _visit(config, databases, 30).get(ADDRESS, base_url="https://kiosk.school.example")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == CONTACT
    assert fields["Canonical"] == f"https://kiosk.school.example{ADDRESS}"
    assert datetime.fromisoformat(fields["Expires"]) > datetime.now(UTC) + timedelta(days=29)
    assert "Set-Cookie" not in answer.headers


def test_the_last_day_still_counts_and_afterwards_it_is_gone(
    config: Config, databases: Databases, content: Content
) -> None:
    assert _visit(config, databases, 0).get(ADDRESS).status_code == 200
    assert _visit(config, databases, -1).get(ADDRESS).status_code == 404


def test_a_school_that_names_nobody_has_no_such_page_and_no_invented_address(client: FlaskClient) -> None:
    answer = client.get(ADDRESS)
    assert answer.status_code == 404
    assert "mailto:" not in answer.text
