"""Lessons and quizzes in other languages: words alone, for the English as it is, or the English itself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.classroom.course import course_of
from kiosk.content.problem import ContentError
from kiosk.content.source import content_hash
from kiosk.content.translation import NOT_TRANSLATED
from kiosk.lessons.activity import Activity
from kiosk.lessons.kinds.choose import Choose
from kiosk.lessons.progress import progress_of
from kiosk.lessons.step import Screen
from kiosk.lessons.words import page_words
from kiosk.linter.check import check_content
from kiosk.quizzes.models import QuestionMet
from kiosk.site import Content
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant, quiz_path
from tests.lessons.learner import browser_of, heading, make_learner
from tests.pages import Page
from tests.readings import lessons_in, quizzes_in
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")

TELL = "ks1-wellbeing-how-to-tell"
IN_URDU = """\
---
schema: lesson/1
id: ks1-privacy-box-of-mine
lang: ur
source_hash: "{}"
translator: machine draft
reviewed_by: ""
title: میرا ڈبہ
objectives:
  - {{id: o1, text: "میں چابی سنبھالوں۔"}}
  - {{id: o2, text: "میں پہلے پوچھوں۔"}}
keeps: {{line: "چابی۔"}}
---
::: screen {{#s1 alt="ایک چابی"}}
فرن کا ڈبہ ہے۔
:::
::: scenario {{#c1 start="n1"}}
- n1: "فرن کیا کرے؟"
  - "بیجر سے پوچھے" -> n2
  - "چابی دے دے" -> n3
- n2: "بیجر ساتھ دیکھتا ہے۔" end
- n3: "اب بھی پوچھ سکتی ہے۔" -> n2
:::
::: screen {{#s2 alt="ڈھکن والا ڈبہ"}}
گیم چابی مانگتی ہے۔ {{claim:name-is-optional}}
:::
::: reflect {{#f1}}
آپ کیا سنبھالتے ہیں؟
:::
::: screen {{#s3}}
فرن پوچھتی ہے۔ {{help:friendly-line}}
:::
::: choose {{#d1}}
heading: "کون مدد کرے؟"
moves:
  - {{id: ask, label: "بیجر", then: "ساتھ دیکھتا ہے۔"}}
  - {{id: play, label: "گیم", then: "گیند چلی گئی۔"}}
:::
::: screen {{#s4 alt="چابی"}}
چابی ڈبے میں ہے۔
:::
::: talk {{#t1}}
آپ کس سے پوچھ سکتے ہیں؟
:::
"""
QUIZ_IN_URDU = """\
schema: quiz/1
id: ks1-privacy-box-of-mine
lang: ur
source_hash: "{}"
reviewed_by: ""
questions:
  - id: q1
    stem: "ہم کیا سنبھالیں؟"
    means: "ہم چابی سنبھالتے ہیں۔"
    options:
      - {{id: a, label: "میری چابی", feedback: "چابی ایک کی ہے۔"}}
      - {{id: b, label: "گیند", feedback: "گیند سب کی ہے۔"}}
    unsure_feedback: "چابی سنبھالیں۔"
  - id: q2
    stem: "فرن پہلے پوچھتی ہے۔"
    means: "فرن پوچھتی ہے۔"
    options:
      - {{id: t, label: "ہاں", feedback: "وہ پوچھتی ہے۔"}}
      - {{id: f, label: "نہیں", feedback: "پھر دیکھیں۔"}}
    unsure_feedback: "وہ پوچھتی ہے۔"
  - id: q3
    stem: "ہر کارڈ ڈبے میں رکھیں۔"
    means: "چابی میرے پاس محفوظ ہے۔"
    bins: [{{id: safe, label: "سنبھالیں"}}, {{id: ok, label: "کہہ دیں"}}]
    items:
      - {{id: i1, label: "چابی", feedback: "یہ میری ہے۔"}}
      - {{id: i2, label: "مجھے بلی پسند ہے", feedback: "کہہ سکتے ہیں۔"}}
    unsure_feedback: "چابی سنبھالیں۔"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Content with one lesson, whose English has a claim and a helpline, in Urdu too."""
    make_content(tmp_path)
    english, quiz = lesson_path(tmp_path), quiz_path(tmp_path)
    plant(english, "A game asks for the key.", "A game asks for the key. {claim:name-is-optional}")
    plant(english, "Fern asks Badger.\n", "Fern asks. {help:friendly-line}\n")
    in_urdu(tmp_path).write_text(IN_URDU.format(content_hash(english, NOT_TRANSLATED)), "utf-8")
    quiz_in_urdu(tmp_path).write_text(QUIZ_IN_URDU.format(content_hash(quiz)), "utf-8")
    return tmp_path


def in_urdu(folder: Path) -> Path:
    return lesson_path(folder).with_name("lesson.ur.md")


def quiz_in_urdu(folder: Path) -> Path:
    return quiz_path(folder).with_suffix(".ur.yml")


def source_hash(path: Path) -> str:
    return re.search(r'source_hash: "(\w+)"', path.read_text("utf-8"))[1]  # type: ignore[index]  # it has one


def test_a_translation_is_words_and_all_else_is_the_english(folder: Path) -> None:
    english, urdu = (found := lessons_in(folder)[LESSON_ID]), found.translations["ur"]
    assert (urdu.title, urdu.lang, urdu.dir, urdu.checked) == ("میرا ڈبہ", "ur", "rtl", False)
    assert [(one.kind, one.id) for one in urdu.steps] == [(one.kind, one.id) for one in english.steps]
    assert (urdu.hash, urdu.teaching, urdu.adult) == (english.hash, english.teaching, english.adult)
    assert urdu.screens[0].picture == "key" and "{claim" not in urdu.screens[1].html
    assert "01632 960 123" in urdu.screens[2].html
    choose = next(one for one in urdu.steps if isinstance(one, Choose))
    assert [(move.id, move.picture) for move in choose.moves] == [("ask", "key"), ("play", "ball")]


def test_a_block_that_only_the_english_has_takes_no_place_of_another(folder: Path) -> None:
    english, urdu = lesson_path(folder), in_urdu(folder)
    plant(english, "::: talk {#t1}", '::: question {#q9 of="q1"}\n:::\n\n::: talk {#t1}')
    lent = english.read_text("utf-8").split("\n").index('::: question {#q9 of="q1"}')
    words = urdu.read_text("utf-8").replace(source_hash(urdu), content_hash(english, NOT_TRANSLATED))
    at = words.split("\n").index("::: choose {#d1}")
    urdu.write_text(words.replace("::: choose {#d1}", "\n" * (lent - at) + "::: choose {#d1}"), "utf-8")
    assert [step.id for step in lessons_in(folder)[LESSON_ID].translations["ur"].steps][-3:] == [
        "d1",
        "s4",
        "q9",
    ]


def test_a_translation_may_do_without_fewer_words_and_its_own_words_are_shown(folder: Path) -> None:
    english, quiz = lesson_path(folder), quiz_path(folder)
    plant(english, "::: talk {#t1}", '::: simpler {#x1 for="s4"}\nThe key stays.\n:::\n\n::: talk {#t1}')
    plant(quiz, 'stem: "Fern asks first."', 'stem: "Fern asks first."\n    simpler: "She asks."')
    for path, new in (
        (in_urdu(folder), content_hash(english, NOT_TRANSLATED)),
        (quiz_in_urdu(folder), content_hash(quiz)),
    ):
        path.write_text(path.read_text("utf-8").replace(source_hash(path), new), "utf-8")
    lesson, asked = lessons_in(folder)[LESSON_ID], quizzes_in(folder)[LESSON_ID]
    assert lesson.fewer_words("s4") and asked.simpler
    assert lesson.translations["ur"].fewer_words("s4") is None and asked.translations["ur"].simpler is None
    plant(in_urdu(folder), "::: talk {#t1}", "::: simpler {#x1}\nچابی۔\n:::\n\n::: talk {#t1}")
    plant(
        quiz_in_urdu(folder),
        'stem: "فرن پہلے پوچھتی ہے۔"',
        'stem: "فرن پہلے پوچھتی ہے۔"\n    simpler: "پوچھے۔"',
    )
    fewer, said = (
        lessons_in(folder)[LESSON_ID].translations["ur"].fewer_words("s4"),
        quizzes_in(folder)[LESSON_ID].translations["ur"].simpler,
    )
    assert fewer and "چابی۔" in fewer.html
    assert said and said.questions[1].stem == "پوچھے۔" and said.lang == "ur"


def test_a_translated_quiz_marks_as_the_english_does(folder: Path) -> None:
    english = quizzes_in(folder)[LESSON_ID]
    urdu = english.in_language("ur")
    assert urdu.questions[0].stem == "ہم کیا سنبھالیں؟" and urdu.hash == english.hash
    for mine, theirs in zip(urdu.questions, english.questions, strict=True):
        assert mine.right_options() == theirs.right_options() and mine.beliefs() == theirs.beliefs()
        assert [row.id for row in mine.rows()] == [row.id for row in theirs.rows()]
    assert urdu.questions[0].mark({"choice": "a"}).right and not urdu.questions[0].mark({"choice": "b"}).right
    assert english.in_language("pl") is english and list(quizzes_in(folder)) == [LESSON_ID]


@pytest.mark.parametrize(
    ("of", "old", "new", "said"),
    [
        (quiz_in_urdu, 'label: "گیند", ', 'label: "گیند", correct: true, ', '"correct: true" is not in the English'),
        (quiz_in_urdu, "{id: a, label", "{id: b, label", "\"id\" is 'b', and 'a' in the English"),
        (quiz_in_urdu, "{id: a, label", "{label", "say which one this is: id: a"),
        (quiz_in_urdu, '      - {id: b, label: "گیند", feedback: "گیند سب کی ہے۔"}\n', "", "2 entries in the English"),
        (quiz_in_urdu, '    means: "ہم چابی', '    not: "ہم چابی', '"means" is missing; the English says: We keep'),
        (quiz_in_urdu, "گیند سب کی ہے۔", "<b>گیند</b> سب کی ہے۔", "HTML is not used here"),
        (in_urdu, "گیم چابی مانگتی ہے۔", "<img src=x>", "HTML is not used here"),
        (in_urdu, " {claim:name-is-optional}", "", "the English has {claim:name-is-optional} here"),
        (in_urdu, " {help:friendly-line}", "", "the English has {help:friendly-line} here"),
        (in_urdu, "چابی ڈبے میں ہے۔", "{help:police}", "the English has nothing in braces here"),
        (in_urdu, '"چابی دے دے" -> n3', '"چابی دے دے" -> n2', "the parts and ways must be those of the English"),
        (in_urdu, "{#s4 alt=", '{#s4 picture="ball" alt=', "\"picture\" is 'ball', and 'key' in the English"),
        (in_urdu, "::: talk {#t1}", "::: adult {#a1}", "staff read English"),
        (in_urdu, "::: screen {#s1 ", "::: screen {#s9 ", "::: screen {#s1} is missing"),
        (in_urdu, "lang: ur", "lang: pl", 'the language is "pl", the file says "ur"'),
    ],
)  # fmt: skip
def test_a_translation_that_is_built_otherwise_is_refused(
    folder: Path, of: object, old: str, new: str, said: str
) -> None:
    path = of(folder)  # type: ignore[operator]
    line = plant(path, old, new)
    with pytest.raises(ContentError) as caught:
        lessons_in(folder)
        quizzes_in(folder)
    problems = [one for one in caught.value.problems if said in one.message]
    assert problems, [one.message for one in caught.value.problems]
    assert problems[0].path == path and 1 <= problems[0].line <= line


@pytest.mark.parametrize("english", [lesson_path, quiz_path])
def test_english_is_read_where_a_translation_is_out_of_date_and_the_check_says_so(
    folder: Path, english: object
) -> None:
    plant(english(folder), "Fern", "Then Fern")  # type: ignore[operator]
    lesson, quiz = lessons_in(folder)[LESSON_ID], quizzes_in(folder)[LESSON_ID]
    assert len({*lesson.translations, *quiz.translations}) == 1
    found = [one for one in check_content(folder, date(2026, 11, 24)) if "has changed since" in one.message]
    assert [(one.level, one.code) for one in found] == [("warning", "L17")]
    assert found[0].message.endswith(content_hash(english(folder), NOT_TRANSLATED))  # type: ignore[operator]


def test_what_staff_read_may_change_under_a_translation(folder: Path) -> None:
    plant(lesson_path(folder), "We talk about Fern.", "Today we talk about Fern.")
    plant(lesson_path(folder), "Read each screen aloud.", "Read each screen aloud, twice.")
    lesson = lessons_in(folder)[LESSON_ID]
    assert (
        lesson.translations["ur"].teaching == lesson.teaching
        and lesson.translations["ur"].hash == lesson.hash
    )


def test_a_fact_that_is_not_said_in_the_language_keeps_the_lesson_in_english(folder: Path) -> None:
    plant(lesson_path(folder), "The key stays", "{fact:game_age} The key stays")
    plant(in_urdu(folder), "چابی ڈبے میں ہے۔", "{fact:game_age} چابی ڈبے میں ہے۔")
    old = in_urdu(folder).read_text("utf-8").split('source_hash: "')[1][:16]
    plant(in_urdu(folder), old, content_hash(lesson_path(folder), NOT_TRANSLATED))
    assert "ur" in lessons_in(folder)[LESSON_ID].translations
    plant(folder / "facts.yml", ", ur: عمر ۱۳ سال ہو۔", "")
    assert not lessons_in(folder)[LESSON_ID].translations


def words_of_a_child(content: Content, lang: str) -> Iterator[tuple[str, str]]:
    """The heading of every step that is no question, in a language and in English."""
    lesson = content.lessons[TELL]
    for place in range(1, len(lesson.steps) + 1):
        if place not in lesson.placed.values():
            from_file = (
                one.title if isinstance(one, Activity) else page_words(one.html, Band.KS1)[0]
                for one in (lesson.translations[lang].steps[place - 1], lesson.steps[place - 1])
                if isinstance(one, Activity | Screen)
            )
            yield tuple(map(str, from_file))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("lang", "way", "unchecked"), [("pl", "ltr", "jeszcze nie sprawdził"), ("ur", "rtl", "ابھی نہیں جانچے")]
)
def test_a_child_reads_the_lesson_and_its_quiz_in_the_language_of_the_tablet(
    app: Flask, session: Session, content: Content, lang: str, way: str, unchecked: str
) -> None:
    learner, lesson = make_learner(session, content.lessons, Band.KS1), content.lessons[TELL]
    child, own = browser_of(app, replace(learner, lesson=lesson), lang=lang), lesson.translations[lang]
    first = child.get(f"/learn/lessons/{TELL}").text
    assert f'<html lang="{lang}" dir="{way}"' in first and heading(Page(first)) == own.title
    assert unchecked in Page(first).text
    assert own.title in child.get("/learn/lessons/all").text
    child.post(f"/learn/lessons/{TELL}")
    titles = words_of_a_child(content, lang)
    for place, step in enumerate(own.steps, 1):
        page = child.get(f"/learn/lessons/{TELL}/{place}", follow_redirects=True).text
        assert 'lang="en-GB"' not in page and lesson.title not in page, step.id
        if place not in lesson.placed.values():
            said, english = next(titles)
            assert said in heading(Page(page)) and english not in heading(Page(page))
        child.post(f"/learn/lessons/{TELL}/{place}")
    asked = f"/learn/quizzes/{TELL}/q4"
    quiz = content.quizzes[TELL].in_language(lang)
    question = quiz.question("q4")
    assert question and heading(Page(child.get(asked).text)) == question.stem
    child.post(asked, data={"choice": "a", "tries": "0"})
    child.post(asked, data={"choice": "b", "tries": "1"})
    session.rollback()
    assert progress_of(session, learner.pupil)[TELL].version == lesson.hash
    met = session.scalars(select(QuestionMet).where(QuestionMet.pupil_id == learner.pupil.id)).one()
    assert (met.question_id, met.version) == ("q4", content.quizzes[TELL].hash)
    assert own.title in child.get(f"/learn/lessons/{TELL}/done").text


def test_a_page_is_english_as_a_whole_where_the_quiz_is_not_translated(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS1)
    change_site(app, quizzes={TELL: replace(content.quizzes[TELL], translations={})})
    child = browser_of(app, replace(learner, lesson=content.lessons[TELL]), lang="ur")
    page = child.get(f"/learn/lessons/{TELL}").text
    assert content.lessons[TELL].title in page and "میرا" not in heading(Page(page))


def test_families_read_the_lesson_and_its_questions_in_their_language(app: Flask, content: Content) -> None:
    own = content.lessons[TELL].translations["pl"]
    page = app.test_client().get(f"/home/lessons/{TELL}?lang=pl").text
    assert Page(page).heading == own.title and content.lessons[TELL].title not in page
    assert content.quizzes[TELL].in_language("pl").questions[0].stem in page
    assert "Kto jeszcze" in page and "Nobody who speaks this language" in page


def test_the_board_asks_in_the_language_of_its_lesson(content: Content) -> None:
    lesson = content.lessons[TELL]
    place = lesson.placed["q1"]
    asked = course_of(lesson.translations["ur"], content.quizzes).question(place)
    english = course_of(lesson, content.quizzes).question(place)
    assert (
        asked and english and asked.stem != english.stem and asked.right_options() == english.right_options()
    )
