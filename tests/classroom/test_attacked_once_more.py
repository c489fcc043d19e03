"""Ways to the verdict before the class has talked, to a word from a tablet's silence, and round what was undone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow
from kiosk.classroom import leading
from kiosk.classroom.seats import share_tablet
from kiosk.classroom.views import beginning, sharing
from kiosk.lessons.models import LessonPresence, LessonTaught
from kiosk.site import Content
from kiosk.storage.db import now_utc
from tests.accounts.doors import rows, staff_browser
from tests.classroom.led import LedClass, ask
from tests.classroom.test_talk_before_verdict import led_to, other_form, right_form, send
from tests.pages import Page


@pytest.mark.database("sqlite")
def test_an_earlier_question_does_not_say_whether_what_was_sent_fits(
    app: Flask, session: Session, content: Content
) -> None:
    quiz = next(
        quiz
        for id, quiz in content.quizzes.items()
        if len([one for one in quiz.questions if one.id not in content.lessons[quiz.lesson].placed]) > 2
    )
    after = [one for one in quiz.questions if one.id not in content.lessons[quiz.lesson].placed]
    led, question, where = led_to(quiz.lesson, after[1].id, app, session, content)
    before = f"/learn/quizzes/{quiz.id}/{after[0].id}"
    pages = []
    for name, form in (("Ada", right_form(question)), ("Ben", other_form(question))):
        tablet = led.tablet(led.another(session, name))
        send(tablet, where, form)
        pages.append(send(tablet, before, right_form(after[0])))
    right, other = pages
    assert right == other


def test_a_tablet_that_was_left_alone_is_no_child_who_left(session: Session, led: LedClass) -> None:
    led.go_to(2)
    tablet = led.tablet()
    ask(tablet, led.step(2))
    page = Page(tablet.get("/learn/class", follow_redirects=True).text)
    (clears,) = [one for one in page.all("button") if one.attrs.get("name") == "idle"]
    assert clears.attrs["form"] == "leave-idle", "what the page sends by itself too"
    assert tablet.post("/learn/leave", data={"idle": clears.attrs["value"]}).status_code == 303
    assert tablet.get("/learn/class").location != led.step(2), "signed out all the same"
    led.press("next")
    assert [seat.left for seat in led.came_in()] == [False]
    assert session.scalars(select(LessonPresence.was_there)).all() == [True]


def test_a_tap_that_a_colleagues_came_before_writes_nothing_down(
    session: Session, led: LedClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    led.go_to(1)
    ask(led.tablet(), led.step(1))
    moves: Callable[..., bool] = leading.move

    def too_late(rows: Any, found: Any, *asked: Any) -> bool:
        leading.call_for_attention(rows, found, eyes=True)
        return moves(rows, found, *asked)

    monkeypatch.setattr(leading, "move", too_late)
    sent = {"turn": str(led.now().turn), "place": str(led.course.steps)}
    assert led.desk.post(f"{led.address}/go", data=sent).location == f"{led.address}?ask=moved"
    assert led.now().place == 1
    assert session.scalars(select(LessonTaught.lesson_id)).all() == []


@pytest.mark.parametrize("slip", ["end", "close"])
def test_a_slip_is_no_longer_one_after_a_quarter_of_an_hour(
    led: LedClass, slip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    led.go_to(2)
    led.press(slip, sure="1")
    assert f'action="{led.address}/again"' in led.desk.get(class_page(led)).text
    late = now_utc() + timedelta(minutes=16)
    monkeypatch.setattr(beginning, "now_utc", lambda: late)
    assert f'action="{led.address}/again"' not in led.desk.get(class_page(led)).text
    led.desk.post(f"{led.address}/again")
    assert not any(rows(led.app, select(ClassWindow.led))), "no class is led"


def test_a_class_that_a_colleague_has_closed_since_is_not_opened_by_undoing(led: LedClass) -> None:
    led.go_to(2)
    led.press("end")
    colleague = staff_browser(led.app, led.teacher)
    colleague.post(f"/staff/classes/{led.learner.class_group.id}/close")
    assert f'action="{led.address}/again"' not in led.desk.get(class_page(led)).text
    led.desk.post(f"{led.address}/again")
    assert rows(led.app, select(ClassWindow.id)) == []


def class_page(led: LedClass) -> str:
    """The page after the lesson."""
    return f"/staff/classes/{led.learner.class_group.id}/after/{led.lesson.id}"


@pytest.mark.database("sqlite")
def test_no_step_to_which_a_child_looks_back_says_whether_what_was_sent_fits(
    app: Flask, session: Session, content: Content
) -> None:
    quiz = content.quizzes["ks3-wellbeing-how-to-tell"]
    lesson = content.lessons[quiz.lesson]
    last = [one for one in quiz.questions if one.id not in lesson.placed][-1]
    led, question, where = led_to(lesson.id, last.id, app, session, content)
    pages = []
    for name, form in (("Ada", right_form(question)), ("Ben", other_form(question))):
        tablet = led.tablet(led.another(session, name))
        for earlier in quiz.questions:
            if earlier.objective != question.objective:
                tablet.post(f"/learn/quizzes/{quiz.id}/{earlier.id}", data=right_form(earlier))
        send(tablet, where, form)
        pages.append(
            [
                tablet.get(f"/learn/lessons/{lesson.id}/{place}").text
                for place in range(1, len(lesson.steps) + 1)
            ]
        )
    right, other = pages
    assert right == other


@pytest.mark.database("postgresql")
def test_two_children_who_name_each_other_at_once_are_both_answered(
    session: Session, led: LedClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, share = Barrier(2, timeout=10), share_tablet

    def share_at_once(*asked: Any) -> None:
        both.wait()
        share(*asked)

    monkeypatch.setattr(sharing, "share_tablet", share_at_once)
    ada, ben = led.another(session, "Ada"), led.another(session, "Ben")
    with ThreadPoolExecutor(2) as hands:
        sent = [
            hands.submit(led.tablet(one).post, "/learn/class/with", data={"pupil": other.id.hex})
            for one, other in ((ada, ben), (ben, ada))
        ]
    assert [one.result().status_code for one in sent] == [303, 303]
    assert [seat.has_tablet for seat in led.came_in()] == [True, True]


@pytest.mark.parametrize("goes_on", ["back", "next", "end"])
def test_a_jump_to_the_end_that_was_a_slip_finishes_the_lesson_for_nobody(
    led: LedClass, goes_on: str
) -> None:
    led.go_to(1)
    ask(led.tablet(), led.step(1))
    led.press("go", place=str(led.course.talk))
    assert rows(led.app, select(LessonTaught.lesson_id)) == []
    led.press(goes_on)
    done = [] if goes_on == "back" else [led.lesson.id]
    assert rows(led.app, select(LessonTaught.lesson_id)) == done


@pytest.mark.parametrize("place", ["", "0", "-1", "two", "²", "99999"])
def test_a_jump_to_no_place_of_the_lesson_moves_nobody(led: LedClass, place: str) -> None:
    led.go_to(2)
    led.press("go", place=place, sure="1")
    assert led.now().place == 2


def test_a_tablet_on_which_names_are_being_tapped_goes_along_when_the_class_begins(led: LedClass) -> None:
    tablet, names = led.tablet(), "/learn/class/with"
    assert ask(tablet, names)["do"] == "stay"
    led.go_to(1)
    assert ask(tablet, names)["do"] == "go"
