"""Quizzes: read whole or refused, with file and line of every mistake."""

from pathlib import Path

import pytest

from kiosk.bands import Band
from kiosk.content.problem import ContentError
from kiosk.quizzes.kinds.picture_choice import PictureChoice
from kiosk.quizzes.quiz import Quiz
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant, quiz_path
from tests.readings import quizzes_in


def read(folder: Path) -> dict[str, Quiz]:
    return quizzes_in(folder)


def problems(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        read(folder)
    return [(problem.path.name, problem.line, problem.message) for problem in caught.value.problems]


def test_a_quiz_knows_its_lesson_and_questions(tmp_path: Path) -> None:
    quiz = read(make_content(tmp_path))[LESSON_ID]
    assert (quiz.band, quiz.version, quiz.lesson) == (Band.KS1, 1, LESSON_ID)
    assert [question.type for question in quiz.questions] == ["picture-choice", "true-false", "sort-two"]
    assert quiz.shuffles_options and not quiz.shuffles_questions
    question = quiz.question("q2")
    assert question and question.stem == "Fern asks first."
    assert quiz.question("q9") is None
    assert len(quiz.hash) == 16


def test_words_are_safe_html_with_helplines_filled_in(tmp_path: Path) -> None:
    plant(quiz_path(make_content(tmp_path)), "We can share a ball.", "Not <here>: {help:friendly-line}")
    question = read(tmp_path)[LESSON_ID].questions[0]
    assert isinstance(question, PictureChoice)
    assert question.options[1].feedback == 'Not &lt;here&gt;: <bdi class="num">01632 960 123</bdi>'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "lesson: ks1-privacy-box-of-mine",
            "lesson: ks1-privacy-none",
            'there is no lesson "ks1-privacy-none"',
        ),
        ("id: ks1-privacy-box-of-mine", "id: ks1-other", "the file"),
        ("unsure: true", "unsure: false", '"unsure"'),
        ("shuffle: options", "shuffle: all", '"shuffle"'),
        ("version: 1", "version: 0", '"version"'),
        ("type: true-false", "type: trick", "\"type\" is 'trick'; it must be one of"),
        ("objective: o2", "objective: o9", 'the lesson has no objective "o9"'),
        ("  - id: q2", "  - id: q1", 'the id "q1" is used twice'),
        ('stem: "Fern asks first."', 'stem: ""', "there are no words"),
        ('stem: "Fern asks first."', 'stem: "{help:nobody}"', "{help:nobody} is not in facts"),
        ('label: "A ball"', 'lable: "A ball"', 'unknown key "lable"'),
        ("picture: ball", "picture: bal", 'there is no picture "bal"'),
        ("picture: ball", "image: ball.svg, alt: A ball", "there is no drawing"),
        ("m-all-games-are-kind", "m-none", 'there is no "m-none" in misconceptions.yml'),
    ],
)
def test_a_mistake_is_named_with_file_and_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    line = plant(quiz_path(make_content(tmp_path)), old, new)
    found = [(name, at) for name, at, said in problems(tmp_path) if message in said]
    assert found == [(f"{LESSON_ID}.yml", line)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("correct: true, ", "", "exactly one option must be correct, not 0"),
        (
            'label: "A ball", ',
            'label: "A ball", correct: true, ',
            "exactly one option must be correct, not 2",
        ),
        ('label: "A ball"', 'label: "my key"', "two labels are"),
        ("{id: b, picture", "{id: a, picture", 'the id "a" is used twice'),
        ("{id: b, picture", "{id: unsure, picture", 'no id may be "unsure"'),
        ("picture: ball, ", "", 'option "b" has no picture'),
        ("bin: ok", "bin: safe", "one box stays empty"),
        ("bin: ok", "bin: none", "which is no box here"),
    ],
)
def test_a_question_that_cannot_be_marked_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    plant(quiz_path(make_content(tmp_path)), old, new)
    assert any(message in said for _, _, said in problems(tmp_path))


def test_a_lesson_without_its_quiz_is_named(tmp_path: Path) -> None:
    quiz_path(make_content(tmp_path)).unlink()
    assert problems(tmp_path) == [
        ("lesson.en.md", 1, f'lesson "{LESSON_ID}" has no quiz file quizzes/{LESSON_ID}.yml')
    ]


def test_a_quiz_that_another_lesson_names_is_refused(tmp_path: Path) -> None:
    path = quiz_path(make_content(tmp_path))
    path.with_name("ks1-privacy-second.yml").write_text(
        path.read_text(encoding="utf-8").replace(f"id: {LESSON_ID}", "id: ks1-privacy-second", 1),
        encoding="utf-8",
    )
    assert [(name, said) for name, _, said in problems(tmp_path)] == [
        ("ks1-privacy-second.yml", f'lesson "{LESSON_ID}" names the quiz "{LESSON_ID}"')
    ]


def test_a_lesson_may_have_no_quiz_but_then_it_asks_no_question(tmp_path: Path) -> None:
    page = lesson_path(make_content(tmp_path))
    quiz_path(tmp_path).unlink()
    plant(page, f"quiz: {LESSON_ID}\n", "")
    assert read(tmp_path) == {}
    plant(page, "::: talk {#t1}", '::: question {#k1 of="q1"}\n:::\n\n::: talk {#t1}')
    assert problems(tmp_path) == [
        ("lesson.en.md", 1, f'lesson "{LESSON_ID}" asks "q1" and names no quiz: add quiz: {LESSON_ID}')
    ]


def test_a_quiz_in_fewer_words_marks_the_same_answers(tmp_path: Path) -> None:
    path = quiz_path(make_content(tmp_path))
    assert read(tmp_path)[LESSON_ID].simpler is None
    plant(path, 'stem: "Fern asks first."', 'stem: "Fern asks first."\n    simpler: "She asks."')
    plant(path, 'label: "A ball"', 'label: "A ball", simpler: "Ball"')
    quiz = read(tmp_path)[LESSON_ID]
    said = quiz.simpler
    assert said and not quiz.in_fewer_words and said.hash == quiz.hash
    assert (said.questions[1].stem, quiz.questions[1].stem) == ("She asks.", "Fern asks first.")
    first, whole = said.questions[0], quiz.questions[0]
    assert isinstance(first, PictureChoice) and isinstance(whole, PictureChoice)
    assert [(one.id, one.correct) for one in first.options] == [
        (one.id, one.correct) for one in whole.options
    ]
    assert ("Ball" in [one.label for one in first.options]) and first.stem == whole.stem


def test_two_labels_that_are_the_same_in_fewer_words_are_refused(tmp_path: Path) -> None:
    path = quiz_path(make_content(tmp_path))
    plant(path, 'label: "A ball"', 'label: "A ball", simpler: "My key"')
    assert any("two labels are" in message for _file, _line, message in problems(tmp_path))
