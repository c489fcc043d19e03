"""A sign-in of a child ends with the window, the class or the wait; nothing stays after leaving."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.classes.windows import close_window
from kiosk.accounts.models import ClassWindow, Pupil
from kiosk.storage.db import now_utc
from tests.accounts.doors import heading, join_with_key, keyed_pupil, open_class, open_key_page
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

TODAYS_WORK = "/learn/lessons/"


def cookie(browser: FlaskClient) -> str | None:
    found = browser.get_cookie("kiosk-learn", path="/learn")
    return found.value if found else None


def end_by_closing(session: Session, window: ClassWindow, pupil: Pupil) -> None:
    close_window(session, session.merge(window))


def forget_class(client: FlaskClient) -> None:
    """School is over, and with it the class that the tablet keeps (test_kept_class)."""
    client.delete_cookie("kiosk-class", path="/learn")


def end_by_time(session: Session, window: ClassWindow, pupil: Pupil) -> None:
    session.get_one(ClassWindow, window.id).closes_at = now_utc() - timedelta(seconds=1)


def end_by_moving(session: Session, window: ClassWindow, pupil: Pupil) -> None:
    session.get_one(Pupil, pupil.id).class_group_id = open_class(session).class_group_id


def end_by_leaving_school(session: Session, window: ClassWindow, pupil: Pupil) -> None:
    session.get_one(Pupil, pupil.id).left_on = now_utc().date()


def end_by_new_key(session: Session, window: ClassWindow, pupil: Pupil) -> None:
    """Whoever had watched the old one is out, too."""
    session.get_one(Pupil, pupil.id).key_hash = b"of another key"


@pytest.mark.parametrize(
    "end", [end_by_closing, end_by_time, end_by_moving, end_by_leaving_school, end_by_new_key]
)
def test_a_sign_in_ends_with_the_window_the_class_or_the_child(
    app: Flask, client: FlaskClient, session: Session, end: object
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    assert join_with_key(client, window, key) == TODAYS_WORK
    assert client.get(TODAYS_WORK).status_code == 200
    end(session, window, key.pupil)  # type: ignore[operator]
    session.commit()
    forget_class(client)
    page = Page(client.get(TODAYS_WORK, follow_redirects=True).text)
    assert heading(page) == "Type your class code"
    assert "Your class has closed, or you were away" in page.text
    assert "Amira" not in page.text
    assert cookie(client) is None


def test_a_cookie_that_was_copied_before_leave_opens_nothing_after_it(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    """A neighbour reads the cookie off the tablet, and waits until the child has gone."""
    window = open_class(session)
    join_with_key(client, window, keyed_pupil(app, session, window))
    copied, neighbour = cookie(client), app.test_client()
    assert copied
    neighbour.set_cookie("kiosk-learn", copied, path="/learn")
    assert neighbour.get(TODAYS_WORK).status_code == 200
    client.post("/learn/leave")
    neighbour.set_cookie("kiosk-learn", copied, path="/learn")
    assert neighbour.get(TODAYS_WORK).headers["Location"] == "/learn/"


def test_a_tablet_left_for_ten_minutes_asks_again(app: Flask, client: FlaskClient, session: Session) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    join_with_key(client, window, key)
    with client.session_transaction("/learn/") as held:
        held["seen"] -= 11
    assert client.get(TODAYS_WORK).headers["Location"] == "/learn/"


def test_who_is_in_goes_on_to_work_and_sees_no_names(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    join_with_key(client, window, key)
    assert client.get("/learn/").headers["Location"] == TODAYS_WORK
    assert client.get("/learn/names").headers["Location"] == "/learn/"


def test_the_cookie_is_for_the_learn_door_alone_and_holds_no_name(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    open_key_page(client, window, key.pupil)
    answer = client.post("/learn/key", data={"key": key.things[0]})
    header = answer.headers["Set-Cookie"]
    assert header.startswith("kiosk-learn=")
    assert {"Path=/learn", "HttpOnly", "SameSite=Lax"} <= set(header.split("; "))
    assert not any(part.startswith(("Expires", "Max-Age")) for part in header.split("; "))
    assert "Set-Cookie" not in client.get("/").headers


def test_nothing_of_a_child_remains_after_leaving(app: Flask, client: FlaskClient, session: Session) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    join_with_key(client, window, key)
    answer = client.post("/learn/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?fresh=1")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert cookie(client) is None
    forget_class(client)
    for path in ("/", "/learn/", "/learn/names", "/learn/key", TODAYS_WORK):
        assert "Amira" not in client.get(path, follow_redirects=True).text


def test_leaving_forgets_the_class_too_but_keeps_the_language(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    client.post("/learn/?lang=ur", data={"code": window.code})
    client.post("/learn/names", data={"pupil": key.pupil.id.hex})
    assert 'dir="rtl"' in client.get("/learn/key").text
    assert client.post("/learn/leave").headers["Location"] == "/?lang=ur&fresh=1"
    assert client.get("/learn/names").headers["Location"] == "/learn/"


def test_asking_to_leave_changes_nothing(app: Flask, client: FlaskClient, session: Session) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    join_with_key(client, window, key)
    page = Page(client.get("/learn/leave").text)
    assert heading(page) == "Have you finished?"
    assert client.get(TODAYS_WORK).status_code == 200
