"""Classes: whose they are, opening and closing, letting a child try again, and new keys as cards."""

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.pupil_keys import KeyMatch
from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil, StaffMember
from kiosk.bands import Band
from kiosk.roles import Role
from kiosk.storage.db import now_utc
from tests.accounts.doors import (
    heading,
    join_with_key,
    keyed_pupil,
    new_browser,
    open_key_page,
    rows,
    staff_browser,
)
from tests.accounts.keys import check_key
from tests.at_once import Post, press_at_once
from tests.factories import make_class_group, make_pupil, make_staff, make_window
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


def window_of(app: Flask, group: ClassGroup) -> ClassWindow | None:
    found = rows(app, select(ClassWindow).where(ClassWindow.class_group_id == group.id))
    return found[0] if found else None


def make_keys(browser: FlaskClient, group: ClassGroup, **sent: str) -> Page:
    """The cards, by way of the page that says what they do."""
    asked = Page(
        browser.get(f"/staff/classes/{group.id}/keys", query_string={"pupil": sent.get("pupil", "")}).text
    )
    return Page(
        browser.post(f"/staff/classes/{group.id}/keys", data={"once": asked.value("once"), **sent}).text
    )


def card_words(page: Page) -> list[list[str]]:
    cards = [one for one in page.all("li") if one.attrs.get("class") == "key-card"]
    return [[bold.text for bold in card.find_all("ol")[0].find_all("b")] for card in cards]


def test_a_teacher_sees_the_own_classes_and_no_others(browser: FlaskClient, session: Session) -> None:
    other = make_class_group(session, name="9Z")
    make_pupil(session, other)
    session.commit()
    text = Page(browser.get("/staff/classes/").text).text
    assert "5B" in text
    assert "9Z" not in text


def test_a_teacher_without_a_class_is_told_where_it_comes_from(app: Flask, session: Session) -> None:
    staff = make_staff(session)
    session.commit()
    assert "You have no classes yet" in staff_browser(app, staff).get("/staff/classes/").text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PRINCIPAL, Role.NETWORK])
def test_those_who_look_after_the_school_see_every_class(
    app: Flask, session: Session, group: ClassGroup, role: Role
) -> None:
    staff = make_staff(session, role)
    session.commit()
    browser = staff_browser(app, staff)
    assert "5B" in browser.get("/staff/classes/").text
    assert browser.get(f"/staff/classes/{group.id}").status_code == 200


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DSL, Role.CHAIR])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("post", "/open"),
        ("post", "/close"),
        ("get", "/keys"),
        ("post", "/keys"),
        ("post", "/clear"),
        ("post", "/pupils/{pupil}/clear"),
    ],
)  # fmt: skip
def test_a_class_of_somebody_else_is_as_if_there_were_none(
    app: Flask, session: Session, group: ClassGroup, role: Role, method: str, path: str
) -> None:
    staff = make_staff(session, role)
    session.commit()
    (pupil,) = rows(app, select(Pupil))
    address = f"/staff/classes/{group.id}" + path.format(pupil=pupil.id)
    assert getattr(staff_browser(app, staff), method)(address).status_code == 404
    assert window_of(app, group) is None


def test_a_class_that_does_not_exist_is_not_found(browser: FlaskClient) -> None:
    assert browser.get(f"/staff/classes/{uuid.uuid4()}").status_code == 404
    assert browser.get("/staff/classes/x").status_code == 404


def test_opening_shows_the_code_with_its_picture_and_pupils_can_come(
    app: Flask, browser: FlaskClient, group: ClassGroup, session: Session
) -> None:
    assert browser.post(f"/staff/classes/{group.id}/open", data={"minutes": "45"}).status_code == 303
    window = window_of(app, group)
    assert window
    page = Page(browser.get(f"/staff/classes/{group.id}").text)
    assert window.code in page.text
    assert "Open until" in page.text
    assert new_browser(app).post("/learn/", data={"code": window.code}).status_code == 303


@pytest.mark.parametrize("minutes", ["", "0", "91", "-5", "x", "1e3", "٤٥", "99999"])
def test_a_time_that_will_not_do_is_explained_and_opens_nothing(
    app: Flask, browser: FlaskClient, group: ClassGroup, session: Session, minutes: str
) -> None:
    answer = browser.post(f"/staff/classes/{group.id}/open", data={"minutes": minutes})
    assert answer.status_code == 422
    assert "Choose between 1 and 90 minutes." in answer.text
    assert window_of(app, group) is None


def test_closing_signs_every_pupil_out(
    app: Flask, browser: FlaskClient, group: ClassGroup, teacher: StaffMember, session: Session
) -> None:
    window = make_window(session, group, teacher, code="OWL 33")
    key = keyed_pupil(app, session, window, "Leo")
    tablet = new_browser(app)
    join_with_key(tablet, window, key)
    assert tablet.get("/learn/lessons/").status_code == 200
    browser.post(f"/staff/classes/{group.id}/close")
    assert tablet.get("/learn/lessons/").headers["Location"] == "/learn/"
    assert browser.post(f"/staff/classes/{group.id}/close").status_code == 303, "twice does no harm"


def test_a_teacher_sees_who_waits_and_lets_them_try(
    app: Flask, browser: FlaskClient, group: ClassGroup, teacher: StaffMember, session: Session
) -> None:
    window = make_window(session, group, teacher, code="OWL 33")
    key = keyed_pupil(app, session, window, "Leo")
    tablet = new_browser(app)
    open_key_page(tablet, window, key.pupil)
    for thing in list(reversed(key.things)) * 5:
        tablet.post("/learn/key", data={"key": thing})
    page = Page(browser.get(f"/staff/classes/{group.id}").text)
    assert "Waits until" in page.text
    answer = browser.post(f"/staff/classes/{group.id}/pupils/{key.pupil.id}/clear", follow_redirects=True)
    assert "Leo can try again now." in answer.text
    assert join_with_key(tablet, window, key) == "/learn/lessons/"


def test_a_teacher_lets_everybody_try_again_with_one_tap(
    app: Flask, browser: FlaskClient, group: ClassGroup, teacher: StaffMember, session: Session
) -> None:
    window = make_window(session, group, teacher, code="OWL 36")
    keys = [keyed_pupil(app, session, window, name) for name in ("Leo", "Zara")]
    script = new_browser(app)
    for key in keys:
        open_key_page(script, window, key.pupil)
        for _ in range(5):
            for thing in reversed(key.things):
                script.post("/learn/key", data={"key": thing})
    assert "Let everybody try again" in browser.get(f"/staff/classes/{group.id}").text
    answer = browser.post(f"/staff/classes/{group.id}/clear", follow_redirects=True)
    assert "Everybody in 5B can try again now." in answer.text
    assert "Let everybody try again" not in answer.text
    for key in keys:
        assert join_with_key(new_browser(app), window, key) == "/learn/lessons/"


def test_nobody_of_another_class_is_cleared(
    browser: FlaskClient, group: ClassGroup, session: Session
) -> None:
    stranger = make_pupil(session)
    session.commit()
    assert browser.post(f"/staff/classes/{group.id}/pupils/{stranger.id}/clear").status_code == 404


def test_a_new_key_for_one_child_takes_two_taps_and_works(
    app: Flask, browser: FlaskClient, group: ClassGroup, teacher: StaffMember, session: Session
) -> None:
    (pupil,) = rows(app, select(Pupil))
    first = Page(browser.get(f"/staff/classes/{group.id}").text)
    links = [
        one.attrs["href"] for one in first.all("a") if one.attrs.get("aria-label") == "New key for Amira"
    ]
    assert Page(browser.get(links[0]).text).button("Make a new key")
    (words,) = card_words(make_keys(browser, group, pupil=pupil.id.hex))
    window = make_window(session, group, teacher, code="OWL 33")
    session.expire_all()
    assert (
        check_key(session, window, session.get_one(Pupil, pupil.id), words, now_utc()).fit is KeyMatch.RIGHT
    )


def test_the_older_get_words_and_no_pictures(
    app: Flask, browser: FlaskClient, teacher: StaffMember, session: Session
) -> None:
    group = make_class_group(session, teacher=teacher, name="9A", year="9", band=Band.KS3)
    make_pupil(session, group, first_name="Sam")
    session.commit()
    page = make_keys(browser, group, who="missing")
    assert [len(words) for words in card_words(page)] == [3]
    assert "Type them in this order" in page.text


def test_keys_are_made_for_those_without_or_for_everybody(
    app: Flask, browser: FlaskClient, group: ClassGroup, session: Session
) -> None:
    assert len(card_words(make_keys(browser, group, who="missing"))) == 1
    assert card_words(make_keys(browser, group, who="missing")) == []
    make_pupil(session, group, first_name="Leo")
    session.commit()
    assert len(card_words(make_keys(browser, group, who="everybody"))) == 2


def test_a_page_of_cards_sent_twice_makes_no_second_keys(
    app: Flask, browser: FlaskClient, group: ClassGroup, session: Session
) -> None:
    asked = Page(browser.get(f"/staff/classes/{group.id}/keys").text)
    browser.get(f"/staff/classes/{group.id}/keys")  # in another tab, which changes nothing here
    sent = {"once": asked.value("once"), "who": "everybody"}
    assert card_words(Page(browser.post(f"/staff/classes/{group.id}/keys", data=sent).text))
    before = rows(app, select(Pupil.key_hash))
    answer = browser.post(f"/staff/classes/{group.id}/keys", data=sent, follow_redirects=True)
    assert "Cards are shown once." in answer.text
    assert rows(app, select(Pupil.key_hash)) == before


def test_a_card_is_never_shown_again(browser: FlaskClient, group: ClassGroup) -> None:
    (words,) = card_words(make_keys(browser, group, who="everybody"))
    for path in ("", "/keys"):
        text = browser.get(f"/staff/classes/{group.id}{path}").text
        assert not [word for word in words if f"<b>{word}</b>" in text]


@pytest.mark.parametrize("pupil", ["x", "0" * 32])
def test_a_key_for_nobody_is_not_found(browser: FlaskClient, group: ClassGroup, pupil: str) -> None:
    assert browser.get(f"/staff/classes/{group.id}/keys", query_string={"pupil": pupil}).status_code == 404


def test_the_youngest_are_offered_no_keys(
    browser: FlaskClient, teacher: StaffMember, session: Session
) -> None:
    group = make_class_group(session, teacher=teacher, name="1R", year="1", band=Band.KS1)
    pupil = make_pupil(session, group, first_name="Ola")
    session.commit()
    page = Page(browser.get(f"/staff/classes/{group.id}").text)
    assert "Key" not in page.text
    answer = browser.post(
        f"/staff/classes/{group.id}/keys",
        data={
            "once": Page(browser.get(f"/staff/classes/{group.id}/keys").text).value("once"),
            "pupil": pupil.id.hex,
        },
        follow_redirects=True,
    )
    assert "They have no key." in answer.text


def test_the_page_of_a_class_leads_to_who_has_finished_what(browser: FlaskClient, group: ClassGroup) -> None:
    page = Page(browser.get(f"/staff/classes/{group.id}").text)
    assert heading(page) == "5B"
    assert page.link("Who has finished what") == f"/staff/completion/{group.id}"


@pytest.mark.database("postgresql")
def test_two_close_a_class_at_once(
    app: Flask, session: Session, browser: FlaskClient, group: ClassGroup, teacher: StaffMember
) -> None:
    make_window(session, group, teacher)
    session.commit()
    address = f"/staff/classes/{group.id}/close"
    posts: list[Post] = [(one, address, {}) for one in (browser, staff_browser(app, teacher))]
    assert press_at_once(app, "class_window", *posts) == [303, 303]
    assert rows(app, select(ClassWindow)) == []
