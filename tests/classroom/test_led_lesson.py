"""A lesson from the teacher's first tap to the last: what the desk, the board and the tablets show."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow, WindowTry
from kiosk.bands import Band
from kiosk.classroom.models import ClassLesson, ClassSeat
from kiosk.classroom.said import title_at
from kiosk.classroom.views.found import came_in_words
from kiosk.config import Config
from kiosk.lessons.progress import complete_lesson
from kiosk.quizzes.choosing import Choosing
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import rows, staff_browser
from tests.classroom.led import LedClass, ask, make_led
from tests.factories import make_reader, make_staff
from tests.lessons.learner import Learner, browser_of, counted, make_learner
from tests.pages import Page
from tests.sites import run_worker_round, site_of


def test_leading_opens_a_closed_class_and_the_board_shows_its_code(
    app: Flask, session: Session, content: Content, client: FlaskClient
) -> None:
    learner = make_learner(session, content.lessons)
    session.delete(learner.window)
    led = make_led(app, session, learner)
    offered = led.desk.get(led.address).text
    assert "Set for this class" in offered
    led.begin()
    (window,) = rows(app, select(ClassWindow))
    assert window.code in client.get(led.board()).text


def test_a_lesson_of_another_age_that_is_not_set_is_led_by_nobody(led: LedClass, content: Content) -> None:
    other = next(id for id, lesson in content.lessons.items() if lesson.band != led.lesson.band)
    for lesson in (other, "", "../secret"):
        answer = led.desk.post(led.address, data={"lesson": lesson})
        assert answer.status_code == 422
        assert "Lead it now" in answer.text


@pytest.mark.parametrize("query", ["", "?lang=ur", "?look=dark_1_normal_some"])
def test_a_child_who_is_early_waits_and_then_goes_where_the_class_goes(led: LedClass, query: str) -> None:
    tablet = led.tablet()
    assert tablet.get(f"/learn/lessons/{query}").location == f"/learn/class{query}"
    assert tablet.get(f"/learn/class{query}").location == f"/learn/class/wait{query}"
    assert tablet.get(f"/learn/class/wait{query}").status_code == 200
    assert ask(tablet, "/learn/class/wait", query)["do"] == "stay"
    led.press("next")
    assert led.now().place == 1
    assert ask(tablet, "/learn/class/wait", query)["do"] == "go"
    assert tablet.get(f"/learn/class{query}").location == f"{led.step(1)}{query}"


def test_what_was_done_weeks_ago_is_asked_while_a_class_comes_in(
    app: Flask, led: LedClass, session: Session, content: Content
) -> None:
    earlier = next(
        one
        for one in content.lessons.values()
        if one.band == led.lesson.band and one.id != led.lesson.id and one.quiz and not one.together
    )
    act, before = content.quizzes[earlier.quiz].act, f"/learn/quizzes/before/{led.lesson.id}"
    complete_lesson(session, led.learner.pupil, earlier, site_of(app).today() - timedelta(weeks=3))
    session.commit()
    tablet = led.tablet()
    assert act and tablet.get("/learn/class").location == before
    assert "Do you remember?" in tablet.get(before).text
    assert ask(tablet, before)["do"] == "stay"
    through = tablet.get(f"{before}?done={earlier.quiz}.{act.id}").location
    assert tablet.get(through).location == "/learn/class/wait"
    led.press("next")
    assert ask(tablet, before)["do"] == "go"
    assert tablet.get("/learn/class").location == led.step(1)


def test_who_is_through_waits_for_the_others_and_no_page_says_how_many_are(led: LedClass) -> None:
    led.go_to(1)
    tablet = led.tablet()
    assert ask(tablet, led.step(1))["do"] == "stay"
    sent = tablet.post(led.step(1))
    assert tablet.get(sent.location).location == "/learn/class/wait"
    assert "You are through with this one" in tablet.get("/learn/class/wait").text
    assert ask(tablet, "/learn/class/wait")["do"] == "stay"
    assert "through" not in led.desk.get(led.address).text


def test_the_teacher_sees_who_is_behind_by_name_and_never_an_answer(led: LedClass, session: Session) -> None:
    led.go_to(3)
    ask(led.tablet(), led.step(3))
    kofi = led.tablet(led.another(session, "Kofi"))
    for _ in range(2):  # told to go to the class, and back at once
        ask(kofi, led.step(1))
    page = Page(led.desk.get(led.address, headers={"HX-Request": "true"}).text).text
    behind = page.partition("May need you")[2].partition("Came in")[0]
    assert "Kofi On step 1." in behind
    assert led.learner.pupil.first_name not in behind


def test_eyes_on_me_is_on_every_tablet_and_ends_with_carry_on(led: LedClass, client: FlaskClient) -> None:
    led.go_to(1)
    tablet = led.tablet()
    led.press("eyes")
    assert ask(tablet, led.step(1))["do"] == "eyes"
    assert "Eyes on me" in client.get(led.board()).text
    led.press("carry-on")
    assert ask(tablet, led.step(1))["do"] == "stay"


def test_at_their_own_pace_children_go_on_and_come_back_together(led: LedClass) -> None:
    led.go_to(1)
    tablet = led.tablet()
    led.press("own-pace")
    assert tablet.get(led.step(3)).status_code == 200
    assert ask(tablet, led.step(3))["do"] == "stay"
    led.press("together")
    assert ask(tablet, led.step(3))["do"] == "go"
    assert tablet.get("/learn/class").location == led.step(1)


def test_minutes_are_said_on_tablets_and_on_the_board(led: LedClass, client: FlaskClient) -> None:
    led.go_to(1)
    led.press("minutes")
    assert ask(led.tablet(), led.step(1))["say"] == "About 5 minutes left"
    assert "About 5 minutes left" in client.get(led.board()).text


def test_the_teacher_reads_what_to_say_from_the_first_sentence_to_the_last(led: LedClass) -> None:
    plan = led.lesson.teaching
    assert plan

    def said(words: object) -> str:
        return " ".join(Page(f"<p>{words}</p>").text.split())

    def desk() -> str:
        return " ".join(Page(led.desk.get(led.address).text).text.split())

    assert said(plan.open) in desk() and f"about {led.lesson.minutes} minutes" in desk()
    for place, step in enumerate(led.lesson.steps, 1):
        led.press("next", sure="1")
        here = plan.steps[step.id]
        for words in (here.say, here.listen_for, here.good, here.next):
            assert said(words) in desk(), step.id
        assert f"about {led.lesson.minutes_from(place)} minutes" in desk()
    led.press("next", sure="1")
    assert led.lesson.talk and said(plan.steps[led.lesson.talk.id].say) in desk()
    led.go_to(led.course.end)
    assert said(plan.close) in desk()


def test_before_a_sensitive_lesson_the_teacher_reads_who_leads_safeguarding(
    app: Flask, session: Session, reports_session: Session, content: Content
) -> None:
    make_reader(reports_session, "dsl", name="Ms Osei")
    reports_session.commit()
    led = make_led(app, session, make_learner(session, content.lessons, Band.KS4))
    led.begin()
    assert led.lesson.quiet
    assert "Safeguarding lead: Ms Osei" in " ".join(Page(led.desk.get(led.address).text).text.split())
    led.go_to(1)
    assert "Read this page aloud from the board" in Page(led.desk.get(led.address).text).text


def test_a_colleague_who_may_open_the_class_takes_over_in_the_middle(
    app: Flask, session: Session, led: LedClass
) -> None:
    led.go_to(2)
    colleague = make_staff(session)
    led.learner.class_group.teachers.append(colleague)
    session.commit()
    desk = staff_browser(app, colleague)
    assert desk.post(f"{led.address}/next", data={"turn": str(led.now().turn)}).status_code == 303
    assert led.now().place == 3


def test_a_colleague_who_covers_the_class_today_takes_over_in_the_middle(
    app: Flask, session: Session, led: LedClass
) -> None:
    led.go_to(2)
    cover = make_staff(session)
    session.commit()
    desk, group = staff_browser(app, cover), led.learner.class_group
    assert desk.post(f"{led.address}/next", data={"turn": str(led.now().turn)}).status_code == 404
    assert desk.post(f"/staff/cover/{group.id}").status_code == 303
    assert desk.get(led.address).status_code == 200
    assert desk.post(f"{led.address}/next", data={"turn": str(led.now().turn)}).status_code == 303
    assert led.now().place == 3


def test_the_board_shows_each_step_and_each_question_of_the_lesson(
    led: LedClass, client: FlaskClient
) -> None:
    board = led.board()
    course = led.course
    assert course.at_the_end
    for place in (*range(1, course.talk), *range(course.talk + 1, course.end)):
        led.go_to(place)
        page = client.get(board)
        assert page.status_code == 200
        assert str(title_at(course, place)) in page.text, place
        if isinstance(course.question(place), Choosing):
            assert "not sure" in page.text


@pytest.mark.parametrize("together", [True, False])
def test_after_the_talk_the_questions_are_asked_together_or_alone(led: LedClass, together: bool) -> None:
    led.go_to(led.course.talk)
    tablet, quiz = led.tablet(), f"/learn/quizzes/{led.lesson.quiz}"
    assert tablet.get("/learn/class").location == "/learn/class/wait"
    assert tablet.get(quiz).location == "/learn/class/wait"
    led.press("next" if together else "own-pace")
    first = f"{quiz}/{led.course.at_the_end[0]}"
    assert tablet.get("/learn/class").location == (first if together else quiz)
    assert tablet.get(first).status_code == 200
    second = tablet.get(f"{quiz}/{led.course.at_the_end[1]}")
    assert second.location == ("/learn/class/wait" if together else None)
    led.go_to(led.course.end)
    assert tablet.get("/learn/class").location == quiz, "what nobody has answered is asked at the end"


def test_what_is_tapped_on_the_board_is_shown_there_and_stays_nowhere(
    led: LedClass, client: FlaskClient
) -> None:
    place, step = next((place, one) for place, one in enumerate(led.lesson.steps, 1) if one.kind == "choose")
    led.go_to(place)
    move = step.moves[0]  # type: ignore[union-attr]
    board = led.board()
    assert "You chose" in client.get(f"{board}?move={move.id}").text
    assert "You chose" not in client.get(board).text


def test_the_board_is_told_only_when_something_changed(led: LedClass, client: FlaskClient) -> None:
    now = f"{led.board()}/now"
    first = client.get(now)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(now, headers=tag).status_code == 304
    ask(led.tablet(), "/learn/class/wait")
    counted_anew = client.get(now, headers=tag)
    assert (counted_anew.status_code, counted_anew.get_json()["line"]) == (200, "A few have come in")
    led.press("next")
    assert client.get(now).get_json()["mark"] != first.get_json()["mark"]


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "Nobody has come in yet"), (1, "A few have come in"), (4, "A few have come in")]
    + [(count, "About 5 have come in") for count in (5, 7)]
    + [(count, "About 10 have come in") for count in (8, 12)]
    + [(23, "About 25 have come in")],
)
def test_how_many_came_in_is_said_to_the_nearest_five(app: Flask, count: int, words: str) -> None:
    with app.test_request_context():
        assert came_in_words(count) == words


def test_how_many_came_in_is_on_the_board_in_each_language_as_the_board_hears_it(
    led: LedClass, client: FlaskClient
) -> None:
    ask(led.tablet(), "/learn/class/wait")
    said = set()
    for lang in ("en", "pl", "ur"):
        page = client.get(led.board(), query_string={"lang": lang}).text
        now = client.get(html.unescape(re.findall(r'data-now="([^"]+)"', page)[0])).get_json()
        assert f'id="board-count">{now["line"]}</p>' in page
        said.add(now["line"])
    assert "A few have come in" in said


def test_a_child_who_leaves_came_in_all_the_same(led: LedClass, client: FlaskClient) -> None:
    tablet = led.tablet()
    ask(tablet, "/learn/class/wait")
    before = client.get(f"{led.board()}/now").get_json()
    tablet.post("/learn/leave")
    page = Page(led.desk.get(led.address).text).text
    assert "A few have come in" in page
    assert f"Left {led.learner.pupil.first_name}" in page
    assert client.get(f"{led.board()}/now").get_json() == before


def test_an_empty_room_is_asked_about_before_the_first_step(led: LedClass) -> None:
    led.press("next")
    assert led.now().place == 0
    assert "Nobody has come in yet. Start all the same?" in led.desk.get(f"{led.address}?ask=empty").text
    led.press("next", sure="1")
    assert led.now().place == 1


@pytest.mark.parametrize("step", ["end", "close"])
def test_when_it_ends_nothing_stays_of_where_anybody_was(led: LedClass, step: str) -> None:
    led.go_to(1)
    tablet = led.tablet()
    ask(tablet, led.step(1))
    led.press(step, sure="1")
    with site_of(led.app).databases.sessions.session(write=False) as store:
        assert store.scalars(select(ClassLesson)).all() == []
        here = store.scalars(select(ClassSeat)).all()
    assert [(seat.place, seat.turn, seat.hand) for seat in here] == ([(0, 0, False)] if step == "end" else [])
    if step == "end":
        assert tablet.get(led.step(3)).status_code == 200, "each goes on alone"
    else:
        assert tablet.get(led.step(1)).location == "/learn/"


def test_asking_costs_a_tablet_three_queries_and_writes_only_where_it_moved(led: LedClass) -> None:
    led.go_to(1)
    tablet = led.tablet()
    ask(tablet, led.step(1))
    databases = site_of(led.app).databases
    with counted(databases.school.engine) as school, counted(databases.sessions.engine) as sessions:
        ask(tablet, led.step(1))
    assert len(school) == 1
    assert len(sessions) == 2
    assert not [one for one in sessions if one.lstrip().startswith(("INSERT", "UPDATE"))]


def test_a_class_that_is_not_led_asks_no_store_for_it(app: Flask, learner: Learner) -> None:
    child = browser_of(app, learner)
    with counted(site_of(app).databases.sessions.engine) as sent:
        assert child.get(f"/learn/lessons/{learner.lesson.id}/1").status_code == 200
    assert sent == []


def test_a_reader_of_the_qr_code_finds_the_code_typed(led: LedClass, client: FlaskClient) -> None:
    code = led.learner.window.code.replace(" ", "")
    assert f'value="{code}"' in client.get(f"/learn/?code={code}").text


def test_a_child_with_five_wrong_keys_is_let_in_from_the_desk(led: LedClass, session: Session) -> None:
    kofi = led.another(session, "Kofi")
    wait_until = now_utc() + timedelta(minutes=2)
    session.add(WindowTry(window_id=led.learner.window.id, pupil_id=kofi.id, tries=5, wait_until=wait_until))
    session.commit()
    page = Page(led.desk.get(led.address).text)
    assert "Wants to come back" in page.text
    (form,) = [one for one in page.all("form") if one.attrs["action"].endswith(f"{kofi.id}/clear")]
    assert led.desk.post(form.attrs["action"]).status_code == 303
    assert "Wants to come back" not in led.desk.get(led.address).text


@pytest.mark.parametrize("how", ["by its time", "by the button of the class"])
def test_the_worker_forgets_what_was_led_in_a_class_that_closed_otherwise(
    led: LedClass, config: Config, databases: Databases, how: str
) -> None:
    ask(led.tablet(), "/learn/class/wait")
    run_worker_round(config, databases, now_utc())
    assert led.now(), "an open class goes on"
    later = now_utc() + timedelta(hours=2)
    if how == "by the button of the class":
        led.desk.post(led.address.removesuffix("/lesson") + "/close")
        later = now_utc()
    run_worker_round(config, databases, later)
    with databases.sessions.session(write=False) as store:
        assert store.scalars(select(ClassLesson)).all() == []
        assert store.scalars(select(ClassSeat)).all() == []


def test_closing_asks_first_where_children_came_in_and_tells_how_to_warn_them(led: LedClass) -> None:
    led.go_to(1)
    ask(led.tablet(), led.step(1))
    led.press("close")
    page = led.desk.get(f"{led.address}?ask=close").text
    assert "Sign everybody out?" in page
    assert led.now().place == 1
    led.press("close", sure="1")
    assert led.tablet().get("/learn/lessons/").location == "/learn/"


def test_the_code_is_on_the_wall_in_two_clicks(
    app: Flask, session: Session, content: Content, client: FlaskClient
) -> None:
    learner = make_learner(session, content.lessons)
    session.delete(learner.window)
    led = make_led(app, session, learner)
    classes = led.desk.get("/staff/classes/").text  # one click from every page of staff
    assert f'action="{led.address}/board"' in classes
    board = led.desk.post(f"{led.address}/board")
    (window,) = rows(app, select(ClassWindow))
    assert window.code in client.get(board.location).text
    again = led.desk.post(f"{led.address}/board")
    assert again.location == board.location
