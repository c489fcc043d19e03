"""A lesson on paper: the teacher's page has the answers, the pupils' page none."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.lessons.lesson import Lesson
from kiosk.oversight.running_order import printed_rows
from kiosk.quizzes.kinds.order import Order
from kiosk.quizzes.quiz import Quiz
from tests.accounts.doors import staff_browser
from tests.factories import make_reader, make_staff
from tests.pages import Page
from tests.quizzes import questions
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # nothing of it is asked of a database

SPOKEN = ("say", "listen_for", "good", "next")


@pytest.fixture
def browser(app: Flask, session: Session) -> FlaskClient:
    """A teacher, signed in."""
    teacher = make_staff(session)
    session.commit()
    return staff_browser(app, teacher)


def plain(text: object) -> str:
    """Words as a page has them, marks and line ends aside."""
    return " ".join(Page(f"<p>{text}</p>").text.split())


def whys(quiz: Quiz | None) -> Iterator[str]:
    """Why each best answer is one."""
    for question in quiz.questions if quiz else ():
        found = question.solution()
        for why in (found.why, *(part.why for part in found.parts)):
            if why:
                yield plain(why)


def consequences(lesson: Lesson) -> Iterator[str]:
    """What follows from each move, answer and ending."""
    for step in lesson.steps:
        for name in ("moves", "options", "endings"):
            for one in getattr(step, name, ()):
                if one.then:
                    yield plain(one.then)


def test_the_teachers_page_has_every_answer_and_how_to_lead_it(
    browser: FlaskClient, lessons: Mapping[str, Lesson], quizzes: Mapping[str, Quiz]
) -> None:
    for lesson in lessons.values():
        page = browser.get(f"/staff/lessons/{lesson.id}/teacher").text
        said = " ".join(Page(page).text.split())
        assert lesson.adult and str(lesson.adult.html) in page
        assert lesson.talk and str(lesson.talk.html) in page
        for words in (*whys(quizzes.get(lesson.quiz)), *consequences(lesson)):
            assert words in said, lesson.id
        assert "Approved for this school." in said
        assert "Can be taught in: PSHE, Computing" in said and "/home/about" in page, lesson.id


def test_the_teachers_page_says_what_to_say_what_to_do_in_ten_minutes_and_without_tablets(
    browser: FlaskClient, lessons: Mapping[str, Lesson]
) -> None:
    for lesson in lessons.values():
        if plan := lesson.teaching:
            said = " ".join(Page(browser.get(f"/staff/lessons/{lesson.id}/teacher").text).text.split())
            steps = [
                words
                for step in plan.steps.values()
                for words in (step.say, step.listen_for, step.good, step.next)
            ]
            for words in (plan.open, plan.close, plan.without, *steps):
                assert plain(words) in said, lesson.id
            assert ("If you have ten minutes, do this" in said) == bool(plan.ten_minutes)
            assert ("With two sittings, stop here." in said) == bool(plan.stop_after)


def test_the_page_of_a_sensitive_lesson_names_the_safeguarding_lead(
    browser: FlaskClient, reports_session: Session, lessons: Mapping[str, Lesson]
) -> None:
    make_reader(reports_session, "dsl", name="Ms Osei")
    reports_session.commit()
    for lesson in lessons.values():
        said = " ".join(Page(browser.get(f"/staff/lessons/{lesson.id}/teacher").text).text.split())
        assert ("Safeguarding lead: Ms Osei" in said) == (lesson.sensitivity != "low")


def test_the_pupils_page_has_every_question_and_no_answer(
    browser: FlaskClient, lessons: Mapping[str, Lesson], quizzes: Mapping[str, Quiz]
) -> None:
    for lesson in lessons.values():
        quiz = quizzes.get(lesson.quiz)
        page = browser.get(f"/staff/lessons/{lesson.id}/pupils").text
        said = " ".join(Page(page).text.split())
        for question in quiz.questions if quiz else ():
            assert plain(question.stem) in said
            for row in question.rows():
                assert plain(row.label) in said
        assert [words for words in (*whys(quiz), *consequences(lesson)) if words in said] == []
        assert lesson.adult and str(lesson.adult.html) not in page


def test_on_paper_no_order_is_good_already_and_every_copy_is_alike(
    quizzes: Mapping[str, Quiz],
) -> None:
    for quiz in quizzes.values():
        for question in quiz.questions:
            rows = printed_rows(quiz, question)
            assert rows == printed_rows(quiz, question)
            assert sorted(row.id for row in rows) == sorted(row.id for row in question.rows())
            if isinstance(question, Order):
                assert tuple(row.id for row in rows) not in question.correct_orders
    quiz = quizzes["ks2-bullying-upstander"]
    message = questions.spot_clue()
    assert printed_rows(quiz, message) == message.rows()


def test_a_lesson_that_is_not_there_has_no_paper(browser: FlaskClient) -> None:
    for page in ("teacher", "pupils"):
        assert browser.get(f"/staff/lessons/ks2-nothing/{page}").status_code == 404


def test_the_list_says_which_lessons_are_drafts_and_leads_to_their_paper(
    app: Flask, browser: FlaskClient, lessons: Mapping[str, Lesson]
) -> None:
    assert "are drafts" not in browser.get("/staff/lessons/").text
    change_site(app, in_use=replace(site_of(app).in_use, approved=frozenset()))
    page = Page(browser.get("/staff/lessons/").text)
    shut = sum(lesson.guarded for lesson in lessons.values())
    assert page.text.count("Draft: shut to children until") == shut > 0
    assert page.text.count("Draft: a teacher and the safeguarding lead") == len(lessons) - shut > 0
    assert f"{len(lessons)} lessons are drafts" in page.text
    links = {link.attrs.get("href") for link in page.all("a")}
    for lesson in lessons.values():
        assert {f"/staff/lessons/{lesson.id}/{end}" for end in ("teacher", "pupils")} <= links


def test_without_a_quiz_paper_asks_nothing(
    app: Flask, browser: FlaskClient, lessons: Mapping[str, Lesson]
) -> None:
    lesson = next(iter(lessons.values()))
    steps = tuple(step for step in lesson.steps if step.kind != "question")
    change_site(app, quizzes={}, lessons={lesson.id: replace(lesson, quiz="", steps=steps)})
    for page in ("teacher", "pupils"):
        shown = browser.get(f"/staff/lessons/{lesson.id}/{page}")
        assert shown.status_code == 200 and "I am not sure" not in shown.text
