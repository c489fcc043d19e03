"""The page with which a led lesson ends."""

import uuid
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.lessons.models import LessonTaught
from kiosk.lessons.progress import LessonState, progress_of, state_of
from kiosk.lessons.taught import Attendance, LessonDone
from kiosk.oversight.after_lesson import AfterLesson
from kiosk.roles import Role
from kiosk.site import Content
from tests.accounts.doors import staff_browser
from tests.classroom.led import LedClass, ask, make_led
from tests.factories import make_pupil, make_staff
from tests.lessons.learner import counted, make_learner
from tests.pages import Page
from tests.sites import site_of


def after(led: LedClass) -> str:
    """The address of the page."""
    return f"/staff/classes/{led.learner.class_group.id}/after/{led.lesson.id}"


def a_led_class(app: Flask, session: Session, content: Content) -> LedClass:
    """A class that is led, before the first step."""
    led = make_led(app, session, make_learner(session, content.lessons))
    led.begin()
    return led


def state(session: Session, led: LedClass, pupil: Pupil) -> LessonState:
    """How far a child is with the lesson."""
    return state_of(progress_of(session, pupil), led.lesson.id)


def test_a_lesson_that_came_to_its_last_step_ends_with_who_missed_it_and_what_is_left(
    app: Flask, session: Session, content: Content
) -> None:
    led = a_led_class(app, session, content)
    led.another(session, "Kofi")
    led.go_to(len(led.lesson.steps))
    ask(led.tablet(), led.step(len(led.lesson.steps)))
    ended = led.desk.post(f"{led.address}/close", data={"sure": "1", "turn": led.now().turn})
    assert ended.location == after(led)
    page = Page(led.desk.get(after(led)).text)
    assert "That is known once somebody has signed for who was there." in page.text
    assert "Away: Kofi" not in page.text, "Kofi may have sat beside a child with a tablet"
    assert f"Not finished: {led.learner.pupil.first_name}" in page.text
    assert led.lesson.objectives[0].text in page.text
    assert "Nobody has answered its questions on a tablet" in page.text
    signed = led.desk.post(after(led), data={"here": [led.learner.pupil.id.hex]}, follow_redirects=True)
    assert "Away: Kofi" in Page(signed.text).text


@pytest.mark.parametrize(
    ("done", "missed"),
    [
        (LessonDone(date(2026, 11, 26), signed=True), ["Kofi"]),
        (LessonDone(date(2026, 11, 26), signed=False), []),
        (LessonDone(date(2026, 11, 12), signed=True), []),
        (None, []),
    ],
)
def test_who_missed_it_is_said_of_the_day_that_was_signed_for_alone(
    done: LessonDone | None, missed: list[str]
) -> None:
    children = [
        Attendance(uuid.uuid4(), name, name == "Amira", completed=False) for name in ("Amira", "Kofi")
    ]
    assert AfterLesson(done, date(2026, 11, 26), children, None).missed == missed


def test_a_class_without_tablets_is_signed_for_and_its_children_have_done_it(
    app: Flask, session: Session, content: Content
) -> None:
    led = a_led_class(app, session, content)
    kofi = led.another(session, "Kofi")
    led.go_to(len(led.lesson.steps))
    led.press("end")
    signed = led.desk.post(after(led), data={"here": [kofi.id.hex]}, follow_redirects=True)
    assert "Signed: 1 of 2 were there." in signed.text
    assert f"Away: {led.learner.pupil.first_name}" in Page(signed.text).text
    assert state(session, led, kofi) == LessonState.COMPLETED
    assert "Done together on" in led.desk.get(led.address).text


def test_a_lesson_that_stopped_before_its_last_step_does_not_count_as_done(
    app: Flask, session: Session, content: Content
) -> None:
    led = a_led_class(app, session, content)
    led.go_to(2)
    ask(led.tablet(), led.step(2))
    led.desk.post(f"{led.address}/close", data={"sure": "1", "turn": led.now().turn})
    page = led.desk.get(after(led)).text
    assert "it does not count as done yet" in page
    assert "Who missed it" not in page
    assert state(session, led, led.learner.pupil) == LessonState.STARTED


def test_nobody_signs_for_a_child_of_another_class(app: Flask, session: Session, content: Content) -> None:
    led = a_led_class(app, session, content)
    stranger = make_learner(session, content.lessons).pupil
    session.commit()
    led.desk.post(after(led), data={"here": [stranger.id.hex, "nonsense"]})
    assert state(session, led, stranger) == LessonState.NEW


def test_who_may_open_a_class_and_sees_no_progress_signs_and_sees_none(
    app: Flask, session: Session, content: Content
) -> None:
    led = a_led_class(app, session, content)
    manager = make_staff(session, Role.NETWORK, teaches=False)
    session.commit()
    page = staff_browser(app, manager).get(after(led))
    assert page.status_code == 200
    assert "What the class now knows" not in page.text
    assert "Who missed it" not in page.text


def test_it_asks_no_more_for_thirty_children(app: Flask, session: Session, content: Content) -> None:
    led = a_led_class(app, session, content)
    led.go_to(len(led.lesson.steps))
    led.press("end")
    led.desk.get(after(led))
    with counted(site_of(app).databases.school.engine) as few:
        led.desk.get(after(led))
    for number in range(30):
        make_pupil(session, led.learner.class_group, first_name=f"Child {number}")
    session.commit()
    with counted(site_of(app).databases.school.engine) as many:
        led.desk.get(after(led))
    assert len(many) == len(few)


def test_whoever_covers_signs_for_what_was_done_today_and_sees_nobody_of_another_day(
    app: Flask, session: Session, content: Content
) -> None:
    led = a_led_class(app, session, content)
    cover = make_staff(session)
    session.commit()
    desk, group = staff_browser(app, cover), led.learner.class_group
    assert desk.get(after(led)).status_code == 404, "not before they cover it"
    desk.post(f"/staff/cover/{group.id}")
    ask(led.tablet(), "/learn/class/wait")
    led.go_to(len(led.lesson.steps))
    assert desk.post(f"{led.address}/end", data={"turn": led.now().turn}).location == after(led)
    page = desk.get(after(led))
    assert "Sign for who was there" in page.text
    assert "Who missed it" not in page.text
    assert desk.post(after(led), data={"here": [led.learner.pupil.id.hex]}).location == after(led)
    session.execute(update(LessonTaught).values(taught_on=site_of(app).today() - timedelta(days=1)))
    session.commit()
    back = f"/staff/classes/{group.id}"
    assert desk.get(after(led)).location == back
    assert desk.post(after(led), data={"here": []}).location == back
    assert led.desk.get(after(led)).status_code == 200, "its own teacher sees it any day"


def test_a_lesson_of_another_age_is_signed_for_by_nobody(
    app: Flask, session: Session, content: Content
) -> None:
    led = a_led_class(app, session, content)
    other = next(id for id, lesson in content.lessons.items() if lesson.band != led.lesson.band)
    address = f"/staff/classes/{led.learner.class_group.id}/after/{other}"
    assert led.desk.get(address).status_code == 404
    sent = {"here": [led.learner.pupil.id.hex]}
    assert led.desk.post(address, data=sent).status_code == 404


def test_who_looks_after_computers_signs_for_what_was_led_today_and_for_nothing_else(
    app: Flask, session: Session, content: Content
) -> None:
    led = a_led_class(app, session, content)
    manager = make_staff(session, Role.NETWORK, teaches=False)
    session.commit()
    desk = staff_browser(app, manager)
    assert "Sign for who was there" not in desk.get(after(led)).text
    assert desk.post(after(led), data={"here": [led.learner.pupil.id.hex]}).status_code == 404
    ask(led.tablet(), "/learn/class/wait")
    led.go_to(len(led.lesson.steps))
    led.press("end")
    assert "Sign for who was there" in desk.get(after(led)).text
    assert desk.post(after(led), data={"here": [led.learner.pupil.id.hex]}).status_code == 303
