"""Rosters as CSV, as Excel and school systems write them."""

import csv
import io
from collections.abc import Iterable

from kiosk.accounts.roster.rows import (
    MOST_BYTES,
    MOST_ROWS,
    RosterFile,
    RosterProblem,
    RosterRow,
    bad_roster,
    problem_at,
    tidy_cell,
    tidy_row,
)
from kiosk.wording.messages import N_

DELIMITERS = (",", ";", "\t")
REQUIRED = ("first_name", "last_name", "class", "year")
OPTIONAL = ("staff_id", "pupil_id")
OTHER_NAMES = {
    "forename": "first_name",
    "given_name": "first_name",
    "surname": "last_name",
    "family_name": "last_name",
    "class_name": "class",
    "year_group": "year",
}
TOO_MANY_CELLS = N_("This line has more cells than the heading. Put a name with a comma in quotation marks.")
OPEN_QUOTE = N_("From here on the file cannot be read: a quotation mark is out of place.")


def read_csv(data: bytes) -> RosterFile:
    """The rows of a CSV file with a heading line; a byte order mark, `;` and tabs are taken."""
    if len(data) > MOST_BYTES:
        return bad_roster(N_("The file is larger than %(megabytes)d MB."), megabytes=MOST_BYTES // 2**20)
    try:
        text = decode_text(data)
    except UnicodeDecodeError:
        return bad_roster(N_("The letters cannot be read. Save the file as “CSV UTF-8” and try again."))
    if not text.strip():
        return bad_roster(N_("The file is empty."))
    if "\0" in text:
        return bad_roster(N_("This is not a CSV file. Save the list as “CSV UTF-8” and try again."))
    return _read_table(text)


def decode_text(data: bytes) -> str:
    """The text of a file in UTF-8 or, where it says so at its start, UTF-16; raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def read_lines(text: str, delimiter: str) -> Iterable[tuple[int, list[str]]]:
    """Every line that is not blank, with the number it starts on; raises csv.Error for a broken one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _read_table(text: str) -> RosterFile:
    delimiter = max(DELIMITERS, key=lambda sign: _known_columns(text, sign))
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    columns: list[str] = []
    ignored: tuple[str, ...] = ()
    try:
        for line, cells in read_lines(text, delimiter):
            if not columns:
                columns = [_column_name(cell) for cell in cells]
                ignored = tuple(
                    tidy_cell(cell)
                    for cell in cells
                    if tidy_cell(cell) and _column_name(cell) not in REQUIRED + OPTIONAL
                )
                if problems := _check_heading(line, columns):
                    return RosterFile(problems=tuple(problems), ignored_columns=ignored)
                continue
            if len(rows) == MOST_ROWS:
                return bad_roster(N_("The file has more than %(most)d children."), most=MOST_ROWS)
            row, mistakes = tidy_row(_roster_row(line, columns, cells))
            rows.append(row)
            problems += mistakes
            if any(cell.strip() for cell in cells[len(columns) :]):
                problems.append(problem_at(line, TOO_MANY_CELLS))
    except csv.Error:
        last = rows[-1].line + 1 if rows else 1
        problems.append(problem_at(last, OPEN_QUOTE))
    if not rows and not problems:
        return bad_roster(N_("There is a heading but no child below it."))
    return RosterFile(tuple(rows), tuple(problems), ignored)


def _roster_row(line: int, columns: list[str], cells: list[str]) -> RosterRow:
    held = dict(zip(columns, cells, strict=False))
    return RosterRow(
        line,
        held.get("first_name", ""),
        held.get("last_name", ""),
        held.get("class", ""),
        held.get("year", ""),
        tuple(held.get("staff_id", "").replace(";", " ").replace(",", " ").split()),
        held.get("pupil_id", ""),
    )


def _check_heading(line: int, columns: list[str]) -> list[RosterProblem]:
    missing = N_("The column %(column)s is missing.")
    twice = N_("The column %(column)s is there twice.")
    problems = [problem_at(line, missing, column=name) for name in REQUIRED if name not in columns]
    for name in REQUIRED + OPTIONAL:
        if columns.count(name) > 1:
            problems.append(problem_at(line, twice, column=name))
    return problems


def _column_name(heading: str) -> str:
    name = "_".join(heading.replace("-", " ").replace("_", " ").lower().split())
    return OTHER_NAMES.get(name, name)


def _known_columns(text: str, delimiter: str) -> int:
    try:
        _, cells = next(iter(read_lines(text, delimiter)))
    except (csv.Error, StopIteration):
        return 0
    return len({_column_name(cell) for cell in cells} & set(REQUIRED + OPTIONAL))
