"""Before a lesson: the stop page, going on where a class stopped, and undoing a slip at the end (promise E28)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.cover import take_cover
from kiosk.accounts.models import ClassWindow
from kiosk.bands import Band
from kiosk.lessons.models import LessonStopped
from kiosk.site import Content
from tests.accounts.doors import rows, staff_browser
from tests.classroom.led import LedClass, make_led
from tests.classroom.test_remote import wide
from tests.factories import at_the_machine, make_staff
from tests.lessons.learner import LESSONS, Learner, make_learner
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

SENSITIVE = LESSONS[Band.KS4]
ALL = ["adult", "lead", "read"]


def at_the_stop(desk: FlaskClient, led: LedClass, lesson: str, **sent: object) -> int:
    """What a form of the stop page is answered with."""
    return desk.post(led.address, data={"lesson": lesson, "stop": "1", **sent}).status_code


def is_led(led: LedClass) -> bool:
    return rows(led.app, select(ClassWindow.led)) == [True]


@pytest.fixture
def ready(app: Flask, session: Session, learner: Learner) -> LedClass:
    """A class with its own teacher, not led yet."""
    return make_led(app, session, learner)


@pytest.fixture
def cover(app: Flask, session: Session, ready: LedClass) -> FlaskClient:
    """The browser of somebody who covers the class today."""
    other, today = make_staff(session), site_of(app).today()
    take_cover(session, at_the_machine(), other, ready.learner.class_group, today)
    session.commit()
    return staff_browser(app, other)


@pytest.fixture
def sensitive(app: Flask, session: Session, content: Content) -> LedClass:
    """A class for which a lesson of high sensitivity is set."""
    return make_led(app, session, make_learner(session, content.lessons, Band.KS4))


def test_a_sensitive_lesson_begins_with_a_page_that_stops(sensitive: LedClass) -> None:
    answer = sensitive.desk.post(sensitive.address, data={"lesson": SENSITIVE})
    assert answer.location == f"{sensitive.address}/stop?lesson={SENSITIVE}"
    page = sensitive.desk.get(answer.location).text
    for words in (
        "A second adult is in reach",
        "I have read it through",
        "If a child tells you now",
        "Say first",
    ):
        assert words in page
    assert sensitive.lesson.teaching and sensitive.lesson.teaching.open in page
    assert not is_led(sensitive)


@pytest.mark.parametrize("missing", ALL)
def test_nobody_starts_it_before_all_three_are_so(sensitive: LedClass, missing: str) -> None:
    ticked = [one for one in ALL if one != missing]
    assert at_the_stop(sensitive.desk, sensitive, SENSITIVE, so=ticked) == 422
    assert at_the_stop(sensitive.desk, sensitive, SENSITIVE, so=[missing] * 3) == 422
    assert not is_led(sensitive)


def test_all_three_start_it_and_nothing_of_them_is_kept(sensitive: LedClass) -> None:
    assert at_the_stop(sensitive.desk, sensitive, SENSITIVE, so=ALL) == 303
    assert is_led(sensitive)
    sensitive.press("end")
    answer = sensitive.desk.post(sensitive.address, data={"lesson": SENSITIVE})
    assert "/stop" in answer.location, "asked again the next time"


def test_an_ordinary_lesson_of_ones_own_class_begins_at_once(ready: LedClass) -> None:
    assert ready.desk.post(ready.address, data={"lesson": ready.lesson.id}).location == ready.address
    assert is_led(ready)


def test_whoever_covers_has_read_any_lesson_first_whoever_set_it(ready: LedClass, cover: FlaskClient) -> None:
    answer = cover.post(ready.address, data={"lesson": ready.lesson.id})
    page = cover.get(answer.location).text
    assert "I am covering: another lesson" in page
    assert "A second adult is in reach" not in page
    assert at_the_stop(cover, ready, ready.lesson.id) == 422
    assert not is_led(ready)
    assert at_the_stop(cover, ready, ready.lesson.id, so="read") == 303
    assert is_led(ready)


def test_the_stop_page_of_another_class_or_of_no_lesson_is_nobodys(
    app: Flask, session: Session, ready: LedClass
) -> None:
    other = make_staff(session)
    session.commit()
    there = f"{ready.address}/stop?lesson={ready.lesson.id}"
    assert staff_browser(app, other).get(there).status_code == 404
    assert ready.desk.get(f"{ready.address}/stop?lesson=none").location == ready.address


def test_a_class_goes_on_where_it_stopped_another_day(ready: LedClass) -> None:
    ready.begin()
    ready.go_to(3)
    ready.press("close", sure="1")
    page = ready.desk.get(ready.address).text
    assert "Stopped at step 3 on" in page
    assert "Go on where it stopped" in page
    ready.begin()
    assert ready.now().place == 0, "the code is on the board until all are in"
    page = ready.desk.get(ready.address).text
    assert wide(page) == "Go on at step 3"
    assert "From the first step" in page
    ready.press("go", place="3", sure="1")
    assert ready.now().place == 3


def test_a_class_that_came_to_the_end_begins_anew(ready: LedClass) -> None:
    ready.begin()
    ready.tablet().get("/learn/class")
    ready.go_to(3)
    ready.press("go", place="999")
    ready.press("close", sure="1")
    assert rows(ready.app, select(LessonStopped.place)) == []
    assert "Stopped at" not in ready.desk.get(ready.address).text


@pytest.mark.parametrize("slip", ["end", "close"])
def test_a_slip_at_the_end_is_undone_by_one_tap(ready: LedClass, slip: str) -> None:
    ready.desk.post(f"/staff/classes/{ready.learner.class_group.id}/close")
    ready.begin()
    ready.go_to(2)
    code = rows(ready.app, select(ClassWindow.code))
    sent = {"turn": str(ready.now().turn), "sure": "1"}
    there = ready.desk.post(f"{ready.address}/{slip}", data=sent).location
    assert f'action="{ready.address}/again"' in ready.desk.get(there).text
    assert ready.desk.post(f"{ready.address}/again").location == ready.address
    assert rows(ready.app, select(ClassWindow.code)) == code
    page = ready.desk.get(ready.address).text
    assert "Step 2 of" in page
    assert f'action="{ready.address}/again"' not in ready.desk.get(there).text, "once"


def test_a_sensitive_lesson_that_ended_by_a_slip_asks_its_teacher_nothing_again_but_everybody_else(
    app: Flask, session: Session, sensitive: LedClass
) -> None:
    sensitive.begin()
    sensitive.go_to(2)
    sensitive.press("end")
    colleague = make_staff(session)
    sensitive.learner.class_group.teachers.append(colleague)
    session.commit()
    assert staff_browser(app, colleague).post(f"{sensitive.address}/again").status_code == 303
    assert not is_led(sensitive)
    assert sensitive.desk.post(f"{sensitive.address}/again").status_code == 303
    assert is_led(sensitive)


def test_undoing_twice_or_late_takes_no_class_away_from_a_colleague(
    ready: LedClass, content: Content
) -> None:
    ready.begin()
    ready.go_to(2)
    ready.press("end")
    other = next(id for id in ("ks2-information-is-it-true",) if id in content.lessons)
    colleague = staff_browser(ready.app, ready.teacher)
    assert colleague.post(ready.address, data={"lesson": other}).location == ready.address
    before = ready.now()
    for _twice in range(2):
        assert ready.desk.post(f"{ready.address}/again").location == ready.address
    assert ready.now() == before
