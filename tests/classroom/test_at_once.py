"""Teachers of one class who press at the same moment: each is answered, and it happens once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow
from kiosk.lessons.models import LessonPresence, LessonTaught
from tests.accounts.doors import rows, staff_browser
from tests.at_once import Post, press_at_once, press_in_order
from tests.classroom.led import LedClass, ask
from tests.factories import make_staff

pytestmark = pytest.mark.database("sqlite", "postgresql")  # who waits for whom differs

AT_THE_DESK, OF_THE_CLASS = "/lesson/close", "/close"


@pytest.fixture
def desks(app: Flask, session: Session, led: LedClass) -> list[FlaskClient]:
    """The browsers of eight teachers of a class of three that is at its last step."""
    colleagues = [make_staff(session) for _ in range(8)]
    led.learner.class_group.teachers.extend(colleagues)
    session.commit()
    for name in ("Ben", "Kofi", "Zara"):
        ask(led.tablet(led.another(session, name)), led.step(1))
    led.go_to(len(led.lesson.steps))
    return [staff_browser(app, one) for one in colleagues]


def posts_to_close(led: LedClass, desks: list[FlaskClient], ways: tuple[str, ...]) -> list[Post]:
    """What each of them sends, by these ways in turn."""
    sent, address = {"turn": str(led.now().turn), "sure": "1"}, led.address.removesuffix("/lesson")
    return [(desk, address + ways[number % len(ways)], sent) for number, desk in enumerate(desks)]


def closed_once(app: Flask) -> bool:
    """Whether the class is closed, has done its lesson and knows who was there."""
    taught, present = rows(app, select(LessonTaught)), rows(app, select(LessonPresence))
    return not rows(app, select(ClassWindow)) and (len(taught), len(present)) == (1, 3)


@pytest.mark.parametrize("ways", [(AT_THE_DESK,), (OF_THE_CLASS,), (AT_THE_DESK, OF_THE_CLASS)])
def test_teachers_who_close_a_class_at_once_close_it(
    app: Flask, led: LedClass, desks: list[FlaskClient], ways: tuple[str, ...]
) -> None:
    together = Barrier(len(desks))

    def close(post: Post) -> int:
        desk, address, sent = post
        together.wait()
        return desk.post(address, data=sent).status_code

    with ThreadPoolExecutor(len(desks)) as pool:
        assert set(pool.map(close, posts_to_close(led, desks, ways))) == {303}
    assert closed_once(app)


@pytest.mark.database("postgresql")
def test_those_who_all_saw_it_open_before_any_of_them_wrote_close_it(
    app: Flask, led: LedClass, desks: list[FlaskClient]
) -> None:
    assert set(press_at_once(app, "lesson_taught", *posts_to_close(led, desks, (AT_THE_DESK,)))) == {303}
    assert closed_once(app)


@pytest.mark.database("postgresql")
@pytest.mark.parametrize(
    ("first", "then", "is_open"),
    [("/close", "/open", True), ("/open", "/close", False), ("/lesson/close", "/open", True)],
)
def test_one_closes_a_class_while_another_gives_it_more_time(
    app: Flask, led: LedClass, desks: list[FlaskClient], first: str, then: str, is_open: bool
) -> None:
    sent = {"turn": str(led.now().turn), "sure": "1", "minutes": "60"}
    address = led.address.removesuffix("/lesson")
    posts: list[Post] = [
        (desk, address + way, sent) for desk, way in zip(desks[:2], (first, then), strict=True)
    ]
    assert press_in_order(app, "class_window", *posts) == [303, 303]
    assert bool(rows(app, select(ClassWindow))) is is_open
