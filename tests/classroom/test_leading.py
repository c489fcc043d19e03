"""Leading: what the teacher's buttons do to the class, and that two of them at once do it once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from kiosk.classroom import leading
from kiosk.classroom.course import Course, course_of
from kiosk.classroom.leading import LedLesson, led_lesson
from kiosk.classroom.seats import Seat, lagging_seats, leave_seat, raise_hand, save_seat, seat_of, seats
from kiosk.lessons.lesson import Lesson
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from tests.lessons.learner import LESSONS

WINDOW, AMIRA, BEN = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)


@pytest.fixture
def lesson(content: Content) -> Lesson:
    return content.lessons[LESSONS["ks2"]]  # type: ignore[index]  # a band is its own word


@pytest.fixture
def course(lesson: Lesson, content: Content) -> Course:
    return course_of(lesson, content.quizzes)


def now_led(databases: Databases) -> LedLesson:
    with databases.sessions.rows(write=False) as rows:
        led = led_lesson(rows, WINDOW)
    assert led
    return led


def start(databases: Databases, lesson: Lesson) -> LedLesson:
    with databases.sessions.rows(write=True) as rows:
        leading.begin(rows, WINDOW, lesson)
    return now_led(databases)


def test_a_lesson_begins_before_its_first_step_with_everybody_together(
    databases: Databases, lesson: Lesson
) -> None:
    led = start(databases, lesson)
    assert (led.lesson_id, led.place, led.together, led.eyes, led.ends_at) == (
        lesson.id,
        0,
        True,
        False,
        None,
    )


@pytest.mark.parametrize(("wanted", "reached"), [(3, 3), (-4, 0), (10_000, None)])
def test_the_class_stays_within_the_lesson(
    databases: Databases, course: Course, wanted: int, reached: int | None
) -> None:
    led = start(databases, course.lesson)
    with databases.sessions.rows(write=True) as rows:
        assert leading.move(rows, led, wanted, course)
    assert now_led(databases).place == (course.end if reached is None else reached)


def test_moving_on_lets_the_tablets_go_on_too(databases: Databases, course: Course) -> None:
    led = start(databases, course.lesson)
    with databases.sessions.rows(write=True) as rows:
        assert leading.call_for_attention(rows, led, eyes=True)
    with databases.sessions.rows(write=True) as rows:
        assert leading.move(rows, now_led(databases), 1, course)
    assert not now_led(databases).eyes


def test_of_twenty_taps_at_once_one_moves_the_class(databases: Databases, course: Course) -> None:
    led, together = start(databases, course.lesson), Barrier(20)

    def tap(_turn: int) -> bool:
        together.wait()
        with databases.sessions.rows(write=True) as rows:
            return leading.move(rows, led, led.place + 1, course)

    with ThreadPoolExecutor(20) as pool:
        moved = list(pool.map(tap, range(20)))
    assert sum(moved) == 1
    assert now_led(databases).place == 1


@pytest.mark.parametrize(("seconds", "left"), [(300, 5), (299, 5), (61, 2), (60, 1), (0, 0), (-500, 0)])
def test_what_is_left_is_said_in_whole_minutes(
    databases: Databases, lesson: Lesson, seconds: int, left: int
) -> None:
    led, now = start(databases, lesson), now_utc()
    assert led.minutes_left(now) is None
    with databases.sessions.rows(write=True) as rows:
        leading.announce_end(
            rows, led, now + timedelta(seconds=seconds) - timedelta(minutes=leading.LAST_MINUTES)
        )
    assert now_led(databases).minutes_left(now) == left


def test_a_second_lesson_takes_the_place_of_the_first_and_nobody_sits_any_more(
    databases: Databases, lesson: Lesson
) -> None:
    first = start(databases, lesson)
    with databases.sessions.rows(write=True) as rows:
        save_seat(rows, WINDOW, Seat(AMIRA, 1, 1))
    again = start(databases, lesson)
    assert again.turn != first.turn, "a page from before is no longer right"
    with databases.sessions.rows(write=False) as rows:
        assert seats(rows, WINDOW) == []


def test_seats_say_where_each_child_is_and_who_is_behind(databases: Databases, lesson: Lesson) -> None:
    start(databases, lesson)
    with databases.sessions.rows(write=True) as rows:
        save_seat(rows, WINDOW, Seat(AMIRA, 1, 1))
        save_seat(rows, WINDOW, Seat(AMIRA, 2, 2))
        save_seat(rows, WINDOW, Seat(BEN, 4, 2))
        found = seats(rows, WINDOW)
        assert seat_of(rows, WINDOW, AMIRA) == Seat(AMIRA, 2, 2)
        assert [one.pupil_id for one in lagging_seats(found, 4, turn=2)] == [AMIRA]
        assert lagging_seats(found, 4, turn=3) == [], "nobody has heard of this move"
        leave_seat(rows, WINDOW, AMIRA)
        found = seats(rows, WINDOW)
        assert len(found) == 2, "who left came in all the same"
        assert lagging_seats(found, 4, turn=2) == []


def test_a_raised_hand_stays_up_while_the_tablet_moves_and_goes_down_with_its_child(
    databases: Databases, lesson: Lesson
) -> None:
    start(databases, lesson)
    with databases.sessions.rows(write=True) as rows:
        save_seat(rows, WINDOW, Seat(AMIRA, 1, 1))
        raise_hand(rows, WINDOW, AMIRA, up=True)
        raise_hand(rows, WINDOW, BEN, up=True)
        save_seat(rows, WINDOW, Seat(AMIRA, 2, 2))
        assert [(one.pupil_id, one.hand) for one in seats(rows, WINDOW)] == [(AMIRA, True)]
        leave_seat(rows, WINDOW, AMIRA)
        assert [one.hand for one in seats(rows, WINDOW)] == [False]


def test_who_works_on_the_tablet_of_another_child_leaves_with_it(
    databases: Databases, lesson: Lesson
) -> None:
    start(databases, lesson)
    with databases.sessions.rows(write=True) as rows:
        save_seat(rows, WINDOW, Seat(AMIRA, 1, 1))
        save_seat(rows, WINDOW, Seat(BEN, 0, beside_id=AMIRA))
        leave_seat(rows, WINDOW, AMIRA)
        found = {one.pupil_id: one for one in seats(rows, WINDOW)}
    assert [found[one].left for one in (AMIRA, BEN)] == [True, True]
    assert [found[one].has_tablet for one in (AMIRA, BEN)] == [True, False]


def test_what_was_led_in_a_class_that_closed_is_forgotten(databases: Databases, lesson: Lesson) -> None:
    start(databases, lesson)
    with databases.sessions.rows(write=True) as rows:
        save_seat(rows, WINDOW, Seat(AMIRA, 1, 1))
        assert leading.known_windows(rows) == {WINDOW}
        leading.forget_closed(rows, set())
        assert led_lesson(rows, WINDOW)
        leading.forget_closed(rows, {WINDOW})
        assert led_lesson(rows, WINDOW) is None
        assert seats(rows, WINDOW) == []
