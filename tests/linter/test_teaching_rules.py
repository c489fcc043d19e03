"""What the adult says in a lesson, and honest minutes: mistakes planted in a small folder that has none."""

from pathlib import Path

import pytest

from tests.content_folder import lesson_path, make_content, plant, quiz_path
from tests.linter.samples import found

D1 = "  d1: {minutes: 2,"
ANOTHER = "Then Fern and Badger look at the box and the key. " * 4


def messages(folder: Path, code: str = "L22") -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in found(folder, code)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes: 16", "minutes: 10", "the head says 10 minutes, the block adds up to 16: joining 3, steps 10"),
        ('t1: {minutes: 2, say: "', f't1: {{minutes: 1, say: "{ANOTHER}', '1 minutes for "t1" are too few: 1.6'),
        ("quiz: 2\nsteps", "steps", "quiz: 0 minutes for the questions at the end are too few"),
        ("quiz: 2\nsteps", "joining: 1\nquiz: 4\nsteps", "joining takes 3 minutes until all tablets are in"),
        ('say: "Look at the box."', f'say: "{ANOTHER}"', "44 words to say at once, 30 at most"),
        ("[s1, d1]", "[s1, c1, s2, s3, d1, s4, t1, c1]", "these steps take 12 minutes, not 10"),
        (D1, "  d9: {minutes: 2,", '"d1" has no entry; write d1: {minutes: 2, say: ..., listen_for: ...'),
        ('keeps: {thing: key, line: "Fern keeps her key."}\n', "", "write what the class keeps of it"),
        ("[s1, d1]", "[s1, f1]", 'there is no step "f1" to lead; there are s1, c1, s2, s3, d1, s4, t1'),
        ("  s1: {minutes", "  s9: {minutes", 'there is no step "s9" to lead'),
        ("quiz: 2\nsteps", "quiz: 2\nstop_after: s9\nsteps", 'there is no step "s9" to lead'),
        ("sensitivity: low", "sensitivity: high", "a sensitive lesson leaves nothing on the shelf: take keeps out"),
        ("::: teacher {#led}", "::: note {#led}", "nothing tells the adult what to say"),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    plant(lesson_path(make_content(tmp_path)), old, new)
    assert [said for _line, said in messages(tmp_path) if message in said]


def test_a_sensitive_lesson_has_forty_minutes_or_a_good_place_to_stop(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, 'keeps: {thing: key, line: "Fern keeps her key."}\n', "")
    plant(path, "sensitivity: low", "sensitivity: high")
    assert [said[:46] for _line, said in messages(tmp_path)] == [
        "a sensitive lesson has 40 to 50 minutes, this "
    ]
    plant(path, "quiz: 2\nsteps", "stop_after: s3\nquiz: 2\nsteps")
    assert messages(tmp_path) == []


def test_a_sitting_that_is_too_long_for_the_age_group_is_named(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, D1, "  d1: {minutes: 18,")
    plant(path, "minutes: 16", "minutes: 32")
    plant(path, "[s1, d1]", "[s1]")
    assert [said[:33] for _line, said in messages(tmp_path)] == ["it takes 32 minutes, 25 at most; "]
    plant(path, "quiz: 2\nsteps", "stop_after: s3\nquiz: 2\nsteps")
    assert [said[:44] for _line, said in messages(tmp_path)] == [
        "sitting 2 takes 27 minutes, 25 at most; shor"
    ]


def test_a_question_without_its_answer_as_a_sentence_is_named(tmp_path: Path) -> None:
    plant(quiz_path(make_content(tmp_path)), '    means: "We keep a key safe."\n', "")
    assert [said for _line, said in messages(tmp_path)] == [
        '"q1" does not say its answer as a whole sentence: add means: "..."'
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('next: "Who asks?"}', "}", '"next" is missing'),
        ('say: "Look at the box."', "say: Look at the box, Fern", 'unknown key "Fern"'),
        (
            'say: "Look at the box."',
            "say: Look, at the box",
            'unknown key "at the box"; words with a comma stand in',
        ),
        ("s1: {minutes: 1,", "s1: {minutes: few,", '"steps", "s1", "minutes" must be a whole number'),
        ('close: "Come and tell me."\n', "", '"close" is missing'),
    ],
)
def test_a_block_that_cannot_be_read_says_where_and_why(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    planted = plant(lesson_path(make_content(tmp_path)), old, new)
    said = messages(tmp_path, "L1")
    assert [line for line, words in said if message in words]
    assert min(abs(line - planted) for line, _words in said) <= 6


def test_early_years_have_five_minutes_few_steps_and_no_tablets(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, "quiz: ks1-", "years: [0]\nquiz: ks1-")
    plant(path, "quiz: 2\nsteps", "joining: 0\nquiz: 2\nsteps")
    plant(path, "minutes: 16", "minutes: 12")
    assert [said[:30] for _line, said in messages(tmp_path)] == ["it takes 12 minutes, 6 at most"]
    assert "7 steps so far; ks1 has 2 to 4" in [said for _line, said in messages(tmp_path, "L2")]


def test_only_what_takes_longer_names_its_ten_minutes(tmp_path: Path) -> None:
    plant(lesson_path(make_content(tmp_path)), "ten_minutes: [s1, d1]\n", "")
    assert [said for _line, said in messages(tmp_path)] == ["name the steps for a class that has ten minutes"]
