"""Answers of a class: each child's counts once, nobody's can be told, and hands count as well."""

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.classroom.answers import count_hands, count_tap, options_at
from kiosk.classroom.course import course_of
from kiosk.classroom.models import ClassAnswered
from kiosk.lessons.kinds.choose import Choose
from kiosk.lessons.kinds.question import Question
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.site import Content
from tests.classroom.answering import counts, found, place_of, several, tap
from tests.classroom.led import LedClass, ask
from tests.pages import Page
from tests.sites import site_of

FIVE = range(5)


def test_the_first_tap_of_each_child_counts_once(led: LedClass, session: Session) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    first, second = several(led, session, 2)
    for number in (1, 0, 1):
        tap(led, first, place, number)
    tap(led, second, place, 0)
    assert counts(led)[:2] == [1, 1]
    assert sum(counts(led)) == 2


def test_every_answer_and_not_being_sure_have_the_shapes_of_the_board_on_a_tablet(led: LedClass) -> None:
    led.go_to(place := place_of(led, Question))
    tablet = led.tablet()
    page = tablet.get(led.step(place), follow_redirects=True).text
    faces = re.findall(r'answer__face">(<svg class="answer__sign".*?</svg>)?', page)
    many = len(options_at(led.course, place))
    assert len(faces) == len(set(faces)) == many + 1 and all(faces)
    assert "<circle" in faces[-1] and 'fill="none"' in faces[-1], "a ring"
    led.press("end")
    assert "answer__sign" not in tablet.get(led.step(place), follow_redirects=True).text


def test_the_first_answer_to_a_question_counts_and_so_does_not_being_sure(
    led: LedClass, session: Session, content: Content
) -> None:
    place = place_of(led, Question)
    led.go_to(place)
    question = content.quizzes[led.lesson.quiz].question(led.lesson.steps[place - 1].of)  # type: ignore[union-attr]
    assert isinstance(question, ChoosingOne)
    address = f"/learn/quizzes/{led.lesson.quiz}/{question.id}"
    wrong = next(one.id for one in question.answers() if not one.correct)
    right = next(one.id for one in question.answers() if one.correct)
    first, second, third, fourth = several(led, session, 4)
    first.post(address, data={"choice": wrong})
    first.post(address, data={"choice": right, "tries": "1"})
    second.post(address, data={"unsure": "1"})
    third.post(address, data={})  # nothing chosen
    fourth.post(address, data={"choice": right, "tries": "none"})  # read as the question itself reads it
    ids = [bar.option.id for bar in found(led).bars]
    by_id = dict(zip(ids, counts(led), strict=True))
    assert (by_id[wrong], by_id[right], by_id["unsure"]) == (1, 1, 1)


def test_answers_are_shown_from_five_on_in_words_and_then_nothing_more_counts(
    led: LedClass, session: Session, client: FlaskClient
) -> None:
    place, board = place_of(led, Choose), led.board()
    led.go_to(place)
    tablets = several(led, session, 6)
    for number, tablet in enumerate(tablets[:5]):
        tap(led, tablet, place, int(number == 4))
    led.press("answers")
    page = Page(client.get(board).text)
    assert "Most of us" in page.text
    assert "No names. Nobody keeps who chose what." in page.text
    tap(led, tablets[5], place, 1)
    assert sum(counts(led)) == 5
    led.press("hide")
    tap(led, tablets[5], place, 1)
    assert sum(counts(led)) == 5
    assert "Nobody keeps" not in client.get(board).text


def test_fewer_than_five_taps_are_shown_as_none_and_the_teacher_goes_on(
    led: LedClass, session: Session, client: FlaskClient
) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    for tablet in several(led, session, 4):
        tap(led, tablet, place, 0)
    led.press("answers")
    assert led.now().shown
    assert sum(bar.count for bar in found(led).bars) == 0
    assert "us</b>" not in client.get(led.board()).text


def test_a_tablet_that_answers_for_several_tells_nothing_of_any_of_them(
    led: LedClass, session: Session, client: FlaskClient
) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    child, *others = several(led, session, 5)
    tap(led, child, place, 1)
    for tablet in others:
        tap(led, tablet, place, 0)
        tablet.post("/learn/leave")
    led.press("answers")
    assert sum(counts(led)) == 5
    assert "us</b>" not in client.get(led.board()).text


def test_an_answer_that_arrives_as_the_answers_are_shown_is_not_counted(led: LedClass) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    option = options_at(led.course, place)[0]
    led.desk.post(f"{led.address}/hands", data={"more": option.id, "place": place})
    window_id = led.now().window_id  # a tablet has seen that answers are counted; then the teacher shows them
    led.press("answers")
    with site_of(led.app).databases.sessions.rows(write=True) as rows:
        count_tap(rows, window_id, place, led.learner.pupil.id, option.id)
        count_hands(rows, window_id, place, option.id, 1)
    assert counts(led)[0] == 1
    led.press("end")
    with site_of(led.app).databases.sessions.rows(write=True) as rows:
        count_tap(rows, window_id, place, led.learner.pupil.id, option.id)
        assert rows.scalar(select(func.count()).select_from(ClassAnswered)) == 0


def test_hands_are_counted_with_a_tap_each_and_shown_however_few(led: LedClass, client: FlaskClient) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    first, second, *_rest = options_at(led.course, place)
    hands = f"{led.address}/hands"
    for sent in ({"more": first.id}, {"more": first.id}, {"more": second.id}, {"less": first.id}):
        part = led.desk.post(hands, data=sent | {"place": place}, headers={"HX-Request": "true"})
        assert part.status_code == 200
    assert [bar.hands for bar in found(led).bars][:2] == [1, 1]
    led.desk.post(hands, data={"less": second.id, "place": place})
    led.desk.post(hands, data={"less": second.id, "place": place})
    assert [bar.hands for bar in found(led).bars][:2] == [1, 0]
    led.press("answers")
    assert "Most of us" in client.get(led.board()).text
    led.desk.post(hands, data={"more": first.id, "place": place})
    assert counts(led)[0] == 1


def test_a_tap_for_a_step_that_the_class_has_left_counts_nothing(led: LedClass) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    option = options_at(led.course, place)[0]
    hands = f"{led.address}/hands"
    led.desk.post(hands, data={"more": option.id, "place": place - 1})
    led.desk.post(hands, data={"more": "nonsense", "place": place})
    led.desk.post(hands, data={"place": place})
    assert sum(counts(led)) == 0


def test_the_good_answer_is_marked_once_the_teacher_shows_it(
    led: LedClass, client: FlaskClient, content: Content
) -> None:
    place = place_of(led, Question)
    led.go_to(place)
    options = options_at(led.course, place)
    right = next(one for one in options if one.right)
    led.desk.post(f"{led.address}/hands", data={"more": right.id, "place": place})
    led.press("answers")
    assert "That fits." not in client.get(led.board()).text
    led.press("right")
    assert "That fits." in client.get(led.board()).text
    led.press("next")
    assert led.now().shown == 0


def test_a_mistaken_idea_is_named_to_the_teacher_alone(
    led: LedClass, client: FlaskClient, content: Content
) -> None:
    held = None
    for place in range(1, len(led.lesson.steps) + 1):
        held = next((one for one in options_at(led.course, place) if one.belief), None)
        if held:
            break
    assert held
    led.go_to(place)
    for _hand in FIVE:
        led.desk.post(f"{led.address}/hands", data={"more": held.id, "place": place})
    led.press("answers")
    words = content.misconceptions[held.belief].statement
    assert words in Page(led.desk.get(led.address).text).text
    assert words not in Page(client.get(led.board()).text).text


def test_next_asks_nothing_about_who_has_not_answered(led: LedClass, session: Session) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    for tablet in several(led, session, 3):
        ask(tablet, led.step(place))
    led.press("next")
    assert led.now().place == place + 1


def test_nothing_is_added_up_in_a_lesson_of_high_sensitivity(content: Content) -> None:
    high = [lesson for lesson in content.lessons.values() if lesson.sensitivity == "high"]
    assert high
    for lesson in high:
        course = course_of(lesson, content.quizzes)
        assert not any(options_at(course, place) for place in range(course.end + 1))


def test_when_it_ends_no_answer_is_left(led: LedClass, session: Session) -> None:
    place = place_of(led, Choose)
    led.go_to(place)
    tap(led, led.tablet(), place, 0)
    window = led.now().window_id
    led.press("end")
    with site_of(led.app).databases.sessions.rows(write=False) as rows:
        for table in ("class_answer", "class_answered"):
            left = rows.exec_driver_sql(f"select count(*) from {table}").scalar()
            assert left == 0, window
