"""Sameness of words in one lesson: beginnings, questions back and comfort (promise L21)."""

from pathlib import Path

from kiosk.linter.sameness.habits import check_beginnings, check_comfort, check_questions_back
from tests.linter.sameness.works import HEAD_LINES, QUIZ_LINES, finding_tuples, lesson, quiz, screens, works

LINE = HEAD_LINES + 2  # of the first words of a lesson
FEEDBACKS = """\
- {{stem: "Stem {n}", unsure_feedback: "{unsure}",
   options: [{{label: A, correct: true, feedback: "{right}"}}, {{label: B, feedback: "Word {n} is not it."}}]}}
"""


def test_sentences_of_one_lesson_that_begin_alike_are_found_from_four_on(tmp_path: Path) -> None:
    others = "A fox ran. One owl slept. Two bats flew."
    lesson(tmp_path, "a", screens(others, "You can a.\nYou can b. You can c."))
    assert finding_tuples(check_beginnings(works(tmp_path))) == []
    lesson(
        tmp_path,
        "b",
        screens(
            "A fox ran. One owl slept. Two bats flew.", "You can a.\nYou can b.\n\nYou can, c. You can d."
        ),
    )
    ((_, file, line, message),) = finding_tuples(check_beginnings(works(tmp_path)))
    assert (file, line) == ("ks2-privacy-b/lesson.en.md", LINE + 4)
    assert message == f'4 of 7 sentences begin "you can": also in ks2-privacy-b/lesson.en.md:{LINE + 3}'


def test_feedback_of_one_kind_that_mostly_begins_alike_is_found(tmp_path: Path) -> None:
    every = [
        FEEDBACKS.format(n=n, right=f"Yes. Number {n}.", unsure=f"{n} it is, perhaps.") for n in range(4)
    ]
    quiz(tmp_path, "a", "".join(every))
    ((_, _, line, message),) = finding_tuples(check_beginnings(works(tmp_path)))
    assert line == QUIZ_LINES + 4
    assert message.startswith(
        '4 of 4 feedbacks for a right answer begin "yes": also in quizzes/ks2-privacy-a.yml:'
    )
    quiz(tmp_path, "a", "".join(one.replace("Yes. ", "") for one in every))
    assert finding_tuples(check_beginnings(works(tmp_path))) == []


def test_feedback_that_asks_back_more_than_one_time_in_three_is_found(tmp_path: Path) -> None:
    asking = FEEDBACKS.format(n=1, right="Is it “so?”", unsure="Is it?")
    telling = FEEDBACKS.format(n=2, right="It is so.", unsure="Look again.")
    quiz(tmp_path, "a", asking + telling * 2)
    assert list(check_questions_back(works(tmp_path))) == []
    quiz(tmp_path, "b", asking * 2 + telling)
    (found,) = check_questions_back(works(tmp_path))
    assert (found.code, found.path.stem, found.line) == ("L6", "ks2-privacy-b", QUIZ_LINES + 1)
    assert found.message.startswith("4 of 9 feedbacks end in a question, a third at most (also lines")


def test_comfort_once_a_lesson_is_fine_and_twice_is_found_in_any_form(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens("You are not in trouble. You do not have to. It's OK. You are not alone."))
    assert finding_tuples(check_comfort(works(tmp_path))) == []
    lesson(
        tmp_path, "b", screens("You are not in trouble.\nIt is OK.", "You won’t be in trouble.", "It’s okay.")
    )
    assert finding_tuples(check_comfort(works(tmp_path))) == [
        (
            "warning", "ks2-privacy-b/lesson.en.md", line,
            f'"{said}" once a lesson: it stands in ks2-privacy-b/lesson.en.md:{first} already',
        )
        for said, first, line in (("not in trouble", LINE, LINE + 4), ("it is OK", LINE + 1, LINE + 7))
    ]  # fmt: skip
