"""Two hashes at a time on one machine: strangers wait for strangers, and a killed process frees its place."""

import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.hash_slots import MOST_AT_ONCE, HashSlots, Lane, NoHashSlot
from tests.accounts.doors import PASSWORD, new_browser, password_hash, staff_browser
from tests.factories import make_staff
from tests.pages import Page
from tests.serving import PATIENCE_SECONDS, wait_until
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


@pytest.mark.parametrize("lane", [Lane.STRANGERS, Lane.KNOWN])
def test_few_wait_in_one_process_so_that_threads_are_left_for_pupils(lane: Lane, tmp_path: Path) -> None:
    places = HashSlots(tmp_path, PATIENCE_SECONDS)
    done = threading.Semaphore(0)

    def wait() -> None:
        with places.slot(lane):
            done.release()

    others = HashSlots(tmp_path)
    with others.slot(Lane.STRANGERS), others.slot(Lane.KNOWN):
        threads = [threading.Thread(target=wait) for _ in range(MOST_AT_ONCE[lane])]
        for thread in threads:
            thread.start()
        wait_until(lambda: places.waiting == MOST_AT_ONCE[lane], lambda: f"{places.waiting} wait")
        with pytest.raises(NoHashSlot), places.slot(lane):
            pass
    for _ in threads:
        assert done.acquire(timeout=PATIENCE_SECONDS)
    for thread in threads:
        thread.join()
    with places.slot(lane):
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
    assert answer.headers["Retry-After"] == "2"
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
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert Page(answer.text).value("note") == "She came to me."
    assert PASSWORD not in answer.text
    with crowded.slot(Lane.KNOWN), crowded.slot(Lane.KNOWN):
        typed = {"old": PASSWORD, "new": "gravel lantern otter prism", "again": "gravel lantern otter prism"}
        answer = browser.post("/staff/password", data=typed)
    assert answer.status_code == 503
    assert not [word for word in typed.values() if word in answer.text]


@pytest.mark.database("sqlite")
def test_a_form_that_waits_by_itself_is_told_where_its_answer_leads(app: Flask, session: Session) -> None:
    staff = make_staff(session, email="a@school.example", password_hash=password_hash())
    session.commit()
    answer = new_browser(app).post(
        "/staff/sign-in",
        data={"email": staff.email, "password": PASSWORD},
        headers={"Kiosk-Waits": "yes"},
    )
    assert (answer.status_code, answer.headers["Kiosk-Go-To"]) == (204, "/staff/")
    assert "kiosk-staff" in str(answer.headers.getlist("Set-Cookie"))
