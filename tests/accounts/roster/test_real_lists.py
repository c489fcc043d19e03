"""Thirty lists of real shape are read at once or after one page of choices; five hostile ones are refused whole."""

import io
import zipfile
from datetime import date

import pytest

from kiosk.accounts.roster.columns import Column, guess_columns, missing_columns, needs_choice
from kiosk.accounts.roster.importing import read_roster
from kiosk.accounts.roster.list_file import open_list, read_list
from kiosk.accounts.spreadsheets import xlsx_file
from kiosk.accounts.spreadsheets.cells import UnreadableFile
from tests.accounts.roster.real_lists import csv_of, filled, lists, xlsx_of

TODAY = date(2026, 11, 30)
LISTS = lists()
CHILDREN = {("Amira", "Khan", "5B", "5"), ("Leo", "Shah", "5B", "5"), ("Zoë", "O'Neill-Smith", "6C", "6")}
PLAIN = filled(("Forename", "Surname", "Class", "Year"), "flcN")


def test_there_are_thirty() -> None:
    assert len(LISTS) == 30


@pytest.mark.parametrize("name", list(LISTS))
def test_a_list_of_real_shape_is_read_at_once_or_after_one_page(name: str) -> None:
    found = LISTS[name]
    table = open_list(found.data)
    columns = guess_columns(table)
    assert needs_choice(table, columns) == bool(found.chosen)
    if found.chosen:
        assert missing_columns(columns)
        columns = tuple(Column(found.chosen[one]) if one in found.chosen else None for one in table.headings)
    roster = read_list(table, columns)
    assert [str(problem) for problem in roster.problems] == []
    assert {(row.first_name, row.last_name, row.class_name, row.year) for row in roster.rows} == CHILDREN


def test_what_is_no_child_is_named_and_never_dropped_in_silence() -> None:
    roster = read_roster(LISTS["a totals line"].data, TODAY)
    assert "2 lines at the end were left out" in str(roster.notes[0])
    assert "Total pupils: 3 / Printed 30/11/2026" in str(roster.notes[0])
    unfinished = read_roster(csv_of(*PLAIN, ("Nia", "Jones", "", "")), TODAY)
    assert {problem.line for problem in unfinished.problems} == {5}, "a child without a class is no total"


def test_a_number_in_another_shape_is_no_pupil_number() -> None:
    table = open_list(csv_of(("No", "ID", "Forename", "Surname", "Class", "Year"), (1, 1, "A", "B", "5B", 5)))
    assert Column.PUPIL_NUMBER not in guess_columns(table), "1 to 30 is another child's next year"


def test_a_class_that_the_spreadsheet_made_a_day_of_is_no_class() -> None:
    found = read_roster(xlsx_of(PLAIN[0], ("Amira", "Khan", date(2026, 4, 3), 4)), TODAY).problems
    assert [str(problem) for problem in found] == [
        "line 2: The spreadsheet has made a day of the class. Write it as text, such as '3/4. “2026-04-03”"
    ]


def test_two_columns_of_one_heading_are_asked_about() -> None:
    table = open_list(csv_of(("Forename", "Surname", "Class", "Class", "Year"), ("A", "B", "5B", "Ma1", 5)))
    assert needs_choice(table, guess_columns(table))


def member(data: bytes, name: str, text: bytes) -> bytes:
    """The workbook with one more or another member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, text)
    return out.getvalue()


def says(data: bytes) -> str:
    roster = read_roster(data, TODAY)
    assert not roster.rows, "refused whole"
    return " ".join(str(problem) for problem in roster.problems)


def test_a_workbook_that_unpacks_to_far_more_is_refused_by_its_size() -> None:
    bomb = member(xlsx_of(*PLAIN), "xl/worksheets/sheet2.xml", b"<a>" + b" " * (12 * 2**20) + b"</a>")
    assert len(bomb) < 100_000
    assert "unpacks to more than 10 MB" in says(bomb)


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("worksheets/sheet1", "<row/>"),
        ("worksheets/sheet1", "<x:c/>"),
        ("styles", "<xf/>"),
        ("workbook", "<a/>"),
    ],
)
def test_a_small_workbook_that_would_take_minutes_is_refused_by_what_it_holds(
    name: str, element: str
) -> None:
    text = f'<sheet xmlns:x="x">{element * 310_000}</sheet>'.encode()
    assert "far more than a school's list" in says(member(xlsx_of(*PLAIN), f"xl/{name}.xml", text))


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/connections.xml"]
)
def test_a_workbook_that_acts_or_fetches_is_refused(name: str) -> None:
    assert "macros or fetches" in says(member(xlsx_of(*PLAIN), name, b"<x/>"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_workbook_with_entities_is_refused_before_it_is_read(name: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert "damaged" in says(member(xlsx_of(*PLAIN), name, text.encode(encoding)))


def test_a_formula_is_no_name_whatever_result_is_stored_with_it() -> None:
    made = xlsx_of(PLAIN[0], ('=HYPERLINK("http://bad.example","Amira")', "Khan", "5B", "=5"))
    found = [str(problem) for problem in read_roster(made, TODAY).problems]
    assert len(found) == 2
    assert "line 2: A cell holds a formula." in found[0]


@pytest.mark.parametrize("cell", ["=1+1", "=cmd|' /C calc'!A0", "+44", "-2+3", "@SUM(A1)", "\t=1", "%00"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_csv_with_an_injected_formula_is_refused(cell: str, place: int) -> None:
    line: list[object] = ["Amira", "Khan", "5B", 5]
    line[place] = cell
    assert read_roster(csv_of(PLAIN[0], line), TODAY).problems


def test_a_sheet_of_too_many_columns_or_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "more than 200 columns" in says(xlsx_of(*([*line, *["x"] * 200] for line in PLAIN)))
    assert "more than 200 columns" in says(csv_of(*([*line, *["x"] * 200] for line in PLAIN)))
    monkeypatch.setattr(xlsx_file, "MOST_LINES", 3)
    assert "more than 3 lines" in says(xlsx_of(*PLAIN))


@pytest.mark.parametrize("row", ["999999999999", "1048577", "9" * 5000, "x"])
def test_a_sheet_whose_rows_are_said_to_be_millions_is_refused(row: str) -> None:
    xmlns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = f'<row r="{row}"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>'
    says_so = '<dimension ref="A1:XFD1048576"/>'
    sheet = f'<worksheet xmlns="{xmlns}">{says_so}<sheetData>{cell}</sheetData></worksheet>'.encode()
    found = says(member(xlsx_of(*PLAIN), "xl/worksheets/sheet1.xml", sheet))
    assert "far more" in found or "damaged" in found


def test_a_workbook_with_a_password_or_cut_off_is_refused() -> None:
    assert "has a password" in says(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    whole = xlsx_of(*PLAIN)
    assert says(whole[: len(whole) // 2])
    locked = bytearray(whole)
    at = 0
    while (at := locked.find(b"PK\x01\x02", at + 1)) > 0:
        locked[at + 8] |= 1  # the flag "encrypted" of each entry
    assert "damaged or locked" in says(bytes(locked))


@pytest.mark.later
def test_the_largest_school_is_read_in_seconds() -> None:
    lines = [
        (f"Amira {chr(97 + n % 26)}", "Khan", f"{n % 13 + 1}B", n % 13 + 1, f"U{n}", *["x"] * 15)
        for n in range(5000)
    ]
    heading = ("Forename", "Surname", "Class", "Year", "UPN", *[f"More {n}" for n in range(15)])
    assert len(read_roster(csv_of(heading, *lines), TODAY).rows) == 5000


def test_only_a_file_of_which_nothing_can_be_read_is_an_exception() -> None:
    with pytest.raises(UnreadableFile):
        open_list(b"")
