"""Roster files as schools really save them: every bad row is named with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.accounts.roster.csv_file import read_csv
from kiosk.accounts.roster.rows import MOST_BYTES, short_year

HEAD = "first_name,last_name,class,year\n"
GOOD = HEAD + "Amira,Khan,5B,5\nZoë,O'Neill-Smith,5B,Year 5\n"


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


def test_other_columns_are_named_and_their_cells_never_read() -> None:
    roster = read_csv(b"first_name,last_name,UPN,class,year,Date of birth\nAmira,Khan,A123,5B,5,2016-02-03\n")
    assert roster.ignored_columns == ("UPN", "Date of birth")
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
        ("first_name,last_name,class,year\nZoë,Khan,5B,5\n".encode("cp1252"), "Save the file as “CSV UTF-8”"),
        (b"\x89PNG\r\n\x1a\n\0\0", "cannot be read"),
        (b"x" * (MOST_BYTES + 1), "larger than 2 MB"),
        ((HEAD + "Amira,Khan,5B,5\n" * 5001).encode(), "more than 5000 children"),
        (b"Amira,Khan,5B,5\nLeo,Shah,5B,5\n", "line 1: The column first_name is missing."),
        (b"first_name,last_name,year\nAmira,Khan,5\n", "line 1: The column class is missing."),
        (
            b"first_name,class,last_name,class,year\nA,5B,Khan,5B,5\n",
            "line 1: The column class is there twice.",
        ),
        ((HEAD + ",Khan,5B,5\n").encode(), "line 2: first_name is empty."),
        ((HEAD + "Amira,,5B,5\n").encode(), "line 2: last_name is empty."),
        ((HEAD + "Amira,Khan,,5\n").encode(), "line 2: class is empty."),
        ((HEAD + "Amira,Khan,5B,\n").encode(), "line 2: year is empty"),
        ((HEAD + "Amira,Khan,5B\n").encode(), "line 2: year is empty"),
        ((HEAD + "Amira,Khan,5B,14\n").encode(), "line 2: year is “14”: write N, R or 1 to 13."),
        ((HEAD + "Amira,Khan,5B,five\n").encode(), "line 2: year is “five”"),
        ((HEAD + "Khan, Amira,Khan,5B,5\n").encode(), "line 2: This line has more cells than the heading."),
        ((HEAD + "<b>Amira</b>,Khan,5B,5\n").encode(), "line 2: first_name “<b>Amira</b>” has a character"),
        ((HEAD + "=1+1,Khan,5B,5\n").encode(), "line 2: first_name “=1+1” has a character"),
        ((HEAD + "Am1ra,Khan,5B,5\n").encode(), "line 2: first_name “Am1ra” has a character"),
        ((HEAD + "-,Khan,5B,5\n").encode(), "line 2: first_name “-” has a character"),
        ((HEAD + "Amira\u202e,Khan,5B,5\n").encode(), "line 2: first_name “Amira?” has a character"),
        ((HEAD + "A" * 41 + ",Khan,5B,5\n").encode(), "line 2: first_name is longer than 40 letters."),
        ((HEAD + "Amira,Khan," + "5" * 61 + ",5\n").encode(), "line 2: class is longer than 60 letters."),
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
     ("Year 13", "13"), ("year  1", "1")],
)  # fmt: skip
def test_a_year_is_taken_as_schools_write_it(written: str, stored: str) -> None:
    assert short_year(written) == stored


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read_csv(data)
    read_csv(HEAD.encode() + data)
