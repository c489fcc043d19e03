"""Warnings that somebody has accepted are listed no more, and nothing else is."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli.main import main
from kiosk.linter.check import check_content
from kiosk.linter.finding import Finding
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant
from tests.linter.samples import TODAY

RARELY = "rarely so easy"
LESSON_FILE = f"lessons/{LESSON_ID}/lesson.en.md"


def accept(folder: Path, **changes: str) -> Path:
    """Accept that a lesson says "just"."""
    entry = {"file": LESSON_FILE, "code": "L11", "says": RARELY, "why": "It is a word of the story."}
    lines = "".join(
        f'{"- " if not number else "  "}{key}: "{words}"\n'
        for number, (key, words) in enumerate((entry | changes).items())
    )
    path = folder / "accepted.yml"
    path.write_text(lines, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder whose check has a warning about a word."""
    make_content(tmp_path)
    plant(lesson_path(tmp_path), "The key stays in the box.", "The key just stays in the box.")
    assert [one.level for one in left(tmp_path)] == ["warning"]
    return tmp_path


def left(folder: Path) -> list[Finding]:
    """What the check says of words and of what was accepted."""
    return [
        one for one in check_content(folder, TODAY) if one.code == "L11" or one.path.name == "accepted.yml"
    ]


def test_what_was_accepted_is_listed_no_more(folder: Path) -> None:
    accept(folder)
    assert left(folder) == []


@pytest.mark.parametrize("changes", [{"file": "quizzes/lesson.en.md"}, {"code": "L4"}, {"says": "another"}])
def test_what_fits_nothing_is_said_and_hides_nothing(folder: Path, changes: dict[str, str]) -> None:
    path = accept(folder, **changes)
    assert {(one.path, one.level) for one in left(folder)} == {
        (lesson_path(folder), "warning"),
        (path, "warning"),
    }


def test_an_error_is_never_accepted(folder: Path) -> None:
    line = plant(lesson_path(folder), "band: ks1", "band: ks9")
    wrong = accept(folder, file=lesson_path(folder).relative_to(folder).as_posix(), code="L1", says="band")
    found = check_content(folder, TODAY)
    assert any((one.path, one.line, one.level) == (lesson_path(folder), line, "error") for one in found)
    assert any(one.path == wrong for one in found)


def test_a_word_that_a_lesson_is_about_is_accepted_though_it_is_an_error(folder: Path) -> None:
    plant(lesson_path(folder), "The key just stays in the box.", "The anonymous key stays in the box.")
    assert [one.level for one in left(folder)] == ["error"]
    accept(folder, says="anonymous", why="The lesson is about this word.")
    assert left(folder) == []


def test_the_line_that_a_finding_is_about_is_shown_below_it(folder: Path) -> None:
    said = CliRunner().invoke(main, ["content", "check", str(folder)]).output
    assert f"{RARELY} for a child\n    The key just stays in the box.\n" in said


def test_an_entry_without_a_reason_is_refused(folder: Path) -> None:
    path = accept(folder, why=" ")
    assert [(one.path, one.level, one.line) for one in check_content(folder, TODAY)] == [(path, "error", 4)]
