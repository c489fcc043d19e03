"""Roster files as schools really save them: every bad row is named with its line."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.accounts.roster.importing import read_roster
from kiosk.accounts.roster.rows import RosterFile
from kiosk.accounts.spreadsheets.cells import MOST_BYTES
from kiosk.bands import school_year

HEAD = "first_name,last_name,class,year\n"
GOOD = HEAD + "Amira,Khan,5B,5\nZoë,O'Neill-Smith,5B,Year 5\n"


def read_csv(data: bytes) -> RosterFile:
    return read_roster(data, date(2026, 11, 24))


def problems(text: str | bytes) -> list[str]:
    return [str(problem) for problem in read_csv(text.encode() if isinstance(text, str) else text).problems]


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\n\n , , ,\n").encode(),
        GOOD.replace("first_name,last_name", "First name,Surname").encode(),
        GOOD.replace("Amira", '"Amira"').encode(),
        GOOD.replace("Amira,Khan", "  Amira , Khan  ").encode(),
    ],
)
def test_a_list_is_read_however_it_was_saved(data: bytes) -> None:
    roster = read_csv(data)
    assert [str(problem) for problem in roster.problems] == []
    assert [(row.first_name, row.last_name, row.class_name, row.year) for row in roster.rows] == [
        ("Amira", "Khan", "5B", "5"),
        ("Zoë", "O'Neill-Smith", "5B", "5"),
    ]


@pytest.mark.parametrize("class_name", ["Year 5: 5B", "5B/Ab2", "Oak & Ash", "5.1", "Reception (am)"])
def test_a_class_keeps_the_name_that_a_system_gives_it(class_name: str) -> None:
    roster = read_csv(GOOD.replace("5B", class_name).encode())
    assert (roster.problems, {row.class_name for row in roster.rows}) == ((), {class_name})


def test_other_columns_are_named_and_their_cells_never_read() -> None:
    roster = read_csv(b"first_name,last_name,SEN,class,year,Date of birth\nAmira,Khan,A123,5B,5,2016-02-03\n")
    assert roster.ignored_columns == ("SEN", "Date of birth")
    assert "A123" not in repr(roster.rows)
    assert "2016" not in repr(roster.rows)


def test_teachers_are_taken_by_address() -> None:
    roster = read_csv(b"first_name,last_name,class,year,staff_id\nAmira,Khan,5B,5,A@s.example b@s.example\n")
    assert roster.rows[0].teachers == ("a@s.example", "b@s.example")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n\n", "The file is empty."),
        (HEAD.encode(), "There is a heading but no child below it."),
        (HEAD.encode("utf-16-le"), "This is not a CSV file."),
        (b"\x89PNG\r\n\x1a\n\0\0", "This is not a CSV file."),
        (b"\x81\x8d\x8f", "Save the file as “CSV UTF-8”"),
        (b"x" * (MOST_BYTES + 1), "larger than 2 MB"),
        ((HEAD + "".join(f"Amira,Khan,{n},5\n" for n in range(5001))).encode(), "more than 5000 children"),
        (b"Amira,Khan,5B,5\nLeo,Shah,5B,5\n", "No line names the columns."),
        (b"first_name,last_name,year\nAmira,Khan,5\n", "line 1: The column class is missing."),
        ((HEAD + ",Khan,5B,5\n").encode(), "line 2: The first name is empty."),
        ((HEAD + "Amira,,5B,5\n").encode(), "line 2: The last name is empty."),
        ((HEAD + "Amira,Khan,,5\n").encode(), "line 2: The class is empty."),
        ((HEAD + "Amira,Khan,5B,\n").encode(), "line 2: The year is empty"),
        ((HEAD + "Amira,Khan,5B\n").encode(), "line 2: The year is empty"),
        (
            (HEAD + "Amira,Khan,5B,14\n").encode(),
            "line 2: The year cannot be read. Write N, R or 1 to 13. “14”",
        ),
        ((HEAD + "Amira,Khan,5B,five\n").encode(), "Write N, R or 1 to 13. “five”"),
        ((HEAD + "Khan, Amira,Khan,5B,5\n").encode(), "line 2: This line has more cells than the heading."),
        (
            (HEAD + "<b>Amira</b>,Khan,5B,5\n").encode(),
            "line 2: The first name has a character that does not belong in a name. “<b>Amira</b>”",
        ),
        ((HEAD + "=1+1,Khan,5B,5\n").encode(), "line 2: A cell holds a formula."),
        (
            (HEAD + "Am1ra,Khan,5B,5\n").encode(),
            "line 2: The first name has a character that does not belong in a name. “Am1ra”",
        ),
        (
            (HEAD + "-,Khan,5B,5\n").encode(),
            "line 2: The first name has a character that does not belong in a name. “-”",
        ),
        (
            (HEAD + "Amira\u202e,Khan,5B,5\n").encode(),
            "line 2: The first name has a character that does not belong in a name. “Amira?”",
        ),
        ((HEAD + "A" * 41 + ",Khan,5B,5\n").encode(), "line 2: The first name is longer than 40 letters."),
        ((HEAD + "Amira,Khan," + "5" * 61 + ",5\n").encode(), "line 2: The class is longer than 60 letters."),
        (
            (HEAD + 'Amira,Khan,5B,5\nLeo,"Shah,5B,5\n').encode(),
            "line 3: From here on the file cannot be read",
        ),
        ((HEAD + "x" * 140_000 + ",Khan,5B,5\n").encode(), "From here on the file cannot be read"),
    ],
)
def test_a_bad_file_says_what_is_amiss_and_where(data: bytes, says: str) -> None:
    found = problems(data)
    assert any(says in problem for problem in found), found


def test_every_bad_row_is_reported_with_the_line_that_an_editor_shows() -> None:
    found = problems(HEAD + '\nAmira,Khan,5B,5\n,Shah,5B,5\n"Le\no",Li,5B,99\nNia,,5B,5\n')
    assert [problem.split(":")[0] for problem in found] == ["line 4", "line 5", "line 7"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [("R", "R"), ("reception", "R"), ("EYFS", "R"), ("Nursery", "N"), ("n", "N"), ("05", "5"), ("Y5", "5"),
     ("Year 13", "13"), ("year  1", "1"), ("YR", "R"), ("Yr 10", "10"), ("5.0", "5"), ("N2", "N"),
     ("Year 7 (Secondary)", "7")],
)  # fmt: skip
def test_a_year_is_taken_as_schools_write_it(written: str, stored: str) -> None:
    assert school_year(written) == stored


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read_csv(data)
    read_csv(HEAD.encode() + data)
