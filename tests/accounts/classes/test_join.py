"""A child comes in by class code, name and key; nothing shows before a code, nothing stays after leaving."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.classes.pupil_keys import shown_pictures
from kiosk.bands import Band
from kiosk.storage.db import now_utc
from tests.accounts.doors import heading, join_with_key, keyed_pupil, new_browser, open_class, open_key_page
from tests.factories import make_pupil
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

TODAYS_WORK = "/learn/lessons/"


def cookie(browser: FlaskClient) -> str | None:
    found = browser.get_cookie("kiosk-learn", path="/learn")
    return found.value if found else None


def test_the_first_page_asks_for_the_code_alone(client: FlaskClient) -> None:
    page = Page(client.get("/learn/").text)
    assert heading(page) == "Type your class code"
    assert [one.attrs.get("autocomplete") for one in page.inputs("code")] == ["off"]
    assert cookie(client) is None


def test_names_come_after_a_code_in_the_order_of_the_alphabet(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session, code="KITE 42")
    for name in ("zoë", "Amira", "leo"):
        make_pupil(session, window.class_group, first_name=name)
    make_pupil(session, first_name="Other class")
    make_pupil(session, window.class_group, first_name="Gone", left_on=now_utc().date())
    session.commit()
    assert client.get("/learn/names").headers["Location"] == "/learn/"
    answer = client.post("/learn/", data={"code": " kite42"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/learn/names")
    page = Page(client.get("/learn/names").text)
    assert heading(page) == "Tap your name"
    assert [button.text for button in page.inputs("pupil")] == ["Amira", "leo", "zoë"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the code that is on the board."),
        ("kites", "A class code is a word and two numbers."),
        ("TEDDY 11", "We do not know that code."),
        ("<script>", "A class code is a word and two numbers."),
    ],
)
def test_a_code_that_opens_nothing_is_answered_kindly_and_kept(
    client: FlaskClient, session: Session, typed: str, says: str
) -> None:
    open_class(session)
    session.commit()
    answer = client.post("/learn/", data={"code": typed})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert says in page.text
    assert page.value("code") == typed
    assert page.inputs("code")[0].attrs["aria-invalid"] == "true"
    assert not {"wrong", "fail", "oops"} & set(page.text.lower().split())
    assert cookie(client) is None


def test_the_code_of_a_window_that_has_closed_opens_nothing(client: FlaskClient, session: Session) -> None:
    window = open_class(session, minutes=-1)
    session.commit()
    assert client.post("/learn/", data={"code": window.code}).status_code == 422


def test_the_youngest_say_that_it_is_them_and_a_wrong_tap_lets_nobody_in(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session, Band.KS1)
    pupil, other = make_pupil(session, window.class_group), make_pupil(session, window.class_group)
    session.commit()
    client.post("/learn/", data={"code": window.code})
    assert client.post("/learn/me").headers["Location"] == "/learn/names", "nobody was tapped"
    answer = client.post("/learn/names", data={"pupil": other.id.hex})
    assert answer.headers["Location"] == "/learn/me"
    assert client.get(TODAYS_WORK).headers["Location"] == "/learn/", "one tap lets nobody in"
    page = Page(client.get("/learn/me").text)
    assert heading(page) == "Is this you?"
    assert other.first_name in page.text
    assert pupil.first_name not in page.text
    assert client.post("/learn/not-me").headers["Location"] == "/learn/names"
    answer = client.post("/learn/me", data={"pupil": other.id.hex})
    assert answer.headers["Location"] == "/learn/names", "the wrong child is forgotten"
    client.post("/learn/names", data={"pupil": pupil.id.hex})
    assert client.post("/learn/me", data={"pupil": pupil.id.hex}).headers["Location"] == TODAYS_WORK
    assert client.get(TODAYS_WORK).status_code == 200


def test_only_the_child_whom_the_page_showed_comes_in(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    """Nobody is signed in by an address, by a form without the page, or by a page that Back brought up again."""
    window = open_class(session, Band.KS1)
    ella, ben = (make_pupil(session, window.class_group, first_name=name) for name in ("Ella", "Ben"))
    session.commit()
    client.post("/learn/", data={"code": window.code})
    straight = client.post("/learn/me", data={"pupil": ella.id.hex})
    assert straight.headers["Location"] == "/learn/names", "without a name that was tapped"
    client.post("/learn/names", data={"pupil": ella.id.hex})
    shown = Page(client.get("/learn/me").text)
    assert [button.text for button in shown.inputs("pupil")] == ["That is me"]
    assert shown.value("pupil") == ella.id.hex
    client.post("/learn/names", data={"pupil": ben.id.hex})
    for sent in ({}, {"pupil": ella.id.hex}, {"pupil": "x"}):  # Forward shows Ella again
        assert client.post("/learn/me", data=sent).headers["Location"] == "/learn/me"
        assert client.get(TODAYS_WORK).headers["Location"] == "/learn/", "nobody came in"
    assert "Ben" in client.get("/learn/me").text, "it asks again, and shows who was tapped last"
    assert client.get("/learn/me?pupil=" + ben.id.hex).status_code == 200, "a link lets nobody in"
    assert client.get(TODAYS_WORK).headers["Location"] == "/learn/"
    assert client.post("/learn/me", data={"pupil": ben.id.hex}).headers["Location"] == TODAYS_WORK


def test_whoever_has_a_key_never_says_so_by_a_tap(app: Flask, client: FlaskClient, session: Session) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    open_key_page(client, window, key.pupil)
    assert client.get("/learn/me").headers["Location"] == "/learn/key"
    assert client.post("/learn/me").headers["Location"] == "/learn/names"
    assert client.get(TODAYS_WORK).headers["Location"] == "/learn/"


@pytest.mark.parametrize(("children", "pages"), [(30, 1), (31, 2)])
def test_thirty_names_of_the_youngest_are_one_page_and_more_are_two_halves(
    app: Flask, client: FlaskClient, session: Session, children: int, pages: int
) -> None:
    window = open_class(session, Band.KS1)
    names = [f"Ada {letter}{more}" for letter in "ABCDEFGHIJKLMNOP" for more in "ab"][:children]
    for name in names:
        make_pupil(session, window.class_group, first_name=name)
    session.commit()
    client.post("/learn/", data={"code": window.code})
    shown = [
        [tile.text for tile in Page(client.get(f"/learn/names?page={page}").text).inputs("pupil")]
        for page in range(pages)
    ]
    assert [name for page in shown for name in page] == names
    assert ("More names" in client.get("/learn/names").text) is (pages > 1)
    assert (
        client.get("/learn/names?page=9").status_code == client.get("/learn/names?page=x").status_code == 200
    )


def test_three_pictures_in_order_let_a_child_in_without_a_script(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    page = open_key_page(client, window, key.pupil)
    assert heading(page) == "Hello, Amira"
    shown = [button.attrs["value"] for button in page.inputs("key")]
    assert shown == shown_pictures(site_of(app).key, key.pupil.id, site_of(app).pictures.keys)
    for done, thing in enumerate(key.things[:2], 1):
        assert client.post("/learn/key", data={"key": thing}).headers["Location"] == "/learn/key"
        page = Page(client.get("/learn/key").text)
        assert f"{done} of 3 done" in page.text
        slots = [one for one in page.all("span") if one.attrs.get("class", "").startswith("slot")]
        assert [slot.attrs["class"] for slot in slots].count("slot slot--done") == done
        assert thing not in "".join(slot.text for slot in slots), "a filled slot must not show the picture"
    assert client.post("/learn/key", data={"key": key.things[2]}).headers["Location"] == TODAYS_WORK
    assert "Amira" in client.get(TODAYS_WORK).text


@pytest.mark.parametrize("band", [Band.KS3, Band.KS4])
def test_older_pupils_come_in_with_their_words(
    app: Flask, client: FlaskClient, session: Session, band: Band
) -> None:
    window = open_class(session, band)
    key = keyed_pupil(app, session, window)
    page = open_key_page(client, window, key.pupil)
    assert page.inputs("words")[0].attrs["autocomplete"] == "off"
    answer = client.post("/learn/key", data={"words": key.passphrase.upper().replace(" ", "-")})
    assert answer.headers["Location"] == TODAYS_WORK


def test_words_that_are_not_the_key_are_not_shown_again(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session, Band.KS3)
    key = keyed_pupil(app, session, window)
    open_key_page(client, window, key.pupil)
    client.post("/learn/key", data={"words": "zebra quilt lamp"})
    answer = client.get("/learn/key").text
    assert "Those are not your three words" in answer
    assert "zebra" not in answer


def test_pictures_that_are_not_the_key_start_again_with_a_kind_word(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    open_key_page(client, window, key.pupil)
    for thing in reversed(key.things):
        client.post("/learn/key", data={"key": thing})
    page = Page(client.get("/learn/key").text)
    assert "Try those three again" in page.text
    assert "0 of 3 done" in page.text
    assert client.get(TODAYS_WORK).headers["Location"] == "/learn/"


def test_five_wrong_keys_make_that_name_wait_and_no_other(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session, Band.KS3)
    key = keyed_pupil(app, session, window)
    other = keyed_pupil(app, session, window, "Leo")
    open_key_page(client, window, key.pupil)
    for _ in range(5):
        client.post("/learn/key", data={"words": "not these words"})
    page = Page(client.get("/learn/key").text)
    assert heading(page) == "Let us wait a little, Amira"
    assert "You can try again in 1 minute." in page.text
    client.post("/learn/key", data={"words": key.passphrase})
    assert client.get(TODAYS_WORK).status_code == 302
    assert join_with_key(new_browser(app), window, other) == TODAYS_WORK


def test_a_picture_that_is_not_among_the_twelve_counts_for_nothing(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    open_key_page(client, window, key.pupil)
    for odd in ("", "seedling", "<b>"):
        client.post("/learn/key", data={"key": odd})
    assert "0 of 3 done" in client.get("/learn/key").text


def test_a_child_may_start_the_pictures_again_or_say_that_it_is_someone_else(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    page = open_key_page(client, window, key.pupil)
    assert page.button("Start my pictures again").attrs["form"] == "again"
    assert page.button("Not me").attrs["form"] == "not-me"
    client.post("/learn/key", data={"key": key.things[0]})
    client.post("/learn/key/again")
    assert "0 of 3 done" in client.get("/learn/key").text
    assert client.post("/learn/not-me").headers["Location"] == "/learn/names"
    assert client.get("/learn/key").headers["Location"] == "/learn/names"


def test_a_child_without_a_key_is_told_whom_to_ask(client: FlaskClient, session: Session) -> None:
    window = open_class(session)
    pupil = make_pupil(session, window.class_group, first_name="Amira")
    session.commit()
    assert heading(open_key_page(client, window, pupil)) == "You have no key yet, Amira"


def test_a_window_admits_nobody_of_another_class(app: Flask, client: FlaskClient, session: Session) -> None:
    window, other = open_class(session), open_class(session)
    stranger = keyed_pupil(app, session, other)
    client.post("/learn/", data={"code": window.code})
    assert (
        client.post("/learn/names", data={"pupil": stranger.pupil.id.hex}).headers["Location"]
        == "/learn/names"
    )
    assert client.get("/learn/key").headers["Location"] == "/learn/names"


@pytest.mark.parametrize("sent", ["", "x", "00000000000000000000000000000000", "' or 1=1"])
def test_a_name_that_is_none_leads_back_to_the_names(
    client: FlaskClient, session: Session, sent: str
) -> None:
    window = open_class(session)
    session.commit()
    client.post("/learn/", data={"code": window.code})
    assert client.post("/learn/names", data={"pupil": sent}).headers["Location"] == "/learn/names"


@pytest.mark.parametrize("path", ["/learn/names", "/learn/key", "/learn/no-name", TODAYS_WORK])
def test_nothing_opens_before_a_code(client: FlaskClient, path: str) -> None:
    answer = client.get(path, follow_redirects=True)
    assert heading(Page(answer.text)) == "Type your class code"


def test_a_form_of_another_site_signs_nobody_in(app: Flask, session: Session) -> None:
    window = open_class(session)
    session.commit()
    foreign = app.test_client()
    answer = foreign.post("/learn/", data={"code": window.code}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("path", "words"), [("/learn/no-code", "Ask your teacher for the code")])
def test_a_child_without_a_code_may_still_read(client: FlaskClient, path: str, words: str) -> None:
    page = Page(client.get(path).text)
    assert heading(page) == words
    assert page.link("Read the lessons") == "/home/lessons/"


def test_help_is_one_tap_away_in_the_band_of_the_class(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    window = open_class(session, Band.KS3)
    key = keyed_pupil(app, session, window)
    page = open_key_page(client, window, key.pupil)
    assert page.link("Tell someone") == "/report/ks3/en"
    client.get("/learn/names")
    assert Page(client.get("/learn/no-name").text).link("Tell someone") == "/report/ks3/en"
