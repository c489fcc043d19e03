"""A tablet that an adult set up shows the open classes of the youngest as pictures, and no other device does
(promise E25)."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.join_cards import print_cards
from kiosk.accounts.classes.tablets import (
    MOST_PICTURES,
    class_pictures,
    forget_set_ups,
)
from kiosk.accounts.models import ClassGroup, ClassWindow, StaffMember, TabletSetUp
from kiosk.bands import Band
from kiosk.classroom.beside import sit_beside
from kiosk.lessons.progress import set_lesson
from kiosk.roles import Role
from kiosk.storage.db import now_utc
from tests.accounts.doors import heading, new_browser, staff_browser
from tests.factories import SITE_KEY, make_class_group, make_pupil, make_staff, make_window, today
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

COOKIE = "kiosk-tablet"


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    """Teaches both classes of the fixture `rabbits` and `owls`, year 1."""
    return make_staff(session, name="Ms Okafor")


def young_class(session: Session, teacher: StaffMember, name: str, year: str = "1") -> ClassGroup:
    group = make_class_group(session, teacher=teacher, name=name, year=year, band=Band.KS1)
    make_pupil(session, group, first_name=f"Ella of {name}")
    session.commit()
    return group


@pytest.fixture
def rabbits(session: Session, teacher: StaffMember) -> ClassGroup:
    return young_class(session, teacher, "Rabbits")


@pytest.fixture
def owls(session: Session, teacher: StaffMember) -> ClassGroup:
    return young_class(session, teacher, "Owls")


def open_now(session: Session, group: ClassGroup) -> ClassWindow:
    code = f"OTTER {10 + len(list(session.scalars(select(ClassWindow))))}"
    window = make_window(session, group, make_staff(session), code=code)
    session.commit()
    return window


def link_for(app: Flask, teacher: StaffMember, users: str) -> str:
    """The link that the teacher's page shows."""
    answer = staff_browser(app, teacher).post("/staff/tablets", data={"users": users})
    assert answer.status_code == 200
    (link,) = [one.text for one in Page(answer.text).all("p") if "/learn/set-up/" in one.text]
    return "/learn/set-up/" + link.rpartition("/")[2]


def set_up(app: Flask, teacher: StaffMember, users: str) -> FlaskClient:
    """A tablet that the teacher set up."""
    tablet = new_browser(app)
    link = link_for(app, teacher, users)
    assert heading(Page(tablet.get(link).text)) == "For grown-ups: set up this tablet?"
    assert tablet.get_cookie(COOKIE, path="/learn") is None, "looking sets nothing up"
    assert tablet.post(link).location == "/?band=ks1&fresh=1"
    return tablet


def test_with_one_class_open_its_names_come_at_once(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    tablet = set_up(app, teacher, rabbits.id.hex)
    assert "Type your class code" in tablet.get("/learn/").text
    open_now(session, rabbits)
    assert tablet.get("/learn/?band=ks1").location == "/learn/names?band=ks1"
    assert heading(Page(tablet.get("/learn/names").text)) == "Rabbits. Which one is you?"


def test_several_open_classes_are_pictures_and_lead_to_the_names(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup, owls: ClassGroup
) -> None:
    tablet = set_up(app, teacher, "year 1")
    windows = {group.name: open_now(session, group) for group in (rabbits, owls)}
    page = Page(tablet.get("/learn/?band=ks1").text)
    assert [button.text for button in page.inputs("window")] == ["Owls", "Rabbits"]
    answer = tablet.post("/learn/picture", data={"window": windows["Rabbits"].id.hex})
    assert answer.location == "/learn/names"
    names = tablet.get("/learn/names").text
    assert "Ella of Rabbits" in names
    assert "Ella of Owls" not in names


def test_a_picture_of_another_class_opens_nothing(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup, owls: ClassGroup
) -> None:
    tablet, stranger = set_up(app, teacher, rabbits.id.hex), new_browser(app)
    theirs, other = open_now(session, rabbits), open_now(session, owls)
    for browser, window in ((tablet, other), (stranger, other), (stranger, theirs)):
        assert browser.post("/learn/picture", data={"window": window.id.hex}).location == "/learn/"
        assert browser.get("/learn/names").location == "/learn/"
    assert "Type your class code" in stranger.get("/learn/").text


def test_a_stolen_cookie_opens_nothing_once_it_was_taken_back(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    tablet = set_up(app, teacher, rabbits.id.hex)
    stolen = tablet.get_cookie(COOKIE, path="/learn")
    assert stolen and stolen.path == "/learn"
    assert not {rabbits.id.hex, rabbits.name} & set(stolen.value.split(".")), "it names no class"
    thief = new_browser(app)
    thief.set_cookie(COOKIE, stolen.value, path="/learn")
    assert "Type your class code" in thief.get("/learn/").text, "nothing is open"
    open_now(session, rabbits)
    assert thief.get("/learn/").location == "/learn/names"
    (row,) = session.scalars(select(TabletSetUp))
    assert row.tablets == 1
    session.commit()
    desk = staff_browser(app, teacher)
    assert desk.post(f"/staff/tablets/{row.id}/back").location == "/staff/tablets"
    later = new_browser(app)
    later.set_cookie(COOKIE, stolen.value, path="/learn")
    assert "Type your class code" in later.get("/learn/").text
    assert "Type your class code" in thief.get("/learn/").text


@pytest.mark.parametrize("way", ["names", "code", "before"])
def test_a_class_that_a_tablet_kept_ends_with_taking_it_back(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup, way: str
) -> None:
    code, pupil, tablet = open_now(session, rabbits).code, rabbits.pupils[0].id.hex, new_browser(app)
    session.commit()
    if way == "before":
        tablet.post("/learn/", data={"code": code})
    tablet.post(link_for(app, teacher, rabbits.id.hex))
    if way == "code":
        tablet.post("/learn/", data={"code": code})
    tablet.get("/learn/")
    assert "Ella of Rabbits" in tablet.get("/learn/names").text
    row = session.scalars(select(TabletSetUp)).one()
    session.commit()
    staff_browser(app, teacher).post(f"/staff/tablets/{row.id}/back")
    assert tablet.post("/learn/names", data={"pupil": pupil}).location == "/learn/", "the names were on it"
    assert tablet.get("/learn/names").location == "/learn/"
    assert "Type your class code" in tablet.get("/learn/").text
    assert tablet.post("/learn/", data={"code": code}).location == "/learn/names"
    tablet.post("/learn/leave")
    assert tablet.get("/learn/").location == "/learn/names", "it keeps its class like any other"


@pytest.mark.parametrize("change", ["other set-up", "later", "nonsense"])
def test_nobody_but_the_school_writes_such_a_cookie(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup, owls: ClassGroup, change: str
) -> None:
    kept = set_up(app, teacher, rabbits.id.hex).get_cookie(COOKIE, path="/learn")
    assert kept
    set_up(app, teacher, owls.id.hex)
    open_now(session, owls)
    id, number, mark = kept.value.split(".")
    (other,) = [row for row in session.scalars(select(TabletSetUp)) if row.id.hex != id]
    forged = {
        "other set-up": f"{other.id.hex}.{number}.{mark}",
        "later": f"{id}.{int(number) + 1}.{mark}",
        "nonsense": "x.y.z",
    }[change]
    browser = new_browser(app)
    browser.set_cookie(COOKIE, forged, path="/learn")
    assert "Type your class code" in browser.get("/learn/").text


def test_older_children_type_the_code_on_it_too(app: Flask, session: Session, teacher: StaffMember) -> None:
    group = make_class_group(session, teacher=teacher, name="5B", year="5", band=Band.KS2)
    make_pupil(session, group)
    session.commit()
    tablet, link = new_browser(app), link_for(app, teacher, group.id.hex)
    assert tablet.post(link).location == "/?band=ks2&fresh=1"
    window = open_now(session, group)
    assert "Type your class code" in tablet.get("/learn/").text
    assert tablet.post("/learn/picture", data={"window": window.id.hex}).location == "/learn/"


def test_a_link_works_for_half_an_hour_and_its_guesses_never(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    link, tablet = link_for(app, teacher, rabbits.id.hex), new_browser(app)
    assert tablet.post("/learn/set-up/guessed").status_code == 404
    (row,) = session.scalars(select(TabletSetUp))
    row.link_ends_at = now_utc() - timedelta(seconds=1)
    session.commit()
    assert (tablet.get(link).status_code, tablet.post(link).status_code) == (404, 404)
    assert link.rpartition("/")[2].encode() not in (row.link_digest or b"")


def test_a_link_ends_once_the_adult_says_that_is_all_and_its_tablets_stay(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    link, tablet, phone, desk = (
        link_for(app, teacher, rabbits.id.hex),
        new_browser(app),
        new_browser(app),
        staff_browser(app, teacher),
    )
    tablet.post(link)
    tablet.post(link)
    assert "That is all of them" in desk.get("/staff/tablets").text
    row = session.scalars(select(TabletSetUp)).one()
    assert row.tablets == 1, "the same tablet once more is not one more"
    session.commit()
    assert desk.post(f"/staff/tablets/{row.id}/all").location == "/staff/tablets"
    assert (phone.get(link).status_code, phone.post(link).status_code) == (404, 404)
    assert "That is all of them" not in desk.get("/staff/tablets").text
    open_now(session, rabbits)
    assert tablet.get("/learn/").location == "/learn/names"
    session.refresh(row)
    assert row.tablets == 1


def test_the_page_says_how_many_tablets_were_set_up_and_when_and_by_whom_also_who_has_left(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    for _ in range(2):
        set_up(app, teacher, rabbits.id.hex)
    row = session.scalars(select(TabletSetUp).order_by(TabletSetUp.id)).first()
    assert row
    row.tablets = 31
    row.link_ends_at = datetime(2026, 11, 25, 9, 35, tzinfo=UTC)
    teacher.left_on = today()
    head = make_staff(session, Role.NETWORK, name="Ms Wire")
    session.commit()
    cells = [cell.text for cell in Page(staff_browser(app, head).get("/staff/tablets").text).all("td")]
    assert [cells[0], cells[3]] == ["Tablets: 1", "Tablets: 31"]
    assert "9:05" in cells[4]
    assert "Ms Okafor, who has left" in cells[4]


def test_whoever_was_signed_in_as_staff_on_it_no_longer_is(
    app: Flask, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    tablet = staff_browser(app, teacher)
    tablet.post(link_for(app, teacher, rabbits.id.hex))
    assert tablet.get_cookie("kiosk-staff", path="/staff") is None


def test_a_year_group_is_offered_to_who_may_open_all_of_it(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup, owls: ClassGroup
) -> None:
    colleague = make_staff(session, name="Mr Silva")
    young_class(session, colleague, "Snails")
    desk = staff_browser(app, teacher)
    assert desk.post("/staff/tablets", data={"users": "year 1"}).status_code == 422
    network = make_staff(session, Role.NETWORK, name="Ms Wire")
    session.commit()
    staff_browser(app, network).post("/staff/tablets", data={"users": "year 1"})
    (row,) = session.scalars(select(TabletSetUp))
    assert row.year == "1"
    session.commit()
    assert desk.post(f"/staff/tablets/{row.id}/back").status_code == 404, "not theirs"


def test_no_more_than_six_pictures_are_shown_and_no_two_are_alike(
    app: Flask, session: Session, teacher: StaffMember
) -> None:
    groups = [
        young_class(session, teacher, name) for name in ("Owls", *(f"1{letter}" for letter in "ABCDEFG"))
    ]
    tablet = set_up(app, teacher, "year 1")
    for group in groups:
        open_now(session, group)
    assert len(Page(tablet.get("/learn/").text).inputs("window")) == MOST_PICTURES
    pictures = class_pictures(session, SITE_KEY, ["owl", *(f"thing{number}" for number in range(20))])
    assert pictures[groups[0].id] == "owl"
    assert len(set(pictures.values())) == len(groups)
    assert class_pictures(session, SITE_KEY, ["owl", *(f"thing{n}" for n in range(20))]) == pictures


def test_leaving_ends_in_the_look_of_the_tablet_also_without_it_in_the_address(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    tablet = set_up(app, teacher, rabbits.id.hex)
    open_now(session, rabbits)
    tablet.get("/learn/")
    assert tablet.post("/learn/leave").location == "/?band=ks1&fresh=1"


def test_after_a_year_it_is_forgotten_and_its_link_the_next_night(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    set_up(app, teacher, rabbits.id.hex)
    digests, day = select(TabletSetUp.link_digest), today()
    forget_set_ups(session, day)
    assert session.scalar(digests)
    forget_set_ups(session, day + timedelta(days=1))
    assert list(session.scalars(digests)) == [None]
    forget_set_ups(session, day + timedelta(days=366))
    assert list(session.scalars(digests)) == []


def test_a_link_that_no_tablet_used_is_gone_the_next_night(
    app: Flask, session: Session, teacher: StaffMember, rabbits: ClassGroup
) -> None:
    link_for(app, teacher, rabbits.id.hex)
    forget_set_ups(session, today() + timedelta(days=1))
    assert list(session.scalars(select(TabletSetUp))) == []


@pytest.mark.parametrize("led", [False, True])
@pytest.mark.parametrize("users", ["class", "year"])
@pytest.mark.parametrize("classes", [1, 2])
@pytest.mark.parametrize("card", [False, True])
def test_from_the_start_page_to_the_lesson_of_the_day_it_is_four_taps(
    app: Flask, session: Session, teacher: StaffMember, users: str, classes: int, led: bool, card: bool
) -> None:
    """Every kind of tablet: of a class or a year group, one class open or several, led or not, by card or by tap."""
    groups = [young_class(session, teacher, name) for name in ("Rabbits", "Owls")[:classes]]
    site = site_of(app)
    cards = print_cards(session, site.key, groups[0], site.pictures.keys)
    windows = [open_now(session, group) for group in groups]
    for window in windows:
        window.led = led
    lesson = next(one for one in site.open_lessons.values() if one.band == Band.KS1)
    set_lesson(session, groups[0], lesson, today())
    ella = groups[0].pupils[0]
    session.commit()
    with site.databases.sessions.rows(write=True) as rows:
        sit_beside(rows, windows[0].id, ella.id, lesson, now_utc())  # the youngest do none without an adult
    tablet = set_up(app, teacher, groups[0].id.hex if users == "class" else "year 1")
    taps, page = 1, opened(tablet, Page(tablet.get("/?band=ks1&fresh=1").text).link("My lessons"))
    if card:  # "I have a card", "Look at my card"
        assert page.link("I have a card").startswith("/learn/card")
        taps, page = taps + 2, sent(tablet, "/learn/card", words=cards[1].words)
    else:
        if pictures := [one for one in page.inputs("window") if one.text == "Rabbits"]:
            taps, page = taps + 1, sent(tablet, "/learn/picture", window=pictures[0].attrs["value"])
        (name,) = page.inputs("pupil")
        taps, page = taps + 1, sent(tablet, "/learn/names", pupil=name.attrs["value"])
    assert heading(page) == "Is this you?"
    there = tablet.post("/learn/me", data={"pupil": page.value("pupil")})
    taps += 1
    if led:
        assert there.location == "/learn/class"
    elif there.location == "/learn/lessons/":
        taps, page = taps + 1, opened(tablet, opened(tablet, there.location).link("Start"))
        assert page.all("h1")
    else:
        last = tablet.get(there.location).location
        assert last == f"/learn/lessons/{lesson.id}", "the lesson comes without Today before it"
    assert taps <= 4


def opened(tablet: FlaskClient, address: str) -> Page:
    """A page to which a tap leads."""
    return Page(tablet.get(address, follow_redirects=True).text)


def sent(tablet: FlaskClient, address: str, **words: str) -> Page:
    """A page to which a button leads."""
    return Page(tablet.post(address, data=words, follow_redirects=True).text)
