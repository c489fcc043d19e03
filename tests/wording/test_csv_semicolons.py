"""A stranger's words in a list that is opened where semicolons part its cells (promise E6)."""

import pytest

from kiosk.wording.csv import safe_cell


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        (";=1+1", ";'=1+1"),
        ("Ada; @SUM(1)", "Ada;' @SUM(1)"),
        ('a;"=1"', 'a;\'"=1"'),
        ("=1;=2", "'=1;'=2"),
        ("Ada; Grace", "Ada; Grace"),
    ],
)
def test_no_cell_begins_with_a_formula_after_a_semicolon(cell: str, safe: str) -> None:
    assert safe_cell(cell) == safe
