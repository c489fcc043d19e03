"""A whole lesson by thirty tablets at once: behaviour, no clock. In `make test` by six."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.pupil_keys import shown_pictures
from kiosk.accounts.models import Pupil
from kiosk.classroom.answers import options_at
from kiosk.classroom.course import Course
from kiosk.classroom.models import ClassAnswer, ClassAnswered, ClassLesson, ClassSeat
from kiosk.lessons.activity import Activity
from kiosk.lessons.progress import progress_of
from kiosk.quizzes.form import UNSURE
from kiosk.site import Content
from tests.accounts.doors import join_with_key, new_browser, staff_browser
from tests.accounts.keys import new_key
from tests.classroom.answering import counts
from tests.classroom.led import LedClass, ask, make_led
from tests.factories import SITE_KEY, make_pupil, make_staff
from tests.faults.figures import reached, trials
from tests.lessons.learner import make_learner
from tests.sites import site_of

CHILDREN = trials(6, 30)
TRIES = 5  # of a key, before its name waits


class Tablet:
    """A child's tablet: the page that it shows, and what it does when it is told to go."""

    def __init__(self, browser: FlaskClient, pupil: Pupil) -> None:
        self.browser, self.pupil, self.shows = browser, pupil, "/learn/class"
        self.took: list[float] = []  # seconds until it was where the class is

    def follow(self) -> str:
        """Ask once and go where it is told; the page that it shows then."""
        began = monotonic()
        if ask(self.browser, self.shows)["do"] == "go" or self.shows == "/learn/class":
            self.open("/learn/class")
        self.took.append(monotonic() - began)
        return self.shows

    def open(self, address: str) -> None:
        """Open a page and keep where it led."""
        answer = self.browser.get(address, follow_redirects=True)
        assert answer.status_code == 200
        self.shows = answer.request.path

    def answer(self, course: Course, place: int) -> None:
        """Do what the place asks: one of its answers, if it has some, and on."""
        options = options_at(course, place)
        if course.question(place):
            choice = {"choice": options[self.pupil.id.int % len(options)].id} if options else {UNSURE: "1"}
            assert self.browser.post(self.shows, data=choice).status_code == 200
            return
        step = course.lesson.steps[place - 1]
        if options and isinstance(step, Activity):
            given = f"{step.asks[0]}={options[self.pupil.id.int % len(options)].id}"
            assert self.browser.get(f"{self.shows}?{given}").status_code == 200
        sent = self.browser.post(self.shows)
        assert sent.status_code == 303
        self.open(sent.location)


def at_once(work: Callable[[Tablet], object], tablets: Sequence[Tablet]) -> list[object]:
    """Every tablet does it at the same time."""
    with ThreadPoolExecutor(len(tablets)) as pool:
        return list(pool.map(work, tablets))


def place_of(course: Course, shows: str) -> int:
    """The place that a page shows; that of the talk for the page on which children wait."""
    if found := re.search(r"/learn/lessons/[\w-]+/(\d+)$", shows):
        return int(found[1])
    return course.talk if shows == "/learn/class/wait" else course.place_of(shows.rpartition("/")[2])


@pytest.fixture
def led(app: Flask, session: Session, content: Content) -> LedClass:
    """A class of ks2 with so many children, each with a key, whose lesson is not begun."""
    learner = make_learner(session, content.lessons)
    for number in range(CHILDREN - 1):
        make_pupil(session, learner.class_group, first_name=f"Child {number:02}")
    session.commit()
    return make_led(app, session, learner)


def test_a_whole_lesson_with_everybody_on_one_step(app: Flask, session: Session, led: LedClass) -> None:
    group, course, window = led.learner.class_group, led.course, led.learner.window
    words = site_of(app).pictures.keys
    pupils = list(session.scalars(select(Pupil).where(Pupil.class_group_id == group.id)))
    keys = {pupil.id: new_key(session, pupil, SITE_KEY, words) for pupil in pupils}
    session.commit()
    led.begin()

    def join(pupil: Pupil) -> Tablet:
        browser = new_browser(app)
        assert join_with_key(browser, window, keys[pupil.id]) == "/learn/lessons/"
        return Tablet(browser, pupil)

    tablets = [join(pupil) for pupil in pupils]
    assert set(at_once(Tablet.follow, tablets)) == {"/learn/class/wait"}
    board = new_browser(app)
    address = led.board()
    now = f"{urlsplit(address).path}/now"
    came_in = f"About {5 * ((CHILDREN + 2) // 5)} have come in"

    desk = led.desk
    for place in range(1, course.end):
        sent = {"turn": led.now().turn, "sure": "1"}
        at_once(Tablet.follow, tablets)  # the phone has no network: the class stays where it is, and asks
        assert place == 1 or {place_of(course, tablet.shows) for tablet in tablets} <= {
            place - 1,
            course.talk,
        }
        for _time in range(2):  # it sends the press that it kept, and once more as it heard no answer
            assert desk.post(f"{led.address}/next", data=sent).status_code == 303
        at_once(Tablet.follow, tablets)
        shown = {place_of(course, tablet.shows) for tablet in tablets}
        assert shown == {place}, "everybody is on the step of the class"
        assert board.get(now).get_json()["line"] == came_in
        if place == 2:  # a battery is empty, and comes back with nothing lost
            tablets[0] = join(tablets[0].pupil)
            tablets[0].follow()
            assert place_of(course, tablets[0].shows) == place
        if place == 3:  # a colleague who does not teach the class goes on
            colleague = make_staff(session)
            session.commit()
            desk = staff_browser(app, colleague)
            assert desk.post(f"/staff/cover/{group.id}").status_code == 303
        if place == course.talk:
            continue
        at_once(partial(Tablet.answer, course=course, place=place), tablets)
        if options_at(course, place):
            assert sum(counts(led)) == CHILDREN, place
            assert desk.post(f"{led.address}/answers", data={"turn": led.now().turn}).status_code == 303
            assert "Nobody keeps who chose what." in board.get(address).text

    took = sorted(one for tablet in tablets for one in tablet.took)
    reached(
        f"seconds until {CHILDREN} tablets at once are where the class is, p95",
        f"{took[len(took) * 95 // 100]:.2f}",
    )
    window_id = led.now().window_id
    sent = {"turn": led.now().turn, "sure": "1"}
    assert desk.post(f"{led.address}/close", data=sent).status_code == 303
    for tablet in tablets:
        assert tablet.browser.get("/learn/lessons/").location == "/learn/"
        assert tablet.browser.get(tablet.shows).location == "/learn/"
        assert led.lesson.id in progress_of(session, tablet.pupil)
    with site_of(app).databases.sessions.rows(write=False) as rows:
        for table in (ClassLesson, ClassSeat, ClassAnswer, ClassAnswered):
            left = select(func.count()).select_from(table).where(table.window_id == window_id)
            assert rows.scalar(left) == 0, table.__tablename__


def test_a_key_that_is_locked_is_let_in_by_the_teacher(
    app: Flask, session: Session, content: Content, led: LedClass
) -> None:
    pupil, window = led.learner.pupil, led.learner.window
    key = new_key(session, pupil, SITE_KEY, site_of(app).pictures.keys)
    session.commit()
    led.begin()
    browser = new_browser(app)
    offered = shown_pictures(SITE_KEY, pupil.id, site_of(app).pictures.keys)
    wrong = [one for one in offered if one not in key.things][: len(key.things)]
    browser.post("/learn/", data={"code": window.code})
    browser.post("/learn/names", data={"pupil": pupil.id.hex})
    for _try in range(TRIES):
        for thing in wrong:
            browser.post("/learn/key", data={"key": thing})
    assert "Wants to come back" in led.desk.get(led.address).text
    led.desk.post(f"/staff/classes/{led.learner.class_group.id}/pupils/{pupil.id}/clear")
    assert join_with_key(new_browser(app), window, key) == "/learn/lessons/"
