"""Sameness of words in one lesson: beginnings, endings and comfort (promise L21)."""

from pathlib import Path

import pytest

from kiosk.linter.sameness.habits import check_beginnings, check_comfort, check_endings
from kiosk.linter.sameness.things import known_things, names_a_thing, things_in
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


def test_a_third_paragraph_that_ends_in_a_saying_is_found(tmp_path: Path) -> None:
    saying = "The fox runs home. Small moves count."
    lesson(
        tmp_path,
        "a",
        screens(
            saying,
            saying,
            "Leo came. He has a red bag.",
            "It was so. Was it?",
            "It was. Leo knew.",
            "It was. She went.",
        ),
    )
    assert finding_tuples(check_endings(works(tmp_path), {"Leo"})) == []
    lesson(tmp_path, "b", screens(saying, saying, "A fox came.\nA feeling is not a decision."))
    ((_, file, line, message),) = finding_tuples(check_endings(works(tmp_path), {"Leo"}))
    assert (file, line) == ("ks2-privacy-b/lesson.en.md", LINE + 7)
    assert message.startswith("3 paragraphs end in a saying without a thing in it")
    assert message.endswith(
        f"in ks2-privacy-b/lesson.en.md:{LINE}, the others on lines {LINE + 3}, {LINE + 7}"
    )


def test_a_helpline_and_a_name_are_things(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens(*["It is late. Ring {help:friendly-line}."] * 4))
    assert finding_tuples(check_endings(works(tmp_path), set())) == []
    assert names_a_thing("That was Leo’s.", {"Leo"}) and not names_a_thing("That was fun.", {"Leo"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two foxes, six berries", ["fox", "berry"]),
        ("the owl's tree-house", ["owl", "tree", "house"]),
        ("Go back and watch; it saw a can", []),
        ("kindness is a decision", []),
    ],
)
def test_a_thing_is_known_in_its_forms_and_words_with_two_meanings_are_none(
    text: str, found: list[str]
) -> None:
    assert things_in(text) == found


def test_the_list_of_things_has_small_single_words() -> None:
    assert len(known_things()) > 900
    assert all(word.isalpha() and word.islower() for word in known_things())


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
