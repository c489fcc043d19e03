"""Two hashes at a time on one machine: strangers wait for strangers, and a killed process frees its place."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.accounts.sign_in.hash_slots import HashSlots, Lane, NoHashSlot
from kiosk.web.lanes import DRAWN, HEADER, LATE
from tests.accounts.doors import PASSWORD, new_browser, password_hash, staff_browser
from tests.factories import make_staff
from tests.pages import Page
from tests.serving import PATIENCE_SECONDS
from tests.sites import change_site

AT_ONCE = 0.0


def test_strangers_have_one_place_and_leave_the_other_to_those_who_are_known(tmp_path: Path) -> None:
    places, elsewhere = HashSlots(tmp_path, AT_ONCE), HashSlots(tmp_path, AT_ONCE)
    with places.slot(Lane.STRANGERS):
        with pytest.raises(NoHashSlot), elsewhere.slot(Lane.STRANGERS):
            pass
        with elsewhere.slot(Lane.KNOWN), pytest.raises(NoHashSlot), places.slot(Lane.KNOWN):
            pass
    with (
        places.slot(Lane.KNOWN),
        elsewhere.slot(Lane.KNOWN),
        pytest.raises(NoHashSlot),
        places.slot(Lane.STRANGERS),
    ):
        pass
    with elsewhere.slot(Lane.STRANGERS):
        pass


def test_a_process_that_is_killed_with_a_place_leaves_it_free(tmp_path: Path) -> None:
    ready = multiprocessing.Event()
    child = os.fork()
    if not child:
        with HashSlots(tmp_path).slot(Lane.STRANGERS):
            ready.set()
            signal.pause()
    ready.wait(PATIENCE_SECONDS)
    with pytest.raises(NoHashSlot), HashSlots(tmp_path, AT_ONCE).slot(Lane.STRANGERS):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with HashSlots(tmp_path, AT_ONCE).slot(Lane.STRANGERS):
        pass


def test_of_two_at_once_for_the_same_person_only_one_is_the_first(tmp_path: Path) -> None:
    places = HashSlots(tmp_path)
    with (
        places.one_at_a_time("amira") as first,
        places.one_at_a_time("amira") as second,
        places.one_at_a_time("zoltan") as other,
    ):
        assert (first, second, other) == (True, False, True)
    with places.one_at_a_time("amira") as again:
        assert again


@pytest.fixture
def crowded(app: Flask, tmp_path: Path) -> HashSlots:
    """The places of a school in which nobody waits for long."""
    places = HashSlots(tmp_path, AT_ONCE)
    change_site(app, hash_slots=places)
    return places


@pytest.mark.database("sqlite")
def test_whoever_finds_no_place_keeps_the_address_and_is_told_when_to_come_back(
    client: FlaskClient, session: Session, crowded: HashSlots
) -> None:
    staff = make_staff(session, email="a@school.example", password_hash=password_hash())
    session.commit()
    sent = {"email": staff.email, "password": PASSWORD, "next": "/staff/people/"}
    with crowded.slot(Lane.STRANGERS):
        answer = client.post("/staff/sign-in", data=sent)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    page = Page(answer.text)
    assert (page.value("email"), page.value("next")) == (staff.email, "/staff/people/")
    assert "Many people are signing in at this moment" in answer.text
    assert PASSWORD not in answer.text
    assert PASSWORD not in str(answer.headers)
    assert client.post("/staff/sign-in", data=sent).headers["Location"] == "/staff/people/"


@pytest.mark.database("sqlite")
def test_what_was_being_sent_with_a_password_is_kept_while_its_owner_waits(
    app: Flask, session: Session, crowded: HashSlots
) -> None:
    staff = make_staff(session, password_hash=password_hash())
    session.commit()
    browser = staff_browser(app, staff)
    with crowded.slot(Lane.KNOWN), crowded.slot(Lane.KNOWN):
        answer = browser.post("/staff/unlock", data={"unlock-password": PASSWORD, "note": "She came to me."})
    assert "Many people are signing in at this moment" in answer.text
    assert Page(answer.text).value("note") == "She came to me."
    assert PASSWORD not in answer.text
    with crowded.slot(Lane.KNOWN), crowded.slot(Lane.KNOWN):
        typed = {"old": PASSWORD, "new": "gravel lantern otter prism", "again": "gravel lantern otter prism"}
        answer = browser.post("/staff/password", data=typed)
    assert answer.status_code == 422
    assert not [word for word in typed.values() if word in answer.text]


@pytest.mark.database("sqlite")
def test_a_password_waits_until_it_is_drawn_with_strangers_or_with_browsers_that_are_known(
    app: Flask, session: Session
) -> None:
    staff = make_staff(session, email="a@school.example", password_hash=password_hash())
    session.commit()
    browser, sent = new_browser(app), {"email": staff.email, "password": PASSWORD}

    def sign_in(drawn: str) -> TestResponse:
        return browser.post("/staff/sign-in", data=sent, environ_overrides={DRAWN: drawn})

    assert sign_in("").headers[HEADER] == Lane.STRANGERS.value
    late = sign_in(LATE)
    assert late.status_code == 503
    assert Page(late.text).value("email") == staff.email
    assert PASSWORD not in late.text
    assert sign_in(Lane.STRANGERS.value).headers["Location"] == "/staff/"
    browser.post("/staff/sign-out")
    assert sign_in("").headers[HEADER] == Lane.KNOWN.value
    assert sign_in(Lane.KNOWN.value).headers["Location"] == "/staff/"
    unlock = {"unlock-password": PASSWORD}
    assert browser.post("/staff/unlock", data=unlock, environ_overrides={DRAWN: ""}).headers[HEADER] == (
        Lane.KNOWN.value
    )


@pytest.mark.database("sqlite")
def test_an_answer_that_says_not_yet_holds_nothing_and_sets_no_cookie(app: Flask, session: Session) -> None:
    staff = make_staff(session, email="a@school.example", password_hash=password_hash())
    session.commit()
    answer = new_browser(app).post(
        "/staff/sign-in",
        data={"email": staff.email, "password": PASSWORD},
        environ_overrides={DRAWN: ""},
    )
    assert (answer.data, answer.headers.getlist("Set-Cookie")) == (b"", [])
