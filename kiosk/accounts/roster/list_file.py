"""Rosters as one list of children, from CSV or Excel, once it is known which column holds what."""

import re
from collections.abc import Sequence

from kiosk.accounts.roster.columns import (
    Column,
    Columns,
    RosterTable,
    known_headings,
    missing_columns,
    table_of,
    year_in_class,
)
from kiosk.accounts.roster.rows import (
    MOST_ROWS,
    RosterFile,
    RosterProblem,
    RosterRow,
    bad_roster,
    problem_at,
    tidy_row,
)
from kiosk.accounts.spreadsheets.cells import CellLine
from kiosk.accounts.spreadsheets.csv_file import read_csv
from kiosk.accounts.spreadsheets.xlsx_file import is_workbook, read_xlsx
from kiosk.wording.messages import N_, Message

TOO_MANY_CELLS = N_("This line has more cells than the heading. Put a name with a comma in quotation marks.")
OPEN_QUOTE = N_("From here on the file cannot be read: a quotation mark is out of place.")
LEFT_OUT = N_("%(count)d lines at the end were left out, as they are no children: %(text)s")
OLD_LETTERS = N_("The file does not say which letters it uses. Look at names with accents before you save.")
# The first words of lines that a system prints below a list.
BELOW = re.compile(
    r"(?:grand |sub)?totals?\b|count\b|number of|printed|report|page \d|generated|end of|produced|run (?:on|by)|©",
    re.IGNORECASE,
)
SURNAME_FIRST = ("surname", "lastname", "family", "legalsurname")


def open_list(data: bytes) -> RosterTable:
    """The table of a CSV file or workbook; raises UnreadableFile."""
    return table_of(read_xlsx(data) if is_workbook(data) else read_csv(data, known_headings))


def read_list(table: RosterTable, columns: Columns) -> RosterFile:
    """The children of a list; every problem is in the result."""
    missing = N_("The column %(column)s is missing.")
    if problems := [
        problem_at(table.heading_line, missing, column=column.value) for column in missing_columns(columns)
    ]:
        return RosterFile(problems=tuple(problems))
    lines, below = _without_end(table, columns)
    places = {column: place for place, column in enumerate(columns) if column}
    turned = any(
        column is Column.WHOLE_NAME and heading.casefold().replace(" ", "").startswith(SURNAME_FIRST)
        for heading, column in zip(table.headings, columns, strict=True)
    )
    rows: list[RosterRow] = []
    found: list[RosterProblem] = []
    for line in lines:
        row, mistakes = tidy_row(_row(line, places, turned))
        rows.append(row)
        found += mistakes
        if any(line.cells[len(columns) :]):
            found.append(problem_at(line.number, TOO_MANY_CELLS))
    if len({(row.first_name, row.last_name, row.class_name) for row in rows}) > MOST_ROWS:
        return bad_roster(N_("The file has more than %(most)d children."), most=MOST_ROWS)
    if table.file.broken_at:
        found.append(problem_at(table.file.broken_at, OPEN_QUOTE))
    if not rows and not found:
        return bad_roster(N_("There is a heading but no child below it."))
    notes = [Message(OLD_LETTERS)] if table.file.old_letters else []
    if below:
        text = " / ".join(" ".join(cell for cell in line.cells if cell)[:60] for line in below[:3])
        notes.append(Message(LEFT_OUT, {"count": len(below), "text": text}))
    ignored = tuple(
        heading for heading, column in zip(table.headings, columns, strict=True) if heading and not column
    )
    return RosterFile(tuple(rows), tuple(found), ignored, tuple(notes))


def _row(line: CellLine, places: dict[Column, int], turned: bool) -> RosterRow:
    def cell(*columns: Column) -> str:
        """The first of these cells that is not empty."""
        held = (line.cells[places[one]] for one in columns if one in places and line.cells[places[one] :])
        return next((text for text in held if text), "")

    first, last = cell(Column.PREFERRED, Column.FIRST_NAME), cell(Column.LAST_NAME)
    if Column.WHOLE_NAME in places and not (first and last):
        whole_first, whole_last = _split_name(cell(Column.WHOLE_NAME), turned)
        first, last = first or whole_first, last or whole_last
    class_name = cell(Column.CLASS, Column.CLASS_WITH_YEAR)
    return RosterRow(
        line.number,
        first,
        last,
        class_name,
        cell(Column.YEAR) or (year_in_class(class_name) if Column.CLASS_WITH_YEAR in places else ""),
        tuple(cell(Column.TEACHER).replace(";", " ").replace(",", " ").split()),
        cell(Column.PUPIL_NUMBER),
    )


def _split_name(name: str, turned: bool) -> tuple[str, str]:
    """First and last name of "Khan, Amira", of "Amira Khan", or, where the heading says so, of "Khan Amira"."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    one, _, two = name.partition(" ")
    return (two.strip(), one) if turned else (one, two.strip())


def _without_end(table: RosterTable, columns: Columns) -> tuple[Sequence[CellLine], Sequence[CellLine]]:
    """The lines of children, and those below them that count or sign the list."""
    end = len(table.lines)
    while end and _is_below(table.lines[end - 1], columns):
        end -= 1
    return table.lines[:end], table.lines[end:]


def _is_below(line: CellLine, columns: Columns) -> bool:
    """Whether a line is no child: it begins with a word of such lines and names no class."""
    classes = (Column.CLASS, Column.CLASS_WITH_YEAR)
    held = [cell for cell, column in zip(line.cells, columns, strict=False) if cell and column in classes]
    first = next((cell for cell in line.cells if cell), "")
    filled = [cell for cell in line.cells if cell]
    if all(cell.replace(".", "").isdigit() for cell in filled):
        return True
    return bool(BELOW.match(first)) and len(filled) <= (2 if held else 3)
