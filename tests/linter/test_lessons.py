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


def glossary(folder: Path, text: str) -> Path:
    path = folder / "glossary.en.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_word_that_has_its_meaning_is_no_finding(tmp_path: Path) -> None:
    glossary(make_content(tmp_path), 'key:\n  ks1: "It opens a box."\n')
    assert found(tmp_path, "L3") == []


def test_a_word_without_a_meaning_for_its_band_is_an_error_on_its_line(tmp_path: Path) -> None:
    glossary(make_content(tmp_path), 'key:\n  ks1: "It opens a box."\nbox:\n  ks2: "It holds a thing."\n')
    path = lesson_path(tmp_path)
    line = plant(path, "vocabulary: [key]", "vocabulary:\n  - key\n  - box")
    (missing,) = [finding for finding in found(tmp_path, "L3") if finding.path == path]
    assert (missing.level, missing.line) == ("error", line + 2)
    assert missing.message == '"box" has no meaning for ks1 or younger in glossary.en.yml'


def test_a_meaning_for_younger_children_serves_an_older_band(tmp_path: Path) -> None:
    make_content(tmp_path)
    plant(lesson_path(tmp_path), "band: ks1", "band: ks2")
    older = (
        lesson_path(tmp_path).parent.rename(tmp_path / "lessons" / "ks2-privacy-box-of-mine") / "lesson.en.md"
    )
    text = older.read_text(encoding="utf-8").replace("ks1-privacy", "ks2-privacy")
    older.write_text(text, encoding="utf-8")
    glossary(tmp_path, 'key:\n  ks1: "It opens a box."\n  ks3: "It opens a lock."\n')
    assert found(tmp_path, "L3") == []


def test_a_glossary_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = glossary(make_content(tmp_path), 'key:\n  ks9: "It opens a box."\n')
    assert [finding.line for finding in found(tmp_path, "L1") if finding.path == path] == [2]


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


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("act: q9\n", 'act is the last question of the quiz; "q9" is not'),
        ("act: q1\n", 'act is the last question of the quiz; "q1" is not'),
        ("starter: q1\nexit: q3\nact: q3\n", '"q3" comes three weeks later alone'),
    ],
)
def test_the_question_of_the_thing_done_stands_alone_at_the_end(
    head: str, message: str, tmp_path: Path
) -> None:
    plant(quiz_path(make_content(tmp_path)), "questions:\n", f"{head}questions:\n")
    assert any(message in one for one in messages(tmp_path, "L1")), messages(tmp_path, "L1")


def test_the_question_of_the_thing_done_is_not_asked_in_the_lesson_and_counts_for_no_size(
    tmp_path: Path,
) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(quiz_path(tmp_path), "questions:\n", "act: q3\nquestions:\n")
    assert any("2 questions" in one for one in messages(tmp_path, "L2")), messages(tmp_path, "L2")
    plant(path, "::: screen {#s3", '::: question {#k1 of="q3"}\n:::\n\n::: screen {#s3')
    assert any("comes three weeks later alone" in one for one in messages(tmp_path, "L1"))


def test_two_questions_wait_for_the_end(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    for number in (1, 2):
        plant(path, "::: screen {#s3", f'::: question {{#k{number} of="q{number}"}}\n:::\n\n::: screen {{#s3')
    assert any("at least 2 questions wait for the end" in one for one in messages(tmp_path, "L5"))


OLDER = """::: choose {#o1}
heading: "What now?"
words: "WORDS"
moves:
  - {id: a, label: "One", then: "He stays."}
  - {id: b, label: "Two", then: "He goes."}
:::

::: papers {#o2}
heading: "Which lines?"
ask: "Underline."
after: "This one."
papers:
  - {id: p, tab: "One", kind: "A", title: "B", lines: [{id: c, says: "LONG", why: "So."}, {id: d, says: "No."}]}
  - {id: q, tab: "Two", kind: "A", title: "B", lines: [{id: e, says: "LONG"}, {id: f, says: "No."}]}
:::

"""


def older(folder: Path, words: int, long: int) -> list[str]:
    """What is found in a lesson for the older ones whose page tells so many words, and whose papers have so many."""
    make_content(folder)
    text = OLDER.replace("WORDS", "word " * (words - 2)).replace("LONG", "word " * (long - 3))
    plant(lesson_path(folder), "::: talk", f"{text}::: talk")
    page = lesson_path(folder)
    page.write_text(page.read_text(encoding="utf-8").replace("ks1", "ks3"), encoding="utf-8")
    page.parent.rename(folder / "lessons" / page.parent.name.replace("ks1", "ks3"))
    return [one.message for one in found(folder, "L2")]


def test_a_page_for_the_older_ones_is_a_thing_and_few_words(tmp_path: Path) -> None:
    told = "46 words outside the thing to handle in"
    assert any(f'{told} "o1", 45 at most' in one for one in older(tmp_path / "a", 46, 70))
    assert not any("outside" in one or "papers of" in one for one in older(tmp_path / "b", 45, 70))


def test_one_paper_of_a_desk_may_be_long(tmp_path: Path) -> None:
    assert any(
        '2 papers of "o2" have over 70 words; one at most' in one for one in older(tmp_path / "a", 9, 71)
    )


def test_each_step_that_a_child_reads_is_said_in_fewer_words(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))

    def bare() -> list[str]:
        return [finding.message[:4] for finding in found(tmp_path, "E14") if finding.path == path]

    assert bare() == ['"s1"', '"s2"', '"s3"', '"d1"', '"s4"']  # not the story, nor what is thought about
    plant(path, "::: talk", '::: simpler {#d1-fewer for="d1"}\nAsk Badger.\n:::\n\n::: talk')
    assert bare() == ['"s1"', '"s2"', '"s3"', '"s4"']


def test_a_sentence_in_fewer_words_is_short_enough_for_beginner_readers(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    said = "Fern asks. She has to ask Badger for the key."
    line = plant(path, "::: talk", f'::: simpler {{#s3-fewer for="s3"}}\n{said}\n:::\n\n::: talk')
    (long,) = [finding for finding in found(tmp_path, "E14") if finding.message.startswith("in ")]
    assert (long.level, long.line) == ("warning", line + 1)
    assert "8 words in a sentence, 6 at most" in long.message


def test_a_word_without_a_picture_is_a_warning_and_an_unknown_picture_an_error(tmp_path: Path) -> None:
    path = glossary(make_content(tmp_path), 'key:\n  ks1: "It opens a box."\n')
    (bare,) = [finding for finding in found(tmp_path, "L9") if finding.path == path]
    assert (bare.level, bare.line, bare.message) == ("warning", 1, '"key" has no picture')
    glossary(tmp_path, 'key:\n  picture: kee\n  ks1: "It opens a box."\n')
    (unknown,) = [finding for finding in found(tmp_path, "L1") if finding.path == path]
    assert (unknown.level, unknown.line) == ("error", 2)
