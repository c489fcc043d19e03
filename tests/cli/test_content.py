"""Commands for people who write lessons: the check, a new lesson, the ids, the pictures."""

import re
import shutil
from pathlib import Path

import pytest

from kiosk.config import CHECKOUT_CONTENT_DIR
from kiosk.content.pictures import read_pictures
from kiosk.lessons.scenes.cast import read_cast
from tests.cli.test_main import data_dir, kiosk, on_the_day_of_the_last_check, refused
from tests.content_folder import make_content

__all__ = ["data_dir", "on_the_day_of_the_last_check"]  # fixtures

ID = "ks2-privacy-three-words"
NEW = ("content", "new", ID, "--title", "Three odd words")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder that is the school's own."""
    made = make_content(tmp_path / "content")
    monkeypatch.setenv("KIOSK_CONTENT_DIR", str(made))
    return made


def test_a_new_lesson_is_two_files_and_a_word_on_what_comes_next(folder: Path) -> None:
    result = kiosk(*NEW)
    assert result.exit_code == 0, result.output
    page, quiz = folder / "lessons" / ID / "lesson.en.md", folder / "quizzes" / f"{ID}.yml"
    assert 'title: "Three odd words"' in page.read_text(encoding="utf-8")
    assert f"lesson: {ID}" in quiz.read_text(encoding="utf-8")
    assert f"{page}\n  {quiz}" in result.stdout
    assert "kiosk content check" in result.stdout


def test_nothing_that_is_there_is_written_over(folder: Path) -> None:
    quiz = folder / "quizzes" / f"{ID}.yml"
    quiz.write_text("mine", encoding="utf-8")
    assert refused(kiosk(*NEW)) == f"{quiz} is there already; choose another name, or write in it"
    assert quiz.read_text(encoding="utf-8") == "mine"
    assert not (folder / "lessons" / ID).exists()
    quiz.unlink()
    kiosk(*NEW)
    page = folder / "lessons" / ID / "lesson.en.md"
    page.write_text("mine", encoding="utf-8")
    assert refused(kiosk(*NEW)).startswith(f"{page.parent} is there already")
    assert page.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("id", "why"), [("ks9-privacy-a", '"ks9" is no'), ("ks2-tales-a", '"tales" is no')])
def test_an_unknown_band_or_strand_is_refused_in_one_line(id: str, why: str, folder: Path) -> None:
    assert refused(kiosk("content", "new", id, "--title", "T")).startswith(why)


def test_a_lesson_can_be_begun_in_another_folder_that_holds_lessons(folder: Path, tmp_path: Path) -> None:
    other = make_content(tmp_path / "other")
    assert kiosk(*NEW, "--into", str(other)).exit_code == 0
    assert (other / "lessons" / ID).is_dir() and not (folder / "lessons" / ID).exists()
    (tmp_path / "empty").mkdir()
    line = refused(kiosk(*NEW, "--into", str(tmp_path / "empty")))
    assert line == f"{tmp_path / 'empty'} holds no lessons, so it is no content folder"


def test_the_ids_are_listed_by_framework() -> None:
    result = kiosk("content", "ids")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    heads = [line.partition(":")[0] for line in lines if not line.startswith(" ")]
    assert heads == ["efacw", "rshe", "nc", "kcsie", "policy"]
    assert "  P-OSA-1 to P-OSA-6" in lines and "  CYB-1 to CYB-6" in lines and "  DATA-1" in lines
    assert any("not counted yet" in line and "P-RKR" in line for line in lines)


def test_the_page_of_pictures_shows_each_figure_and_place_and_needs_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "shown.html"
    result = kiosk("content", "pictures", "--out", str(out))
    assert result.exit_code == 0, result.output
    page = out.read_text(encoding="utf-8")
    listed = read_pictures(CHECKOUT_CONTENT_DIR)
    cast = read_cast(CHECKOUT_CONTENT_DIR)
    people = sum(map(len, cast.groups.values()))
    shown = re.findall(r"<code>([a-z0-9-]+)</code>", page)
    assert shown[: len(listed)] == list(listed)
    assert shown.count("side-hold") == shown.count("surprised") == people, "each figure in each pose and face"
    assert {*cast.places, *cast.things("prop"), *cast.things("holds")} < set(shown)
    assert page.count("<svg") == len(shown) and "var(" not in page
    assert all(f"</code>{picture.name['en']}</li>" in page for picture in listed.values())
    assert not re.search(r"\b(?:src|href)=|url\(|@import|<script|<link", page)


def test_pictures_that_are_not_built_are_said_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.cli.content.BUILT_DIR", folder)
    assert refused(kiosk("content", "pictures")).startswith("no picture ")
    assert not Path("pictures.html").exists()


@pytest.mark.usefixtures("on_the_day_of_the_last_check")
def test_content_that_is_in_order_exits_with_0() -> None:
    result = kiosk("content", "check", "--strict")
    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings\n")


@pytest.mark.later
@pytest.mark.parametrize(("options", "exit_code"), [((), 0), (("--strict",), 1)])
@pytest.mark.usefixtures("on_the_day_of_the_last_check")
def test_a_warning_is_a_failure_only_where_that_is_asked_for(
    tmp_path: Path, options: tuple[str, ...], exit_code: int
) -> None:
    copy = tmp_path / "content"
    shutil.copytree(CHECKOUT_CONTENT_DIR, copy)
    (copy / "accepted.yml").unlink()
    result = kiosk("content", "check", str(copy), *options)
    assert result.exit_code == exit_code
    assert re.search(r"^0 errors, [1-9]\d* warnings$", result.stdout, re.MULTILINE)


def test_a_mistake_in_content_is_named_by_file_and_line_and_exits_with_1(tmp_path: Path) -> None:
    copy = tmp_path / "content"
    shutil.copytree(CHECKOUT_CONTENT_DIR, copy)
    broken = next((copy / "quizzes").glob("*.yml"))
    lines = broken.read_text(encoding="utf-8").splitlines()
    lines[4] = "  planted: [mistake"
    broken.write_text("\n".join(lines), encoding="utf-8")
    result = kiosk("content", "check", str(copy))
    assert result.exit_code == 1
    assert re.search(rf"^{re.escape(str(broken))}:\d+: error ", result.stdout, re.MULTILINE)
    assert re.search(r"^[1-9]\d* errors", result.stdout, re.MULTILINE)
