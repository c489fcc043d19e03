"""Pages that are remembered: by their marks, not too many, and none of a time that is over."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.remembered import MOST_PAGES, RememberedPage, RememberedPages
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

NOW = datetime(2026, 11, 28, tzinfo=UTC)
PAGE = RememberedPage("a case that is deleted meanwhile", None)


def test_pages_of_a_minute_that_is_over_are_let_go() -> None:
    pages = RememberedPages()
    pages.put("me", NOW, (), PAGE)
    pages.put("another", NOW, (), PAGE)
    assert pages.get("me", NOW, ()) is PAGE
    pages.put("me", NOW + timedelta(minutes=1), (), PAGE)
    assert pages.get("me", NOW, ()) is None
    assert pages.get("another", NOW, ()) is None
    assert pages.get("me", NOW + timedelta(minutes=1), ()) is PAGE


def test_whoever_signs_out_takes_the_own_pages_along(app: Flask, session: Session) -> None:
    one, other = make_staff(session), make_staff(session)
    session.commit()
    pages = site_of(app).remembered
    for person in (one, other):
        pages.put(person.id, NOW, (), PAGE)
    assert staff_browser(app, one).post("/staff/sign-out").status_code == 303
    assert pages.get(one.id, NOW, ()) is None
    assert pages.get(other.id, NOW, ()) is PAGE


def test_the_oldest_goes_where_there_are_too_many() -> None:
    pages = RememberedPages()
    for number in range(MOST_PAGES + 1):
        pages.put(number, NOW, (), PAGE)
    assert pages.get(0, NOW, ()) is None
    assert pages.get(1, NOW, ()) is PAGE
