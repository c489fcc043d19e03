"""A tablet keeps its class for the school day: nobody types a code twice, and no child stands on it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow
from kiosk.bands import Band
from kiosk.storage.db import now_utc
from tests.accounts.doors import new_browser
from tests.factories import make_class_group, make_pupil, make_staff, make_window

COOKIE = "kiosk-class"


@pytest.fixture
def window(session: Session) -> ClassWindow:
    """An open class with a child in it."""
    group = make_class_group(session)
    make_pupil(session, group, first_name="Amira")
    found = make_window(session, group, make_staff(session))
    session.commit()
    return found


@pytest.fixture
def tablet(app: Flask, window: ClassWindow) -> FlaskClient:
    """A tablet on which the class was joined."""
    browser = new_browser(app)
    assert browser.post("/learn/", data={"code": window.code}).status_code == 303
    return browser


def test_after_a_child_has_left_the_next_taps_a_name_and_types_nothing(tablet: FlaskClient) -> None:
    tablet.post("/learn/leave")
    assert tablet.get("/learn/").location == "/learn/names"
    assert "Amira" in tablet.get("/learn/names").text


def test_a_child_who_was_signed_out_meets_the_names_and_nothing_of_their_own(
    tablet: FlaskClient, session: Session, window: ClassWindow
) -> None:
    pupil = make_pupil(session, window.class_group, first_name="Kofi")
    session.commit()
    with tablet.session_transaction("/learn/") as cookie:
        cookie["_user_id"], cookie["seen"] = f"pupil:{pupil.id}:{window.id}", int(now_utc().timestamp() // 60)
    assert tablet.get("/learn/lessons/").status_code == 200
    pupil.left_on = now_utc().date()
    session.commit()
    assert tablet.get("/learn/lessons/").location == "/learn/"
    assert tablet.get("/learn/").location == "/learn/names"
    assert "Kofi" not in tablet.get("/learn/names").text
    assert tablet.get("/learn/key").location == "/learn/names"


def test_it_is_forgotten_by_another_class(tablet: FlaskClient) -> None:
    assert tablet.post("/learn/another-class").location == "/learn/"
    assert tablet.get_cookie(COOKIE, path="/learn") is None
    assert "Type your class code" in tablet.get("/learn/").text


def test_the_code_of_another_class_on_the_board_is_asked_for_and_not_passed_over(
    tablet: FlaskClient, window: ClassWindow
) -> None:
    assert 'value="OTTER42"' in tablet.get("/learn/?code=OTTER42").text
    assert tablet.get(f"/learn/?code={window.code.replace(' ', '')}").location == "/learn/names"


def test_a_class_that_has_closed_lets_nobody_in(
    tablet: FlaskClient, session: Session, window: ClassWindow
) -> None:
    session.delete(window)
    session.commit()
    assert "Your class has closed" in tablet.get("/learn/").text
    assert tablet.get("/learn/names").location == "/learn/"


def test_once_the_day_is_over_the_cookie_opens_nothing_although_the_class_is_open(
    app: Flask,
    tablet: FlaskClient,
    session: Session,
    window: ClassWindow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = tablet.get_cookie(COOKIE, path="/learn")
    assert kept
    tomorrow = now_utc() + timedelta(days=1)
    window.closes_at = tomorrow + timedelta(hours=1)
    session.commit()
    monkeypatch.setattr("kiosk.accounts.classes.views.tablet_cookie.now_utc", lambda: tomorrow)
    later = new_browser(app)
    later.set_cookie(COOKIE, kept.value, path="/learn")
    assert "Type your class code" in later.get("/learn/").text


@pytest.mark.parametrize("change", ["later", "other class", "nonsense", "letters"])
def test_nobody_but_the_school_writes_one(
    app: Flask, tablet: FlaskClient, session: Session, change: str
) -> None:
    kept = tablet.get_cookie(COOKIE, path="/learn")
    assert kept
    class_id, until, mark = kept.value.split(".")
    other = make_class_group(session)
    make_window(session, other, make_staff(session))
    session.commit()
    forged = {
        "later": f"{class_id}.{int(until) + 9}.{mark}",
        "other class": f"{other.id.hex}c.{until}.{mark}",
        "nonsense": "nonsense",
        "letters": f"zz.{until}.{mark}",
    }[change]
    browser = new_browser(app)
    browser.set_cookie(COOKIE, forged, path="/learn")
    assert "Type your class code" in browser.get("/learn/").text


def test_it_names_a_class_and_no_child(tablet: FlaskClient, window: ClassWindow) -> None:
    kept = tablet.get_cookie(COOKIE, path="/learn")
    assert kept
    assert kept.value.startswith(f"{window.class_group_id.hex}c.")
    assert (kept.path, kept.http_only) == ("/learn", True)


def test_the_youngest_have_no_key_so_their_class_is_kept_for_one_opening_alone(
    app: Flask, session: Session
) -> None:
    group = make_class_group(session, band=Band.KS1)
    make_pupil(session, group, first_name="Bo")
    teacher = make_staff(session)
    window = make_window(session, group, teacher)
    session.commit()
    browser = new_browser(app)
    browser.post("/learn/", data={"code": window.code})
    browser.post("/learn/leave")
    assert browser.get("/learn/").location == "/learn/names"
    session.delete(window)
    session.flush()
    make_window(session, group, teacher)
    session.commit()
    browser.post("/learn/leave")
    assert "Type your class code" in browser.get("/learn/").text
