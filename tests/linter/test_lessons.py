"""Steps of a lesson: something to do soon and often, views that are not too full, and a picture for who cannot read."""

from pathlib import Path

import pytest

from tests.content_folder import lesson_path, make_content, plant, quiz_path
from tests.linter.samples import found

SECOND = """\
::: scenario {#c1 start="n1"}
"""
READING = """\
::: screen {#s0 picture="key" alt="A key here"}
Fern sits down.
:::

"""


def messages(folder: Path, code: str) -> list[str]:
    return [f"{finding.line}: {finding.level}: {finding.message}" for finding in found(folder, code)]


def test_two_screens_to_read_in_a_row_are_one_too_many_for_the_youngest(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    line = plant(path, "::: screen {#s3", f"{READING}::: screen {{#s3")
    assert any(
        f"{line + 4}: error: 2 steps to read, one after the other; 1 at most in ks1" == one
        for one in messages(tmp_path, "L21")
    ), messages(tmp_path, "L21")


def test_something_to_do_comes_by_the_second_step(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, SECOND, READING + SECOND)
    assert any("the first thing to do comes by step 2" in one for one in messages(tmp_path, "L21"))


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        (
            '"Badger looks with her."}',
            '"' + "Badger looks at the box. " * 7 + '"}',
            "L2",
            'words in one view of "d1", 28 at most',
        ),
        (
            ', picture: key, then: "Badger looks with her."',
            ', then: "Badger looks with her."',
            "L1",
            "either every move has faces or a picture",
        ),
        (
            '::: screen {#s3 picture="ball" alt="" decorative}',
            "::: screen {#s3}",
            "L9",
            '"s3" has words without',
        ),
        (
            "::: talk",
            '::: scene {#wood}\nplace: wood\nalt: "A wood with trees"\n:::\n\n::: talk',
            "L1",
            'there is no place "wood"',
        ),
    ],
)
def test_a_step_that_is_too_full_or_has_no_picture_is_found(
    old: str, new: str, code: str, message: str, tmp_path: Path
) -> None:
    plant(lesson_path(make_content(tmp_path)), old, new)
    assert any(message in one for one in messages(tmp_path, code)), messages(tmp_path, code)


def test_a_question_that_the_quiz_does_not_have_cannot_be_asked_inside(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, "::: screen {#s3", '::: question {#k1 of="q9"}\n:::\n\n::: screen {#s3')
    assert any('the lesson asks "q9", which is no question of' in one for one in messages(tmp_path, "L1"))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("starter: q1\nexit: q2\n", "starter and exit are two questions of the same objective"),
        ("starter: q1\nexit: q3\n", 'the lesson does not ask the starter "q1": add ::: question'),
        ("starter: q1\n", "starter and exit are two questions of the same objective"),
    ],
)
def test_a_starter_and_an_exit_are_a_pair(head: str, message: str, tmp_path: Path) -> None:
    plant(quiz_path(make_content(tmp_path)), "questions:\n", f"{head}questions:\n")
    assert any(message in one for one in messages(tmp_path, "L1")), messages(tmp_path, "L1")


def test_two_questions_wait_for_the_end(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    for number in (1, 2):
        plant(path, "::: screen {#s3", f'::: question {{#k{number} of="q{number}"}}\n:::\n\n::: screen {{#s3')
    assert any("at least 2 questions wait for the end" in one for one in messages(tmp_path, "L5"))
