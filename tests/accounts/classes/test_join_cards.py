"""A card takes the place of a tap, never of a key; it opens nothing that a teacher has not opened, and nothing on a
device that was not set up (promise E26)."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.join_cards import card_digest, end_cards_of, find_card, print_cards
from kiosk.accounts.classes.windows import close_window
from kiosk.accounts.models import ClassGroup, ClassWindow, JoinCard, Pupil, StaffMember
from kiosk.accounts.sign_in.code_rate_limit import WRONG_AT_ONCE
from kiosk.bands import Band
from kiosk.storage.db import now_utc
from tests.accounts.classes.test_set_up_tablets import link_for
from tests.accounts.doors import heading, keyed_pupil, new_browser, staff_browser
from tests.factories import make_class_group, make_pupil, make_staff, make_window
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

NOTHING = "This card opens nothing just now."


@dataclass
class Printed:
    """A class that is open, its tablet, and the words of its cards."""

    teacher: StaffMember
    group: ClassGroup
    window: ClassWindow
    ella: Pupil
    tablet: FlaskClient
    class_words: str
    ellas_words: str


def words_of(page: Page) -> list[str]:
    """The words on the cards of a page, the class's first."""
    return [
        one.text for one in page.all("p") if one.attrs.get("class") == "small" and one.text.count(" ") == 6
    ]


def printed_for(app: Flask, teacher: StaffMember, group: ClassGroup, pupil: Pupil | None = None) -> list[str]:
    """The words of new cards, as the teacher's page shows them; those of one pupil alone where one is given."""
    desk, address = staff_browser(app, teacher), f"/staff/classes/{group.id}/cards"
    asked = Page(desk.get(f"{address}?pupil={pupil.id.hex}" if pupil else address).text)
    sent = {"once": asked.value("once")} | ({"pupil": asked.value("pupil")} if pupil else {})
    return words_of(Page(desk.post(address, data=sent).text))


def make_printed(app: Flask, session: Session, band: Band, year: str) -> Printed:
    teacher = make_staff(session)
    group = make_class_group(session, teacher=teacher, name=f"Class {year}", year=year, band=band)
    ella = make_pupil(session, group, first_name="Ella")
    window = make_window(session, group, teacher, code=f"OTTER {10 + int(year)}")
    session.commit()
    tablet = new_browser(app)
    tablet.post(link_for(app, teacher, group.id.hex))
    return Printed(teacher, group, window, ella, tablet, *printed_for(app, teacher, group))


@pytest.fixture
def young(app: Flask, session: Session) -> Printed:
    return make_printed(app, session, Band.KS1, "1")


def hold_up(browser: FlaskClient, words: str) -> tuple[int, str]:
    """What is answered to a card: the status, and the next address or the page."""
    answer = browser.post("/learn/card", data={"words": words})
    return answer.status_code, answer.location or answer.text


def test_a_class_card_leads_to_the_names_and_a_childs_to_is_this_you(young: Printed) -> None:
    assert hold_up(young.tablet, young.class_words.upper()) == (303, "/learn/names")
    assert hold_up(young.tablet, young.ellas_words) == (303, "/learn/me")
    assert young.tablet.get("/learn/lessons/").location == "/learn/", "a card alone signs nobody in"
    assert heading(Page(young.tablet.get("/learn/me").text)) == "Is this you?"
    came_in = young.tablet.post("/learn/me", data={"pupil": young.ella.id.hex})
    assert came_in.location == "/learn/lessons/?straight=1"


def test_a_card_never_takes_the_place_of_a_key(app: Flask, session: Session) -> None:
    """Who is fifteen and photographs a card of another child stands before a key that the photograph does not have."""
    older = make_printed(app, session, Band.KS4, "10")
    keyed_pupil(app, session, older.window, name="Sam")
    _class, _ella, sam = printed_for(app, older.teacher, older.group)
    assert hold_up(older.tablet, sam) == (303, "/learn/key")
    assert older.tablet.get("/learn/lessons/").location == "/learn/"
    assert older.tablet.post("/learn/me").location == "/learn/names", (
        "nobody of this age says who they are by a tap"
    )
    assert older.tablet.get("/learn/lessons/").location == "/learn/"
    phone = new_browser(app)
    assert hold_up(phone, sam) == (303, "/learn/"), "on a phone of one's own it is not even read"
    assert phone.get("/learn/names").location == "/learn/"


def test_a_tablet_of_another_class_does_not_read_it(app: Flask, session: Session, young: Printed) -> None:
    other = make_printed(app, session, Band.KS1, "2")
    for words in (young.class_words, young.ellas_words):
        status, page = hold_up(other.tablet, words)
        assert status == 422
        assert NOTHING in page


def test_while_no_class_is_open_it_opens_nothing_and_is_answered_as_a_guess(
    session: Session, young: Printed
) -> None:
    close_window(session, young.window)
    session.commit()
    closed = hold_up(young.tablet, young.ellas_words)
    guessed = hold_up(young.tablet, "kite kite kite kite kite kite kite")
    assert NOTHING in closed[1]
    assert closed == guessed


def test_a_new_print_ends_every_card_before_it(app: Flask, young: Printed) -> None:
    new = printed_for(app, young.teacher, young.group)
    for words in (young.class_words, young.ellas_words):
        assert hold_up(young.tablet, words)[0] == 422
    assert hold_up(young.tablet, new[1]) == (303, "/learn/me")


def test_a_child_who_lost_a_card_gets_a_new_one_and_the_others_keep_theirs(
    app: Flask, session: Session, young: Printed
) -> None:
    make_pupil(session, young.group, first_name="Ben")
    session.commit()
    the_class, bens, ellas = printed_for(app, young.teacher, young.group)
    (new,) = printed_for(app, young.teacher, young.group, young.ella)
    assert hold_up(young.tablet, ellas)[0] == 422, "whoever found it has nothing"
    assert hold_up(young.tablet, new) == (303, "/learn/me")
    assert "Ella" in young.tablet.get("/learn/me").text
    assert hold_up(young.tablet, bens) == (303, "/learn/me")
    assert hold_up(young.tablet, the_class) == (303, "/learn/names")


def test_a_new_card_is_for_a_child_of_the_class_alone(app: Flask, session: Session, young: Printed) -> None:
    stranger = make_pupil(session, make_class_group(session, name="Elsewhere", band=Band.KS1))
    session.commit()
    desk, address = staff_browser(app, young.teacher), f"/staff/classes/{young.group.id}/cards"
    assert desk.get(f"{address}?pupil={stranger.id.hex}").status_code == 404
    once = Page(desk.get(address).text).value("once")
    assert desk.post(address, data={"once": once, "pupil": stranger.id.hex}).status_code == 404
    assert hold_up(young.tablet, young.ellas_words) == (303, "/learn/me")


@pytest.mark.parametrize("how", ["leaves", "leaves and comes back", "moves"])
def test_it_ends_with_the_child(session: Session, young: Printed, how: str) -> None:
    if how == "moves":
        young.ella.class_group = make_class_group(session, name="Elsewhere", band=Band.KS1)
    else:
        young.ella.left_on = now_utc().date()
    if how == "leaves and comes back":
        end_cards_of(session, [young.ella.id])
        young.ella.left_on = None
    session.commit()
    assert hold_up(young.tablet, young.ellas_words)[0] == 422


def test_only_a_keyed_digest_is_stored(app: Flask, session: Session, young: Printed) -> None:
    stored = set(session.scalars(select(JoinCard.digest)))
    key = site_of(app).key
    assert stored == {card_digest(key, words) for words in (young.class_words, young.ellas_words)}
    spaced = young.class_words.upper().replace(" ", "-")
    found = find_card(session, key, spaced)
    assert found and found.pupil is None


def test_guesses_are_counted_and_slowed_as_codes_are(app: Flask, young: Printed) -> None:
    for number in range(WRONG_AT_ONCE + 1):
        young.tablet.post("/learn/card", data={"words": f"guess {number}"})
    limit = site_of(app).code_rate_limit
    assert any(limit.is_slowed(group) for group in range(17))


def test_a_second_sending_of_the_page_prints_nothing(app: Flask, session: Session, young: Printed) -> None:
    desk, address = staff_browser(app, young.teacher), f"/staff/classes/{young.group.id}/cards"
    assert desk.post(address, data={"once": "x"}).status_code == 303
    assert hold_up(young.tablet, young.ellas_words) == (303, "/learn/me")


def test_the_camera_is_allowed_on_the_page_of_the_card_alone(young: Printed) -> None:
    policies = {
        address: young.tablet.get(address).headers["Permissions-Policy"]
        for address in ("/learn/card", "/learn/names", "/learn/?by_code=1", "/", "/learn/lessons/")
    }
    assert "camera=(self)" in policies.pop("/learn/card")
    assert all("camera=()" in policy for policy in policies.values())
    assert "microphone=()" in young.tablet.get("/learn/card").headers["Permissions-Policy"]


def test_without_a_script_there_is_no_button_of_the_camera_and_the_words_are_typed(
    app: Flask, young: Printed
) -> None:
    page = Page(young.tablet.get("/learn/card").text)
    (camera,) = [one for one in page.all("div") if "data-reads-squares" in one.attrs]
    assert "hidden" in camera.attrs
    assert page.inputs("words")
    assert page.link("Tap my class") == "/learn/"
    assert new_browser(app).get("/learn/card").location == "/learn/"


def test_words_are_drawn_anew_for_each_card(app: Flask, session: Session, young: Printed) -> None:
    things = site_of(app).pictures.keys
    first = print_cards(session, site_of(app).key, young.group, things)
    again = print_cards(session, site_of(app).key, young.group, things)
    assert len({card.words for card in (*first, *again)}) == 4
