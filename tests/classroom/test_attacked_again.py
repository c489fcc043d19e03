"""Pages that are no longer right, tablets that say what is not so, and ways round the pace of a class."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.classes.windows import open_window_ids
from kiosk.accounts.models import ClassWindow
from kiosk.classroom import leading
from kiosk.classroom.answers import options_at
from kiosk.classroom.models import ClassAnswered
from kiosk.classroom.pace import PACED
from kiosk.lessons.activity import Activity
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonPresence, LessonTaught
from kiosk.lessons.progress import set_lesson
from kiosk.storage.db import now_utc
from tests.classroom.led import LedClass, ask, make_led
from tests.lessons.learner import Learner
from tests.sites import run_worker_round, site_of

# What a child of a led class reaches at any time: what the class kept or an old question shows no step of a lesson.
OPEN = {"lessons.start", "lessons.last_time", "quizzes.recall", "quizzes.send_recall"}


def is_led(led: LedClass) -> bool:
    """Whether the class is led through anything."""
    with site_of(led.app).databases.sessions.rows(write=False) as rows:
        return leading.led_lesson(rows, led.learner.window.id) is not None


@pytest.fixture
def second(app: Flask, session: Session, led: LedClass) -> Lesson:
    """Another lesson that is set for the class."""
    lessons, first = site_of(app).lessons, led.lesson
    other = next(one for one in lessons.values() if one.band == first.band and one.id != first.id)
    set_lesson(session, led.learner.class_group, other, site_of(app).today())
    session.commit()
    return other


@pytest.mark.parametrize("step", [0, 2**31, 2**63, 10**50])
def test_a_step_that_no_lesson_has_is_nowhere(led: LedClass, step: int) -> None:
    led.go_to(1)
    assert ask(led.tablet(), led.step(step)) == {"do": "stay", "say": ""}
    assert [seat.place for seat in led.came_in()] == [0]
    assert led.tablet().get(led.step(step)).status_code in {302, 303, 404}


def test_a_tablet_that_says_it_is_ahead_is_at_the_step_of_the_class(led: LedClass) -> None:
    led.go_to(2)
    ask(led.tablet(), led.step(4))
    assert [seat.place for seat in led.came_in()] == [2]


@pytest.mark.parametrize("page", ["done", "take-home", "help"])
def test_the_end_of_a_lesson_waits_for_the_class(led: LedClass, page: str) -> None:
    led.go_to(1)
    address = f"/learn/lessons/{led.lesson.id}/{page}"
    assert led.tablet().get(address).location == "/learn/class/wait"
    led.go_to(led.course.end)
    assert led.tablet().get(address).status_code == 200


def test_every_page_of_lessons_and_questions_keeps_the_pace_or_is_known_to_be_open(app: Flask) -> None:
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/learn/lessons", "/learn/quizzes"))
    }
    assert found == PACED | OPEN


def test_to_begin_the_lesson_that_is_led_changes_nothing(led: LedClass) -> None:
    led.go_to(3)
    ask(led.tablet(), led.step(3))
    before = led.now()
    led.begin()
    assert led.now() == before
    assert len(led.came_in()) == 1


def test_another_lesson_ends_the_one_before_and_who_was_there_is_written_down(
    session: Session, led: LedClass, second: Lesson
) -> None:
    led.go_to(len(led.lesson.steps))
    ask(led.tablet(), led.step(1))
    led.begin(second)
    assert (led.now().lesson_id, led.now().place) == (second.id, 0)
    assert session.scalars(select(LessonTaught.lesson_id)).all() == [led.lesson.id]
    assert session.scalars(select(LessonPresence.pupil_id)).all() == [led.learner.pupil.id]


@pytest.mark.parametrize("step", ["next", "end", "close"])
def test_a_button_of_a_lesson_that_has_ended_does_nothing_to_the_next(led: LedClass, step: str) -> None:
    old = led.now().turn
    led.press("end")
    led.begin()
    led.press(step, old, sure="1")
    assert is_led(led)
    assert led.now().place == 0


@pytest.mark.parametrize("step", ["end", "close"])
def test_a_page_from_before_ends_nothing(led: LedClass, step: str) -> None:
    old = led.now().turn
    led.go_to(1)
    led.press(step, old, sure="1")
    assert is_led(led)


@pytest.mark.parametrize("end", ["on its page", "by its time"])
def test_a_class_that_closes_at_the_last_step_has_done_it_and_keeps_who_was_there(
    app: Flask, session: Session, led: LedClass, end: str
) -> None:
    last = len(led.lesson.steps)
    led.go_to(last - 1)
    ask(led.tablet(), led.step(last - 1))
    led.go_to(last)
    if end == "on its page":
        led.desk.post(led.address.removesuffix("/lesson") + "/close")
    else:
        session.execute(update(ClassWindow).values(closes_at=now_utc()))
        session.commit()
        site = site_of(app)
        run_worker_round(site.config, site.databases, now_utc())
    assert session.scalars(select(ClassWindow)).all() == []
    assert session.scalars(select(LessonTaught.lesson_id)).all() == [led.lesson.id]
    assert session.scalars(select(LessonPresence.pupil_id)).all() == [led.learner.pupil.id]


def test_a_class_that_stopped_early_keeps_who_had_a_tablet_and_has_not_done_it(
    session: Session, led: LedClass
) -> None:
    led.go_to(2)
    ask(led.tablet(), led.step(2))
    led.go_to(3)
    led.desk.post(led.address.removesuffix("/lesson") + "/close")
    assert session.scalars(select(LessonTaught.lesson_id)).all() == []
    assert session.scalars(select(LessonPresence.had_tablet)).all() == [True]


def test_a_tablet_that_goes_to_another_class_has_left_and_came_in_all_the_same(led: LedClass) -> None:
    tablet = led.tablet()
    ask(tablet, "/learn/class/wait")
    tablet.post("/learn/another-class")
    assert [seat.left for seat in led.came_in()] == [True]


def test_only_looking_whether_a_page_is_there_counts_no_answer(led: LedClass) -> None:
    course = led.course
    place, step = next(
        (place, step)
        for place, step in enumerate(led.lesson.steps, 1)
        if options_at(course, place) and isinstance(step, Activity)
    )
    led.go_to(place)
    address = f"{led.step(place)}?{step.asks[0]}={options_at(course, place)[0].id}"
    tablet = led.tablet()
    for send, counted in ((tablet.head, 0), (tablet.get, 1)):
        assert send(address).status_code == 200
        with site_of(led.app).databases.sessions.rows(write=False) as rows:
            assert rows.scalar(select(func.count()).select_from(ClassAnswered)) == counted


def test_a_lesson_that_begins_while_the_worker_looks_goes_on(
    app: Flask, session: Session, learner: Learner
) -> None:
    led, databases = make_led(app, session, learner), site_of(app).databases
    with databases.sessions.rows(write=False) as rows:
        known = leading.known_windows(rows)
    led.begin()
    with databases.school.session(write=False) as school:
        closed = known - open_window_ids(school)
    with databases.sessions.rows(write=True) as rows:
        leading.forget_closed(rows, closed)
    assert is_led(led)
