"""Warnings that somebody has accepted are listed no more, and nothing else is."""

from pathlib import Path

import pytest

from kiosk.linter.check import check_content
from kiosk.linter.finding import Finding
from tests.content_folder import lesson_path, make_content, plant
from tests.linter.samples import TODAY

UNEXPLAINED = "no lesson explains"


def accept(folder: Path, **changes: str) -> Path:
    """Accept that the glossary of a folder has a word which no lesson explains."""
    entry = {
        "file": "glossary.en.yml",
        "code": "L3",
        "says": UNEXPLAINED,
        "why": "Its lesson is being written.",
    }
    lines = "".join(
        f'{"- " if not number else "  "}{key}: "{words}"\n'
        for number, (key, words) in enumerate((entry | changes).items())
    )
    path = folder / "accepted.yml"
    path.write_text(lines, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder whose check has a warning about the glossary."""
    make_content(tmp_path)
    glossary = tmp_path / "glossary.en.yml"
    with glossary.open("a", encoding="utf-8") as file:
        file.write('cactus:\n  ks2: "A plant with spines."\n')
    assert [one.level for one in left(tmp_path)] == ["warning"]
    return tmp_path


def left(folder: Path) -> list[Finding]:
    """What the check says of the glossary and of what was accepted."""
    return [
        one for one in check_content(folder, TODAY) if one.path.name in {"glossary.en.yml", "accepted.yml"}
    ]


def test_what_was_accepted_is_listed_no_more(folder: Path) -> None:
    accept(folder)
    assert left(folder) == []


@pytest.mark.parametrize(
    "changes", [{"file": "quizzes/glossary.en.yml"}, {"code": "L4"}, {"says": "another"}]
)
def test_what_fits_nothing_is_said_and_hides_nothing(folder: Path, changes: dict[str, str]) -> None:
    path = accept(folder, **changes)
    assert {(one.path, one.level) for one in left(folder)} == {
        (folder / "glossary.en.yml", "warning"),
        (path, "warning"),
    }


def test_an_error_is_never_accepted(folder: Path) -> None:
    line = plant(lesson_path(folder), "band: ks1", "band: ks9")
    wrong = accept(folder, file=lesson_path(folder).relative_to(folder).as_posix(), code="L1", says="band")
    found = check_content(folder, TODAY)
    assert any((one.path, one.line, one.level) == (lesson_path(folder), line, "error") for one in found)
    assert any(one.path == wrong for one in found)


def test_an_entry_without_a_reason_is_refused(folder: Path) -> None:
    path = accept(folder, why=" ")
    assert [(one.path, one.level, one.line) for one in check_content(folder, TODAY)] == [(path, "error", 4)]
