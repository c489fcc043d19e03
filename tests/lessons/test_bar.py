"""One bar over a whole lesson: counted before its first page, it never grows, never restarts and says nothing of
what was right (promise U33)."""

import re

import pytest
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.lessons.bar import bar_of
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.lessons.learner import browser_of, make_learner
from tests.pages import Page
from tests.quizzes.asking import fields
from tests.sites import make_app

pytestmark = pytest.mark.database("sqlite")  # the bar does not depend on the database

WORDS = {
    Band.KS1: ("", "", ""),
    Band.KS2: ("Story, ", "Questions, ", "Goodbye, "),
    Band.KS3: ("Lesson, ", "Questions, ", "The end, "),
    Band.KS4: ("Lesson, ", "Questions, ", "The end, "),
}
BAR = re.compile(r'<div class="lesson-bar">.*?</div>', re.DOTALL)
CELLS = re.compile(r'class="lesson-bar__cell[" ]')


def bar_in(text: str) -> str:
    """The bar of a page, as it is written there."""
    found = BAR.findall(text)
    assert len(found) == 1, text
    return str(found[0])


def words_of(bar: str) -> str:
    """What a bar says to everyone."""
    return re.sub(r"<[^>]*>", "", bar)


def test_every_lesson_is_counted_whole(content: Content) -> None:
    for lesson in content.lessons.values():
        questions = content.quizzes[lesson.quiz].questions if lesson.quiz else ()
        after = [one for one in questions if one.id not in lesson.placed]
        places = [
            *(bar_of(lesson, questions, step=step) for step in range(1, len(lesson.steps) + 1)),
            *(bar_of(lesson, questions, question=place) for place in range(1, len(after) + 1)),
            bar_of(lesson, questions),
        ]
        assert [bar.here for bar in places] == list(range(1, len(places) + 1)), lesson.id
        assert {bar.total for bar in places} == {len(places)}, lesson.id
        assert [place for group in places[0].groups for place in group] == [bar.here for bar in places]
        assert [bar.part for bar in places] == [
            *["story"] * len(lesson.steps), *["questions"] * len(after), "goodbye",
        ]  # fmt: skip


def test_without_questions_it_is_counted_without_them_from_the_start(content: Content) -> None:
    lesson = next(iter(content.lessons.values()))
    first, last = bar_of(lesson, (), step=1), bar_of(lesson, ())
    assert first.total == last.total == last.here == len(lesson.steps) + 1
    assert [len(group) for group in last.groups] == [len(lesson.steps), 1]


@pytest.mark.main(1)
@pytest.mark.parametrize("band", list(Band))
def test_pages_count_from_the_first_to_the_goodbye(
    band: Band, config: Config, databases: Databases, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, band)
    session.commit()
    lesson, browser = learner.lesson, browser_of(make_app(config, databases), learner)
    quiz = content.quizzes[lesson.quiz]
    steps = [f"/learn/lessons/{lesson.id}/{number}" for number in range(1, len(lesson.steps) + 1)]
    after = [f"/learn/quizzes/{quiz.id}/{one.id}" for one in quiz.questions if one.id not in lesson.placed]
    seen = [bar_in(browser.get(place, follow_redirects=True).text) for place in steps]
    asked = [bar_in(browser.get(place).text) for place in after]
    for place in steps:
        browser.post(place)
    ends = [bar_in(browser.get(f"/learn/lessons/{lesson.id}/{place}").text) for place in ("help", "done")]
    story, questions, goodbye = WORDS[band]
    total = len(steps) + len(after) + 1
    assert [words_of(bar) for bar in seen] == [
        f"{story}{here} of {total}" for here in range(1, len(steps) + 1)
    ]
    assert sorted(words_of(bar) for bar in asked) == sorted(
        f"{questions}{here} of {total}" for here in range(len(steps) + 1, total)
    )
    assert [words_of(bar) for bar in ends] == [f"{goodbye}{total} of {total}"] * 2
    assert {len(CELLS.findall(bar)) for bar in (*seen, *asked, *ends)} == {total}


def test_an_answer_right_or_not_leaves_it_as_it_was(
    config: Config, databases: Databases, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons)
    session.commit()
    browser, quiz = browser_of(make_app(config, databases), learner), content.quizzes[learner.lesson.quiz]
    for question in quiz.questions:
        place = f"/learn/quizzes/{quiz.id}/{question.id}"
        page = browser.get(place).text
        for choice in Page(page).inputs("choice"):
            form = fields(Page(page)) | {"choice": [choice.attrs.get("value") or ""]}
            assert bar_in(browser.post(place, data=form).text) == bar_in(page), place
