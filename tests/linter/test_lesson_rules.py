"""Rules for lessons and quizzes: a small folder without a mistake, and mistakes planted in it."""

from pathlib import Path

import pytest

from kiosk.linter.finding import Finding
from tests.content_folder import lesson_path, make_content, plant, quiz_path
from tests.linter.samples import TODAY, found

LONG = "Then Fern and Badger look at the box and the key. " * 3


def of_file(folder: Path, path: Path, code: str) -> list[Finding]:
    return [finding for finding in found(folder, code) if finding.path == path]


@pytest.mark.parametrize(
    "code", ["L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L11", "L12", "L13", "L14", "L15", "L22"]
)
def test_the_small_folder_has_no_mistake_in_its_lesson_and_quiz(code: str, tmp_path: Path) -> None:
    make_content(tmp_path)
    assert of_file(tmp_path, lesson_path(tmp_path), code) == []
    assert [one for one in of_file(tmp_path, quiz_path(tmp_path), code) if one.level == "error"] == []


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("Fern asks Badger.", LONG, "L2", "words on a screen, 25 at most"),
        ("Fern asks Badger.", "Fern and Badger and the key are all in one long box.", "L2", "words in a sentence, 10"),
        ('  - {id: o2, text: "I ask first."}\n', "", "L4", "a lesson has two or three"),
        ("Fern asks Badger.", "Fern has information.", "L3", '"information" is a long word'),
        ("Fern asks Badger.", "Fern is silly.", "L6", "this shames a child"),
        ("Fern asks Badger.", "Fern asks Amina.", "L10", "characters are animals in ks1"),
        ("Fern asks Badger.", "Fern is 13.", "L12", '"13" is an age'),
        ('alt="The key in the box"', 'alt="Picture of a key"', "L9", "say what is there"),
        ("help: [adult-at-school]", "help: []", "L13", "a lesson ends with who can help"),
        ("sensitivity: low", "sensitivity: high", "L13", "a sensitive lesson names Childline"),
        ("Fern asks Badger.", "Fern finds blades.", "L13", "no ways of harm"),
        ('"What can Fern do?"', '"A game tricks you. What now?"', "L13", "let it happen to a character"),
        ('"Fern can still ask."', '"You should have asked."', "L14", "a story does not blame"),
        ("rshe: [P-OSA-4]", "rshe: [P-OSA-7]", "L15", '"P-OSA-7" is not known in rshe'),
        ("privacy-security/4-7", "privacy-security/7-11", "L15", "is not known in efacw"),
        ("nc: [KS1-6]", "nc: [KS3-6]", "L15", "is not known in nc"),
        ("policy: [SOC-2]", "policy: [SOK-2]", "L15", "is not known in policy"),
        ("review_by: 2027-09-01", "review_by: 2026-09-01", "L16", "should have been checked again"),
        ("review_by: 2027-09-01", "review_by: 2026-12-24", "L16", "must be checked again by"),
    ],
)  # fmt: skip
def test_a_mistake_planted_in_the_lesson_is_found(
    old: str, new: str, code: str, message: str, tmp_path: Path
) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, old, new)
    assert any(message in finding.message for finding in of_file(tmp_path, path, code))


def test_a_sensitive_lesson_is_led_by_an_adult_who_is_told_how(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, "sensitivity: low", "sensitivity: high")
    plant(path, "mode: adult-led", "mode: pair")
    plant(path, "::: adult {#a1}\nRead each screen aloud.\n:::\n", "")
    messages = [finding.message for finding in of_file(tmp_path, path, "L13")]
    assert any("is adult-led, or has a note" in message for message in messages)
    assert any("tells the adult how to lead it" in message for message in messages)
    plant(path, "::: screen {#s1", "::: note {#n0}\nYou can stop.\n:::\n\n::: screen {#s1")
    assert not any("or has a note" in finding.message for finding in of_file(tmp_path, path, "L13"))


def test_too_few_screens_and_a_story_that_is_too_long_are_found(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(
        path, '::: screen {#s4 picture="key" alt="The key in the box"}\nThe key stays in the box.\n:::\n', ""
    )
    plant(path, '::: screen {#s3 picture="ball" alt="" decorative}\nFern asks Badger.\n:::\n', "")
    plant(path, '::: reflect {#f1 private="true"}\nWhat do you keep safe?\n:::\n', "")
    parts = (
        "".join(f'- m{number}: "Then." -> m{number + 1}\n' for number in range(6)) + '- m6: "Then." -> n2\n'
    )
    plant(path, '- n3: "Fern can still ask." -> n2\n', f'- n3: "Fern can still ask." -> m0\n{parts}')
    assert [finding.message for finding in of_file(tmp_path, path, "L2")] == [
        "4 steps so far; ks1 has 5 to 8"
    ]
    assert [finding.message for finding in of_file(tmp_path, path, "L14")] == [
        "10 parts on the longest way, 6 at most"
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("shuffle: options", "shuffle: both", "L5", "ks1 keeps the order of questions"),
        ("objective: o2", "objective: o1", "L4", 'no question asks for objective "o2"'),
        (
            'feedback: "We can share a ball."',
            'feedback: "Look again."',
            "L6",
            "2 words of feedback; 4 to 30 help",
        ),
        (
            'feedback: "We can share a ball."',
            'feedback: "No! Look at it again."',
            "L6",
            "feedback must not begin like this",
        ),
        (
            'stem: "Fern asks first."',
            'stem: "Fern asks all of the above."',
            "L8",
            "a question asks for what is true",
        ),
        ('stem: "Fern asks first."', f'stem: "{LONG.replace(".", "")}"', "L2", "words in a sentence"),
        ("type: true-false", "type: single-choice", "L5", "single-choice is not for ks1"),
        (
            '      - {id: b, picture: ball, label: "A ball", feedback: "We can share a ball."}\n',
            "".join(
                f'      - {{id: b{n}, picture: ball, label: "Ball {n}", feedback: "We can share a ball."}}\n'
                for n in range(3)
            ),
            "L5",
            "4 options; this band has 2 to 3",
        ),
    ],
)
def test_a_mistake_planted_in_the_quiz_is_found(
    old: str, new: str, code: str, message: str, tmp_path: Path
) -> None:
    path = quiz_path(make_content(tmp_path))
    plant(path, old, new)
    assert any(message in finding.message for finding in of_file(tmp_path, path, code))


def test_a_drawing_that_nothing_shows_is_a_question(tmp_path: Path) -> None:
    extra = lesson_path(make_content(tmp_path)).parent / "img" / "extra.svg"
    extra.write_text('<svg viewBox="0 0 1 1"/>', encoding="utf-8")
    assert [finding.level for finding in of_file(tmp_path, extra, "L9")] == ["warning"]


def test_facts_and_helplines_past_their_date_are_found(tmp_path: Path) -> None:
    make_content(tmp_path)
    assert found(tmp_path, "L16") == []
    late = found(tmp_path, "L16", TODAY.replace(year=2028))
    assert {finding.path.name for finding in late} == {"facts.yml", "helplines.yml", "lesson.en.md"}
    assert {finding.level for finding in late} == {"error"}
