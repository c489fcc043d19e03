"""A spreadsheet shows our files and never runs them."""

import csv
import io
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.wording.csv import csv_bytes, csv_name, safe_cell

RUNS = {
    "plain": ["=1+1", "+44", "-2", "@SUM(A1)", "=cmd()"],
    "behind a break": ["\tx", "\rx", "\nx", "\n=x", "\r\n=x"],
    "behind blanks": [" =1", "  @x", "\u00a0=1", "\u3000-1"],
    "wide, as on a Japanese keyboard": ["＝1+1", "＋44", "－2", "＠SUM(A1)", " ＝1"],
    "small, raised and lowered": ["﹦1", "﹢1", "﹣1", "﹫x", "⁼1", "⁺1", "⁻1", "₌1", "₊1", "₋1"],
    "the minus of mathematics": ["−2"],
    "behind what is not seen": ["\u200b=1", "\ufeff=1", "\u202e@x", "\x00+1", "\u2060 ＝1"],
}


@pytest.mark.parametrize("cell", [cell for cells in RUNS.values() for cell in cells])
def test_what_could_run_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["", " ", "Amira", "a=b", "’Ali", "–", "Year 7 + 8", "25 of 28", "عائشہ", "O'Neill"]
)
def test_words_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_a_file_begins_with_a_byte_order_mark_and_keeps_every_letter() -> None:
    written = csv_bytes([["Name", "Class"], ['Zoë, «x» "y"', "عائشہ"]])
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows == [["Name", "Class"], ['Zoë, «x» "y"', "عائشہ"]]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1), min_size=1))
def test_whatever_is_written_no_cell_begins_a_formula(rows: list[list[str]]) -> None:
    read = csv.reader(io.StringIO(csv_bytes(rows).decode("utf-8-sig"), newline=""))
    for row in read:
        for cell in row:
            assert not unicodedata.normalize("NFKC", cell).lstrip().startswith(tuple("=+-@"))


@pytest.mark.parametrize(
    ("what", "name"),
    [
        (("completion", "4 Swifts"), "completion-4-swifts-2026-11-28.csv"),
        (("completion", 'École/3"; x'), "completion-ecole-3-x-2026-11-28.csv"),
        (("completion", "..\\..\r\nSet-Cookie: a"), "completion-set-cookie-a-2026-11-28.csv"),
        (("signatures", ""), "signatures-2026-11-28.csv"),
        (("completion", "ابابیل"), "completion-2026-11-28.csv"),
    ],
)
def test_a_file_is_named_by_what_it_holds_and_by_the_day(what: tuple[str, ...], name: str) -> None:
    assert csv_name(*what, day=date(2026, 11, 28)) == name
