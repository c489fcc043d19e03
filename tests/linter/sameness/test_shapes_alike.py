"""Sameness of shape in one lesson: branches, answers and pictures, and the whole rule (promise L21)."""

from pathlib import Path

from kiosk.linter.sameness.answers import check_answers
from kiosk.linter.sameness.branches import check_branches
from kiosk.linter.sameness.pictures import check_pictures
from tests.content_folder import lesson_path, make_content, plant
from tests.linter.sameness.works import HEAD_LINES, QUIZ_LINES, finding_tuples, lesson, quiz, works
from tests.linter.samples import found
from tools.alike.check import check_alike

LINE = HEAD_LINES + 1  # of the first block of a lesson
STORY = """\
::: scenario {#c1 start="n1"}
- n1: "What now?"
  - "Wait" -> n2

  - "Shout" -> n3
  - "Ask Leo" -> n4
- n2: "Nothing comes of it." -> n4
- n3: "It gets loud." -> n4
- n4: "Leo smiles." end
:::
"""
LONG = "It goes on, and it is not at all what anybody had in mind, as " * 2


def test_ways_that_are_told_in_a_few_words_are_found(tmp_path: Path) -> None:
    lesson(tmp_path, "a", STORY)
    assert finding_tuples(check_branches(works(tmp_path))) == [
        (
            "warning", "ks2-privacy-a/lesson.en.md", LINE + 1,
            ("each way but the best is told in fewer than 25 words: "
            f"4 in ks2-privacy-a/lesson.en.md:{LINE + 2}, 3 in ks2-privacy-a/lesson.en.md:{LINE + 4}"),
        )
    ]  # fmt: skip
    lesson(tmp_path, "b", STORY.replace("It gets loud.", LONG))
    assert len(finding_tuples(check_branches(works(tmp_path)))) == 1, "one way that plays out is enough"


def test_two_choices_that_go_straight_to_the_same_part_are_found(tmp_path: Path) -> None:
    lesson(
        tmp_path,
        "a",
        STORY.replace('"Shout" -> n3', '"Shout" -> n2').replace('- n3: "It gets loud." -> n4\n', ""),
    )
    findings = finding_tuples(check_branches(works(tmp_path)))
    assert (findings[0][2], "ks2-privacy-a/lesson.en.md:" + str(LINE + 2) in findings[0][3]) == (
        LINE + 4,
        True,
    )
    assert "with nothing different on the way" in findings[0][3]


def test_moves_that_are_answered_in_the_same_words_are_found(tmp_path: Path) -> None:
    moves = 'moves:\n  - {id: x, label: A, then: "He waits."}\n  - {id: y, label: B, then: "He goes."}\n'
    lesson(tmp_path, "a", f"::: choose {{#c1}}\n{moves}:::\n")
    assert finding_tuples(check_branches(works(tmp_path))) == []
    lesson(tmp_path, "b", f"::: choose {{#c1}}\n{moves.replace('goes', 'waits')}:::\n")
    ((_, _, line, message),) = finding_tuples(check_branches(works(tmp_path)))
    assert (line, message) == (
        LINE, f'"y" is answered in the same words as "x" in ks2-privacy-b/lesson.en.md:{LINE}'
    )  # fmt: skip


def question(*labels: str) -> str:
    options = "".join(
        f'    - {{label: "{label.removeprefix("*")}"{", correct: true" if label.startswith("*") else ""}}}\n'
        for label in labels
    )
    return f'- stem: "What now?"\n  options:\n{options}'


def test_an_option_that_is_merely_unkind_is_found_beside_the_right_one(tmp_path: Path) -> None:
    quiz(tmp_path, "a", question("Send a mean joke", "*Wait", "Write to Leo alone"))
    assert finding_tuples(check_answers(works(tmp_path))) == [
        (
            "warning", "quizzes/ks2-privacy-a.yml", QUIZ_LINES + 3,
            ('"a mean": no child who means well would choose this beside quizzes/ks2-privacy-a.yml:'
            f"{QUIZ_LINES + 4}; say what a nice child might do for a good reason"),
        )
    ]  # fmt: skip


def test_a_picture_twice_in_a_lesson_is_found_also_inside_a_block_to_do(tmp_path: Path) -> None:
    start = '::: screen {#s1 picture="key" alt="A key"}\nOne.\n:::\n'
    lesson(tmp_path, "a", start + '::: screen {#s2 image="key.svg" alt="A key"}\nTwo.\n:::\n')
    assert finding_tuples(check_pictures(works(tmp_path))) == []
    moves = "moves:\n  - {id: x, picture: bag}\n  - {id: y, picture: bag}\n"
    lesson(tmp_path, "b", start + start.replace("s1", "s2") + f"::: choose {{#c1}}\nscene: bus\n{moves}:::\n")
    assert [(line, message) for *_, line, message in finding_tuples(check_pictures(works(tmp_path)))] == [
        (LINE + 3, f'the picture "key" is shown in ks2-privacy-b/lesson.en.md:{LINE} already'),
        (LINE + 10, f'the picture "bag" is shown in ks2-privacy-b/lesson.en.md:{LINE + 9} already'),
    ]


def test_two_scenes_of_a_lesson_with_the_same_people_faces_and_prop_are_found(tmp_path: Path) -> None:
    figures = "figures: [{who: amina, face: glad}, {who: kofi, face: hurt}]"
    scene = f"::: scene {{#bus}}\nplace: bus\n{figures}\nprop: bag\n:::\n"
    lesson(tmp_path, "a", scene + scene.replace("#bus", "#two").replace("glad", "cross"))
    lesson(tmp_path, "b", scene)
    assert finding_tuples(check_pictures(works(tmp_path))) == []
    lesson(tmp_path, "c", scene + scene.replace("#bus", "#two").replace("place: bus", "place: wood"))
    ((_, _, line, message),) = finding_tuples(check_pictures(works(tmp_path)))
    assert line == LINE + 5
    assert message == (
        f"this scene has the figures, faces and prop of the one in ks2-privacy-c/lesson.en.md:{LINE}"
    )


def test_the_content_check_prints_the_rule_and_a_broken_file_does_not_stop_it(tmp_path: Path) -> None:
    make_content(tmp_path)
    (tmp_path / "quizzes" / "ks2-broken.yml").write_text("a: [\n", encoding="utf-8")
    assert [finding.line for finding in found(tmp_path, "L21") if 'picture "key"' in finding.message] != []


def test_the_content_check_of_a_school_compares_its_lesson_with_no_other(tmp_path: Path) -> None:
    make_content(tmp_path)
    quiz(tmp_path, "alone", '- stem: "A game asks for the key here."\n')
    plant(lesson_path(tmp_path), "Fern asks Badger.", "A game asks for the key.")
    assert [finding for finding in found(tmp_path, "L21") if finding.level == "error"] == []
    assert [(one.level, one.path.name) for one in check_alike(tmp_path) if one.level == "error"] == [
        ("error", "ks2-privacy-alone.yml")
    ]
