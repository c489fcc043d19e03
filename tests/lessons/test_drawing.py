"""Drawings: words for those who cannot see them, and ids that cannot meet on one page."""

from pathlib import Path

import pytest
from flask import Flask

from kiosk.lessons.drawing import read_drawing
from kiosk.lessons.views.drawn import drawn_scene

SVG = """<?xml version="1.0"?>
<!-- made by hand -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="presentation" aria-hidden="true">
<defs><clipPath id="leaf"/></defs><g clip-path="url(#leaf)"/><use href="#leaf"/></svg>
"""


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    path = tmp_path / "fox.svg"
    path.write_text(SVG, encoding="utf-8")
    return path


def test_a_drawing_says_what_it_shows(drawing: Path) -> None:
    svg = read_drawing(drawing, 'A fox says "hello" & waves')
    assert svg.startswith("<svg ")
    assert 'role="img" aria-label="A fox says &#34;hello&#34; &amp; waves"' in svg
    assert "aria-hidden" not in svg and "presentation" not in svg and "made by hand" not in svg


def test_a_decorative_drawing_is_hidden_from_screen_readers(drawing: Path) -> None:
    svg = read_drawing(drawing, "")
    assert 'aria-hidden="true"' in svg and "role=" not in svg


def test_ids_carry_the_name_of_the_file(drawing: Path) -> None:
    svg = read_drawing(drawing, "A fox")
    assert 'id="fox-leaf"' in svg and "url(#fox-leaf)" in svg and 'href="#fox-leaf"' in svg


def test_a_file_that_is_no_drawing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.svg"
    path.write_text("words", encoding="utf-8")
    with pytest.raises(ValueError, match="holds no drawing"):
        read_drawing(path, "A fox")


@pytest.mark.parametrize(
    "shown",
    [
        *(("ks1", "fern", "burrow", pose) for pose in ("stand", "wave", "hold")),
        ("ks2", "mr-silva", "classroom", "wave", "talk"),
    ],
)
def test_who_meets_and_who_calls_the_children_is_drawn(app: Flask, shown: tuple[str, ...]) -> None:
    with app.test_request_context("/learn/"):
        assert "<svg" in drawn_scene(*shown)
        assert drawn_scene(shown[0], shown[1], "nowhere", "stand") == ""
