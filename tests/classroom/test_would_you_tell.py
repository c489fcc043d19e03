"""Would you tell? Asked before and after "How to tell"; whoever looks learns no answer (promise A21)."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow
from kiosk.bands import Band
from kiosk.classroom.leading import begin
from kiosk.classroom.models import ClassAnswer, ClassAnswered, ClassLesson, ClassSeat, TellingSum
from kiosk.classroom.would_you_tell import (
    Round,
    Told,
    begin_rounds,
    close_rounds,
    count_answer,
    has_passed,
    take_sum,
)
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.small_numbers import FEWEST
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import rows as rows_of
from tests.classroom.led import LedClass, ask, make_led
from tests.factories import SITE_KEY
from tests.lessons.learner import Learner, counted, make_learner
from tests.sites import run_worker_round, site_of

BEFORE, AFTER = "/learn/class/before", "/learn/class/after"
TELLING = "ks2-wellbeing-how-to-tell"


@pytest.fixture
def asking(app: Flask, session: Session, learner: Learner) -> LedClass:
    """A class that is led through "How to tell", before its first step."""
    lesson = site_of(app).lessons[TELLING]
    led = make_led(app, session, replace(learner, lesson=lesson))
    led.begin()
    return led


def school_sum(app: Flask) -> Told:
    """What the school has answered so far."""
    site = site_of(app)
    with site.databases.sessions.rows(write=False) as rows:
        return Told.opened(site.key, rows.scalar(select(TellingSum.sealed)))


def children(led: LedClass, session: Session, number: int = FEWEST) -> list[FlaskClient]:
    """Tablets of several children, each at the class's page."""
    return [led.tablet(led.another(session, f"Child {one}")) for one in range(number)]


def give(tablets: list[FlaskClient], address: str, answers: str) -> None:
    """Each of them answers, or skips."""
    for tablet, answer in zip(tablets, answers, strict=True):
        assert tablet.post(address, data={"answer": answer}).status_code == 303


def through(led: LedClass, tablets: list[FlaskClient], before: str, after: str) -> None:
    """The class answers, does the lesson, answers again and stops."""
    give(tablets, BEFORE, before)
    led.go_to(led.course.end)
    give(tablets, AFTER, after)
    led.press("end")


@pytest.mark.parametrize("band", list(Band))
def test_each_age_group_is_asked_once_before_and_once_after(app: Flask, session: Session, band: Band) -> None:
    lesson = site_of(app).lessons[f"{band}-wellbeing-how-to-tell"]
    learner = replace(make_learner(session, site_of(app).lessons, band, given=False), lesson=lesson)
    led = make_led(app, session, learner)
    led.begin()
    tablet = led.tablet()
    assert tablet.get("/learn/class").location == BEFORE
    page = tablet.get(BEFORE).text
    assert "would you tell someone?" in page
    assert "Only numbers of the whole school are kept." in page
    assert tablet.post(BEFORE, data={"answer": "a"}).location == "/learn/class"
    assert tablet.get("/learn/class").location == "/learn/class/wait"
    assert tablet.get(BEFORE).location == "/learn/class"
    led.go_to(led.course.end)
    quiz = f"/learn/quizzes/{lesson.quiz}"
    assert tablet.get(quiz).location == AFTER
    assert "would you tell someone?" in tablet.get(AFTER).text
    assert tablet.post(AFTER, data={"answer": "d"}).location == quiz
    assert tablet.get(quiz).location.startswith(quiz + "/")
    assert tablet.get(AFTER).location == quiz


def test_what_a_class_answered_joins_the_sum_once_it_stops(
    app: Flask, session: Session, asking: LedClass
) -> None:
    through(asking, children(asking, session), "abccd", "aaabd")
    assert school_sum(app) == Told((1, 1, 2, 3, 1, 0), frozenset({asking.learner.class_group.id}))
    assert not rows_of(app, select(ClassWindow).where(ClassWindow.led))


def test_a_class_whose_time_is_over_counts_as_well(app: Flask, session: Session, asking: LedClass) -> None:
    tablets = children(asking, session)
    give(tablets, BEFORE, "aaaaa")
    asking.go_to(asking.course.end)
    give(tablets, AFTER, "bbbbb")
    with site_of(app).databases.school.write() as school:
        school.delete(school.scalars(select(ClassWindow)).one())
    site = site_of(app)
    run_worker_round(site.config, site.databases, now_utc())
    assert school_sum(app).counts == (5, 0, 0, 0, 5, 0)


@pytest.mark.parametrize(
    ("number", "ends"), [(FEWEST - 1, True), (FEWEST, False)], ids=["four children", "no second round"]
)
def test_fewer_than_five_or_one_round_alone_count_nothing(
    app: Flask, session: Session, asking: LedClass, number: int, ends: bool
) -> None:
    tablets = children(asking, session, number)
    give(tablets, BEFORE, "a" * number)
    if ends:
        asking.go_to(asking.course.end)
        give(tablets, AFTER, "a" * number)
    asking.press("end")
    assert school_sum(app) == Told()


def test_a_class_is_asked_and_counted_once_a_term(app: Flask, session: Session, asking: LedClass) -> None:
    tablets = children(asking, session)
    through(asking, tablets, "aaaaa", "aaaaa")
    asking.begin()
    assert not asking.now().asks
    assert tablets[0].get("/learn/class").location == "/learn/class/wait"
    assert "Would you tell?" not in asking.desk.get(asking.address).text
    through(asking, tablets, "bbbbb", "bbbbb")
    assert school_sum(app).counts == (5, 0, 0, 5, 0, 0)


def test_another_lesson_asks_nothing(led: LedClass) -> None:
    tablet = led.tablet()
    assert tablet.get("/learn/class").location == "/learn/class/wait"
    assert tablet.get(BEFORE).location == "/learn/class"
    assert tablet.post(BEFORE, data={"answer": "a"}).status_code == 303
    assert "Would you tell?" not in led.desk.get(led.address).text


def test_who_learns_alone_is_not_asked(app: Flask, session: Session, learner: Learner) -> None:
    lesson = site_of(app).lessons[TELLING]
    led = make_led(app, session, replace(learner, lesson=lesson))
    tablet = led.tablet()
    assert tablet.get(BEFORE).location == "/learn/class"
    assert tablet.get(f"/learn/quizzes/{lesson.quiz}").location != AFTER


def test_a_round_that_is_closed_counts_nothing_and_who_comes_late_misses_it(
    app: Flask, session: Session, asking: LedClass
) -> None:
    tablets = children(asking, session)
    asking.go_to(1)
    give(tablets, BEFORE, "aaaaa")
    give(tablets, AFTER, "aaaaa")
    assert tablets[0].get("/learn/class").location == asking.step(1)
    assert not any(isinstance(one, ClassAnswered) for one in stored(app, ClassAnswered))


def stored(app: Flask, table: type) -> list[object]:
    """Every row of a table of the sessions' store."""
    with site_of(app).databases.sessions.session(write=False) as session:
        return list(session.scalars(select(table)))


def test_a_child_who_is_asked_is_brought_to_the_first_step(asking: LedClass) -> None:
    tablet = asking.tablet()
    assert ask(tablet, BEFORE)["do"] == "stay"
    asking.go_to(1)
    assert ask(tablet, BEFORE)["do"] == "go"


def test_help_never_waits_for_the_question(asking: LedClass) -> None:
    asking.go_to(asking.course.end)
    tablet = asking.tablet()
    assert tablet.get(f"/learn/lessons/{asking.lesson.id}/help").status_code == 200
    assert "/report/ks2/en" in tablet.get(AFTER).text


def test_every_tap_is_written_alike_and_says_nothing(app: Flask, session: Session, asking: LedClass) -> None:
    tablets = children(asking, session)
    seen, sent = [], []
    for tablet, answer in zip(tablets, "aabcd", strict=True):
        with counted(site_of(app).databases.sessions.engine) as statements:
            reply = tablet.post(BEFORE, data={"answer": answer})
        sent.append(statements)
        said = {name: value for name, value in reply.headers if name not in {"Date", "Set-Cookie"}}
        cookies = [len(one) for one in reply.headers.getlist("Set-Cookie")]
        (row,) = stored(app, ClassLesson)
        assert isinstance(row, ClassLesson)
        assert row.telling
        seen.append((reply.status_code, said, cookies, reply.text, len(row.telling)))
        assert {len(one) for one in (answer, "d")} == {1}
    assert all(one == seen[0] for one in seen)
    assert all(one == sent[0] for one in sent)
    assert stored(app, ClassAnswer) == []
    assert len(stored(app, ClassAnswered)) == len(tablets)


def test_the_row_is_made_anew_by_who_skips_as_well(app: Flask, session: Session, asking: LedClass) -> None:
    rows = set()
    for tablet in children(asking, session):
        give([tablet], BEFORE, "d")
        (row,) = stored(app, ClassLesson)
        assert isinstance(row, ClassLesson)
        rows.add(row.telling)
    assert len(rows) == FEWEST


@pytest.mark.parametrize("place", [0, 1, -1])
def test_no_page_of_the_teacher_or_the_board_changes_with_what_or_how_many_answered(
    app: Flask, session: Session, asking: LedClass, client: FlaskClient, place: int
) -> None:
    tablets = children(asking, session, 2 * FEWEST)
    board = asking.board()
    if place == 0:
        address = BEFORE
    else:
        give(tablets[:2], BEFORE, "ab")
        asking.go_to(asking.course.end if place < 0 else 1)
        address = AFTER
    for tablet in tablets:
        ask(tablet, address if place <= 0 else asking.step(1))

    def pages() -> list[str]:
        return [
            asking.desk.get(asking.address).text,
            client.get(board).text,
            client.get(f"{board}/now").text,
        ]

    before = pages()
    for tablet, answer in zip(tablets, "aabbbcccdd", strict=True):
        tablet.post(address, data={"answer": answer})
        ask(tablet, "/learn/class/wait" if place == 0 else address if place < 0 else asking.step(1))
        assert pages() == before
    assert ("is open on the tablets" in before[0]) == (place <= 0)


def test_nothing_of_it_reaches_the_database_of_the_school_or_stays_with_the_class(
    app: Flask, session: Session, asking: LedClass
) -> None:
    through(asking, children(asking, session), "abcdd", "aaabb")
    for table in (ClassLesson, ClassAnswered, ClassAnswer, ClassSeat):
        assert stored(app, table) == []
    (row,) = stored(app, TellingSum)
    assert isinstance(row, TellingSum)
    assert set(TellingSum.__table__.columns.keys()) == {"id", "sealed"}


# The verbs, on both databases.


def lead(databases: Databases, content: Content, class_id: uuid.UUID, key: SiteKey = SITE_KEY) -> uuid.UUID:
    """The window of a class that is led through "How to tell"."""
    window_id, lesson = uuid.uuid4(), content.lessons[TELLING]
    with databases.sessions.rows(write=True) as rows:
        begin(rows, window_id, lesson, begin_rounds(rows, key, lesson, class_id))
    return window_id


def answer(databases: Databases, window_id: uuid.UUID, asked: Round, *given: str) -> None:
    """So many children answer."""
    for one in given:
        with databases.sessions.rows(write=True) as rows:
            count_answer(rows, SITE_KEY, window_id, asked, uuid.uuid4(), one)


def test_classes_join_one_sum_which_is_taken_once(databases: Databases, content: Content) -> None:
    classes = [uuid.uuid4() for _ in range(3)]
    windows = [lead(databases, content, one) for one in classes]
    for window_id in windows:
        answer(databases, window_id, Round.BEFORE, "yes", "yes", "no", "", "maybe")
        answer(databases, window_id, Round.AFTER, "yes", "yes", "yes", "yes", "maybe", "no")
    with databases.sessions.rows(write=True) as rows:
        close_rounds(rows, SITE_KEY, windows)
        assert take_sum(rows, SITE_KEY) == Told((6, 3, 3, 12, 3, 3), frozenset(classes))
        assert take_sum(rows, SITE_KEY) == Told()


def test_a_child_who_taps_many_times_at_once_counts_once(databases: Databases, content: Content) -> None:
    window_id, pupil_id = lead(databases, content, uuid.uuid4()), uuid.uuid4()

    def tap(given: str) -> None:
        with databases.sessions.rows(write=True) as rows:
            count_answer(rows, SITE_KEY, window_id, Round.BEFORE, pupil_id, given)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tap, ["yes"] * 8))
    with databases.sessions.rows(write=False) as rows:
        assert has_passed(rows, window_id, Round.BEFORE, pupil_id)
        assert not has_passed(rows, window_id, Round.AFTER, pupil_id)
        found = Told.opened(SITE_KEY, rows.scalar(select(ClassLesson.telling)))
    assert found.counts == (1, 0, 0, 0, 0, 0)


def test_thirty_who_answer_at_once_are_all_counted(databases: Databases, content: Content) -> None:
    window_id = lead(databases, content, uuid.uuid4())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: answer(databases, window_id, Round.AFTER, "no"), range(30)))
    with databases.sessions.rows(write=False) as rows:
        found = Told.opened(SITE_KEY, rows.scalar(select(ClassLesson.telling)))
    assert found.counts == (0, 0, 0, 0, 0, 30)


def test_another_site_key_finds_nothing_and_breaks_nothing(databases: Databases, content: Content) -> None:
    window_id = lead(databases, content, uuid.uuid4())
    answer(databases, window_id, Round.BEFORE, *["yes"] * 5)
    answer(databases, window_id, Round.AFTER, *["yes"] * 5)
    other = SiteKey(b"x" * 32)
    with databases.sessions.rows(write=True) as rows:
        close_rounds(rows, other, [window_id])
        assert take_sum(rows, other) == Told()


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("slip", ["end", "close"])
def test_a_lesson_that_goes_on_after_a_slip_asks_no_second_time(asking: LedClass, slip: str) -> None:
    asking.go_to(2)
    asking.press(slip, sure="1")
    assert asking.desk.post(f"{asking.address}/again").status_code == 303
    assert asking.now().place == 2
    assert not asking.now().asks, "what was answered before it is gone, so an answer after it says nothing"
