"""Which column of a list holds what: guessed from its headings, chosen on a page, and remembered for those headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from sqlalchemy.orm import Session

from kiosk.accounts.models import RosterColumns
from kiosk.accounts.spreadsheets.cells import CellFile, CellLine, UnreadableFile
from kiosk.bands import school_year
from kiosk.wording.messages import N_

TITLE_LINES = 40  # above the heading, at most


class Column(StrEnum):
    """What a column may hold; a column that holds nothing of this is left out."""

    FIRST_NAME = "first_name"
    PREFERRED = "preferred_first_name"
    LAST_NAME = "last_name"
    WHOLE_NAME = "whole_name"
    CLASS = "class"
    CLASS_WITH_YEAR = "class_with_year"
    YEAR = "year"
    PUPIL_NUMBER = "pupil_id"
    TEACHER = "staff_id"


Columns = tuple[Column | None, ...]

# Headings as school systems and people write them, in letters and digits alone; of two that a list has, the first wins.
HEADINGS = {
    Column.PREFERRED: (
        "preferredfirstname", "preferredforename", "preferredgivenname", "chosenforename", "chosenfirstname",
        "chosenname", "knownas", "knownasname", "preferredname",
    ),
    Column.FIRST_NAME: (
        "firstname", "forename", "givenname", "firstnames", "forenames", "legalforename", "legalfirstname",
        "legalgivenname",
    ),
    Column.LAST_NAME: (
        "lastname", "surname", "familyname", "preferredsurname", "preferredlastname", "preferredfamilyname",
        "legalsurname", "legallastname", "legalfamilyname",
    ),
    Column.WHOLE_NAME: (
        "name", "fullname", "wholename", "displayname", "legalfullname", "surnameforename", "surnamefirstname",
        "lastnamefirstname", "forenamesurname", "firstnamelastname", "pupil", "student", "child",
    ),
    Column.CLASS: (
        "class", "classname", "reggroup", "registrationgroup", "regform", "registrationform", "registrationclass",
        "regclass", "tutorgroup", "form", "formgroup", "formtutorgroup", "tutorform", "registration", "homeroom",
        "homegroup", "mainclass", "currentclass", "currentregistrationform", "currentreggroup", "classtitle", "reg",
    ),
    Column.YEAR: (
        "year", "yeargroup", "ncyear", "ncyeargroup", "nationalcurriculumyear", "nationalcurriculumyeargroup",
        "curriculumyear", "curriculumyeargroup", "yeartaughtin", "currentyeargroup", "currentncyear",
        "actualncyear", "ncyearactual", "yeargroupname", "schoolyear", "yearlevel", "yg", "yr", "grade", "grades",
    ),
    Column.PUPIL_NUMBER: (
        "upn", "uniquepupilnumber", "pupilid", "pupilnumber", "pupilno", "adno", "admissionno", "admissionnumber",
        "misid", "studentid", "studentnumber", "sourcedid", "upi",
    ),
    Column.TEACHER: (
        "staffid", "teacheremail", "classteacheremail", "tutoremail", "formtutoremail", "regtutoremail",
    ),
}  # fmt: skip
_PLACE = {
    heading: (column, rank) for column, headings in HEADINGS.items() for rank, heading in enumerate(headings)
}
_WHOSE = re.compile(r"(?:student|pupil|child|learner)s?")
YEAR_IN_CLASS = re.compile(r"(?:y(?:ea)?r?\.?\s*)?(\d{1,2}|[rn](?=[a-z0-9]?$))", re.IGNORECASE)


@dataclass(frozen=True)
class RosterTable:
    """A list with its headings; `heading_line` is their number in the file."""

    headings: tuple[str, ...]
    heading_line: int
    lines: tuple[CellLine, ...]
    file: CellFile

    @property
    def samples(self) -> list[list[str]]:
        """Of each column the first three cells that are not empty."""
        return [
            list(
                dict.fromkeys(
                    line.cells[place] for line in self.lines if line.cells[place:] and line.cells[place]
                )
            )[:3]
            for place in range(len(self.headings))
        ]


def table_of(file: CellFile) -> RosterTable:
    """The headings of a file and what stands below; raises UnreadableFile where no line can be the headings.

    It is the first line of those with the most known headings, and else the first that has several cells and no digit.
    """
    tried = file.lines[:TITLE_LINES]
    best = max(tried, key=lambda line: known_headings(line.cells), default=None)
    if best is None or not known_headings(best.cells):
        best = next(
            (line for line in tried if len([cell for cell in line.cells if cell]) > 1 and not _digits(line)),
            None,
        )
    if best is None and file.broken_at:
        raise UnreadableFile(OPEN_QUOTE_AT, line=file.broken_at)
    if best is None:
        raise UnreadableFile(
            N_("No line names the columns. Write one above the children, as in the example.")
        )
    below = tuple(line for line in file.lines if line.number > best.number and line.cells != best.cells)
    if not below and not file.broken_at:
        raise UnreadableFile(N_("There is a heading but no child below it."))
    return RosterTable(best.cells, best.number, below, file)


OPEN_QUOTE_AT = N_("From line %(line)d on the file cannot be read: a quotation mark is out of place.")


def known_headings(cells: Sequence[str]) -> int:
    """How many different things the headings among these cells name."""
    return len({found[0] for cell in cells if (found := _place_of(cell))})


def guess_columns(table: RosterTable) -> Columns:
    """What each column probably holds; of several for one thing the one with the best heading, the first of equals."""
    best: dict[Column, tuple[int, int]] = {}
    for place, heading in enumerate(table.headings):
        if found := _place_of(heading):
            column, rank = found
            best[column] = min(best.get(column, (rank, place)), (rank, place))
    if Column.LAST_NAME in best and {Column.FIRST_NAME, Column.PREFERRED} & set(best):
        best.pop(Column.WHOLE_NAME, None)
    if Column.YEAR not in best and Column.CLASS in best and _years_in_classes(table, best[Column.CLASS][1]):
        best[Column.CLASS_WITH_YEAR] = best.pop(Column.CLASS)
    held = {place: column for column, (_, place) in best.items()}
    return tuple(held.get(place) for place in range(len(table.headings)))


def missing_columns(columns: Columns) -> list[Column]:
    """What no column holds, and a list cannot do without."""
    held = set(columns)
    missing = []
    if Column.WHOLE_NAME not in held:
        if not held & {Column.FIRST_NAME, Column.PREFERRED}:
            missing.append(Column.FIRST_NAME)
        if Column.LAST_NAME not in held:
            missing.append(Column.LAST_NAME)
    if not held & {Column.CLASS, Column.CLASS_WITH_YEAR}:
        missing.append(Column.CLASS)
    if not held & {Column.YEAR, Column.CLASS_WITH_YEAR}:
        missing.append(Column.YEAR)
    return missing


def double_columns(columns: Columns) -> list[Column]:
    """What more than one column is to hold."""
    return [column for column in Column if columns.count(column) > 1]


def needs_choice(table: RosterTable, columns: Columns) -> bool:
    """Whether somebody has to choose: something is missing, or two headings that are the same hold it."""
    held = [_key(heading) for heading, column in zip(table.headings, columns, strict=True) if column]
    every = [_key(heading) for heading in table.headings]
    return bool(missing_columns(columns)) or any(every.count(key) > 1 for key in held)


def year_in_class(name: str) -> str:
    """The year with which the name of a class begins: "5" of "5B", "10" of "Year 10 Blue"; empty if it has none."""
    found = YEAR_IN_CLASS.match(name)
    try:
        return school_year(found[1]) if found else ""
    except ValueError:
        return ""


def remembered_columns(session: Session, key: bytes, table: RosterTable) -> Columns | None:
    """What somebody chose for a list with these headings, in whatever order they stand."""
    row = session.get(RosterColumns, _headings_digest(key, table.headings))
    if row is None:
        return None
    known = [Column(word) if word else None for word in row.columns.split(",")]
    order = _in_order(table.headings)
    if len(known) != len(order):
        return None
    held = dict(zip(order, known, strict=True))
    return tuple(held[place] for place in range(len(table.headings)))


def remember_columns(session: Session, key: bytes, table: RosterTable, columns: Columns) -> None:
    """Keep what was chosen for these headings, of which only a digest is stored: a bad file may have names there."""
    words = ",".join(columns[place] or "" for place in _in_order(table.headings))
    session.merge(RosterColumns(headings_digest=_headings_digest(key, table.headings), columns=words))
    session.flush()


def _headings_digest(key: bytes, headings: Sequence[str]) -> bytes:
    keys = sorted(_key(heading) for heading in headings)
    return blake2b("\x1f".join(keys).encode(), key=key, digest_size=32, person=b"roster-headings").digest()


def _in_order(headings: Sequence[str]) -> list[int]:
    return sorted(range(len(headings)), key=lambda place: (_key(headings[place]), place))


def _key(heading: str) -> str:
    return "".join(sign for sign in heading.casefold() if sign.isalnum())


def _place_of(heading: str) -> tuple[Column, int] | None:
    """Which column a heading names and how surely; "Pupil surname" is a surname, but "Pupil no" not just any number."""
    key = _key(heading)
    if found := _PLACE.get(key):
        return found
    short = _PLACE.get(_WHOSE.sub("", key, count=1))
    return None if short is None or short[0] is Column.PUPIL_NUMBER else short


def _digits(line: CellLine) -> bool:
    return any(sign.isdigit() for cell in line.cells for sign in cell)


def _years_in_classes(table: RosterTable, place: int) -> bool:
    names = [line.cells[place] for line in table.lines if line.cells[place:] and line.cells[place]]
    return bool(names) and all(year_in_class(name) for name in names)
