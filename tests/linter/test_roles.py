"""Who errs, helps, is hurt and repairs is counted over all lessons (promise L21)."""

from pathlib import Path

from kiosk.linter.finding import Finding
from kiosk.linter.numbers import Names
from kiosk.linter.roles import check_roles
from tests.linter.sameness.works import lesson, works

NAMES = Names(animals=("Fern",), people=("Amina", "Leo", "Ellis"), girls=("Amina",), boys=("Leo",))


def roles(folder: Path, *lines: str) -> list[Finding]:
    for number, line in enumerate(lines):
        path = lesson(folder, f"a{number}", "::: screen {#s1}\nOne.\n:::\n")
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("sensitivity: low", f"roles: {line}\nsensitivity: low"), encoding="utf-8"
        )
    return list(check_roles(works(folder), NAMES))


def test_a_role_that_mostly_boys_have_is_found_in_the_last_lesson_with_one(tmp_path: Path) -> None:
    (found,) = roles(tmp_path, *["{errs: [leo], helps: [amina]}"] * 5, "{errs: [amina, ellis]}")
    assert found.path.parent.name == "ks2-privacy-a4"
    assert "5 of 6 who stand under “errs” in all lessons are boys" in found.message


def test_a_few_lessons_or_a_role_that_is_spread_show_no_habit(tmp_path: Path) -> None:
    assert roles(tmp_path / "few", *["{errs: [leo]}"] * 5) == []
    assert roles(tmp_path / "spread", *["{errs: [leo, amina]}", "{errs: [leo], hurt: [fern]}"] * 3) == []


def test_a_role_is_of_somebody_whom_stories_may_name(tmp_path: Path) -> None:
    (found,) = roles(tmp_path, "{helps: [zelda]}")
    assert '"zelda" is not a name of names.yml' in found.message
