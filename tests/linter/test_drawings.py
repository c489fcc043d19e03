"""Drawings and alt texts: nothing that runs, moves or reaches outside; words that say what is there."""

from pathlib import Path

import pytest

from kiosk.config import CHECKOUT_CONTENT_DIR
from kiosk.lessons.lesson import scan_lesson_page, scan_lessons
from kiosk.lessons.scenes.cast import read_cast
from kiosk.linter.lessons import check_steps
from kiosk.linter.pictures import check_alt, check_drawings
from kiosk.wording.facts import read_facts
from tests.content_folder import DRAWING
from tests.linter.samples import codes, passage


def draw(tmp_path: Path, text: str, name: str = "box.svg") -> list[str]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return codes(check_drawings(tmp_path, {name}))


def test_a_plain_drawing_is_fine(tmp_path: Path) -> None:
    assert draw(tmp_path, DRAWING.replace("<rect", '<rect fill="url(#g)"')) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        '<g onclick="a()"/>',
        "<foreignObject/>",
        '<image href="a.png"/>',
        '<a href="https://example.org">x</a>',
        '<a xlink:href="javascript:x">x</a>',
        "<style>rect { fill: red }</style>",
        '<g style="fill: red"/>',
        '<rect fill="url(https://example.org/a)"/>',
        '<animate attributeName="x"/>',
        "<meta http-equiv=refresh content=0;url=https://example.org>",
        "<a href=https://example.org>x</a>",
        "<use href=https://example.org/a.svg#a></use>",
        "<g/onclick=a()></g>",
        '<g fill="red"onclick="a()"></g>',
    ],
)
def test_what_does_not_belong_in_a_drawing_is_found(planted: str, tmp_path: Path) -> None:
    assert "error L9" in draw(tmp_path, DRAWING.replace("</svg>", f"{planted}</svg>"))


def test_a_drawing_has_a_size_and_a_frame(tmp_path: Path) -> None:
    assert draw(tmp_path, DRAWING.replace("viewBox", "box")) == ["error L9"]
    assert draw(tmp_path, DRAWING + "<!-- -->" * 15_000) == ["error L9"]
    assert draw(tmp_path, "<!DOCTYPE svg>" + DRAWING) == ["error L9"]


def test_nothing_moves_and_nothing_lies_about_unused(tmp_path: Path) -> None:
    assert draw(tmp_path, "GIF89a", "clip.gif") == ["error L19"]
    assert draw(tmp_path, "x", "notes.txt") == ["error L19", "error L9"]
    (tmp_path / "other.svg").write_text(DRAWING, encoding="utf-8")
    assert "warning L9" in codes(check_drawings(tmp_path, set()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A fox with a key", []),
        ("A", ["error L9"]),
        ("Image of a fox", ["error L9"]),
        ("A picture of a fox", ["error L9"]),
        ("fox " * 40, ["error L9"]),
    ],
)
def test_an_alt_text_says_what_is_there(text: str, expected: list[str]) -> None:
    assert codes(check_alt(passage(text, "alt"))) == expected
    assert codes(check_alt(passage(text, "screen"))) == []


def test_a_scene_that_is_bare_or_too_full_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    path = CHECKOUT_CONTENT_DIR / "lessons" / "ks1-wellbeing-how-to-tell" / "lesson.en.md"
    lessons, _problems = scan_lessons(
        CHECKOUT_CONTENT_DIR, read_facts(CHECKOUT_CONTENT_DIR), [], read_cast(CHECKOUT_CONTENT_DIR)
    )
    lesson, scan = lessons[path.parent.name], scan_lesson_page(path)
    assert not [one for one in check_steps(lesson, scan) if one.code == "L9"]
    monkeypatch.setattr("kiosk.linter.lessons.SCENE_BYTES", (5_000, 8_000))
    found = [one.message for one in check_steps(lesson, scan) if one.code == "L9"]
    assert any("soup-hat" in message for message in found) and any(
        "pebble-out" in message for message in found
    )
