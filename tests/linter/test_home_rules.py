"""Words for families: mistakes planted in a small folder that has none (promise L29)."""

from pathlib import Path

import pytest

from kiosk.config import CHECKOUT_CONTENT_DIR
from kiosk.lessons.lesson import scan_lesson_page
from kiosk.linter.at_home import check_at_home, home_hashes
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant
from tests.lessons.home_words import HOME
from tests.linter.samples import found
from tests.readings import lessons_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = lesson_path(make_content(tmp_path))
    path.write_text(path.read_text("utf-8") + HOME, "utf-8")
    return tmp_path


def messages(folder: Path) -> list[str]:
    return [one.message for one in found(folder, "L29")]


def make_sensitive(folder: Path) -> None:
    path = lesson_path(folder)
    plant(path, 'keeps: {thing: key, line: "Fern keeps her key."}\n', "")
    plant(path, "sensitivity: low", "sensitivity: high")


def test_words_as_they_are_wanted_have_no_finding(folder: Path) -> None:
    assert messages(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("of your own?", "of your own, and who would you let look into it when you are not there to see it?",
         " words, 20 at most"),
        ("box of your own?", "box of your own.", "ask one question, and end with it"),
        ("What would you keep in", "A box? What would you keep in", "ask one question, and end with it"),
        ("keeps, and who may open it.", "keeps. And who may open it.", "2 sentences, 1 wanted"),
        ("the key to herself", "the key to herself and to nobody else in the wood, not even to her gran",
         "18 words, 16 at most"),
        ("Find any box.", "Buy a box.", '"Buy": nothing to buy, write, print or hand in'),
        ("Ask first. No is a fine answer.", "Ask first.", "1 sentences, 2 wanted"),
        ("Thank you for telling me.", "You should have told me.", '"should have" is not said to a family'),
        ("Find any box.", "Find any box!", '"!" is not said to a family'),
        ("happened:\n", 'know: "A box is a box. A key is a key."\nhappened:\n', 'take "know" out: a lesson that'),
        ("::: home {#home}", "::: home {#h}", "write ::: home {#home}"),
        ("::: home {#home}", '::: home {#home of="todo"}', "only a translation says of which English it is"),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_named(old: str, new: str, message: str, folder: Path) -> None:
    plant(lesson_path(folder), old, new)
    assert [one for one in messages(folder) if message in one], messages(folder)


def test_words_that_are_hard_to_read_are_named(folder: Path) -> None:
    hard = "Responsible adults demonstrate considerable understanding regarding individual participation"
    for easy in (
        "Fern has a box with a key",
        "She keeps the key to herself",
        "A grown-up helps her when she is not sure",
    ):
        plant(lesson_path(folder), easy, hard)
    assert [one[:13] for one in messages(folder)] == ["reading grade"]


def test_the_block_stands_once_and_last(folder: Path) -> None:
    path = lesson_path(folder)
    path.write_text(path.read_text("utf-8") + HOME.replace("#home", "#again"), "utf-8")
    assert messages(folder) == ["only one block for families in a lesson"]
    path.write_text(
        path.read_text("utf-8").replace("{#again}", "{#again} ") + "\n::: note {#n9}\nHello.\n:::\n", "utf-8"
    )
    assert "the block for families stands last in the file" in messages(folder)


def test_a_sensitive_lesson_has_what_adults_may_want_to_know_and_nothing_to_try(folder: Path) -> None:
    make_sensitive(folder)
    assert sorted(messages(folder)) == [
        '"know" is missing: a sensitive lesson has it',
        '"sensitive_ask" is missing: a sensitive lesson has it',
        'take "ask" out: a sensitive lesson has none',
        'take "listen_for" out: a sensitive lesson has none',
        'take "try" out: a sensitive lesson has none',
    ]


def test_a_lesson_without_words_for_families_is_named_where_each_needs_them(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    lesson, scan = lessons_in(tmp_path)[LESSON_ID], scan_lesson_page(path)
    (finding,) = check_at_home(lesson, scan)
    assert finding.level == "error" and "end the file with a block ::: home {#home}" in finding.message


def test_every_lesson_has_words_for_families() -> None:
    lessons = {path.parent.name for path in (CHECKOUT_CONTENT_DIR / "lessons").glob("*/lesson.en.md")}
    assert {line.split()[-1] for line in home_hashes(CHECKOUT_CONTENT_DIR)} == lessons


def test_the_hashes_that_translations_name_are_listed(folder: Path) -> None:
    (line,) = home_hashes(folder)
    assert line.endswith(f"  {LESSON_ID}") and len(line.split()[0]) == 16
