"""What every roster file is read into: rows, and problems with their line numbers."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.accounts.spreadsheets.cells import tidy_cell
from kiosk.bands import school_year
from kiosk.wording.messages import N_, Message

MOST_ROWS = 5_000
LONGEST_FIRST_NAME = 40  # "Amira" may become "Amira Kh" on a tile, and a tile holds 60
LONGEST_LAST_NAME = 80
LONGEST_CLASS = 60
LONGEST_ID = 120
NAME_SIGNS = frozenset(" '’-.")
CLASS_SIGNS = frozenset(" '’-.&()/_:")
LINES_NAMED = 12  # of one kind of problem; the others are counted
CELLS_SHOWN = 3
DAY = re.compile(r"\d{4}-\d\d-\d\d")
BECAME_A_DAY = N_("The spreadsheet has made a day of the class. Write it as text, such as '3/4.")
FORMULA = N_("A cell holds a formula. Copy the list and paste it as values.")


@dataclass(frozen=True)
class RosterProblem:
    """One problem on one line (0: the whole file) of one file of an archive; `cell` is what stands there."""

    line: int
    message: Message
    file: str = ""
    cell: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, f"line {self.line}" if self.line else "") if part)
        text = f"{self.message} “{self.cell}”" if self.cell else str(self.message)
        return f"{place}: {text}" if place else text


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem: the first lines that have it, how many more there are, and some of their cells."""

    message: Message
    file: str
    lines: tuple[int, ...]
    more: int
    cells: tuple[str, ...]

    def __str__(self) -> str:
        named = ", ".join(str(line) for line in self.lines)
        place = f"line {named}" + (f" and {self.more} more" if self.more else "") if named else ""
        found = ", ".join(f"“{cell}”" for cell in self.cells)
        return ": ".join(part for part in (self.file, place, f"{self.message} {found}".strip()) if part)


def problem_at(line: int, text: str, file: str = "", **values: str | int) -> RosterProblem:
    """A problem in a sentence with its values."""
    return RosterProblem(line, Message(text, values), file)


def by_kind(problems: Iterable[RosterProblem]) -> list[ProblemKind]:
    """The problems with one entry for one kind of mistake, in the order of their first lines."""
    kinds: dict[tuple[object, ...], list[RosterProblem]] = {}
    for one in sorted(problems, key=lambda one: (one.file, one.line)):
        kinds.setdefault((one.file, one.message.text, *one.message.values.items()), []).append(one)
    found = []
    for alike in kinds.values():
        lines = list(dict.fromkeys(one.line for one in alike if one.line))
        cells = tuple(dict.fromkeys(one.cell for one in alike if one.cell))[:CELLS_SHOWN]
        named = tuple(lines[:LINES_NAMED])
        found.append(ProblemKind(alike[0].message, alike[0].file, named, len(lines) - len(named), cells))
    return found


@dataclass(frozen=True)
class RosterRow:
    """One child of a file; `teachers` are e-mail addresses, `pupil_id` the school's own number if it gives one."""

    line: int
    first_name: str
    last_name: str
    class_name: str
    year: str
    teachers: tuple[str, ...] = ()
    pupil_id: str = ""
    file: str = ""


@dataclass(frozen=True)
class RosterFile:
    """The content of a file; `notes` list what was left out on purpose.

    An archive lists every teacher of a school, so a teacher without an account is a note there, not a problem.
    """

    rows: tuple[RosterRow, ...] = ()
    problems: tuple[RosterProblem, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    teachers_must_exist: bool = True


def bad_roster(text: str, **values: str | int) -> RosterFile:
    """The result for a file that cannot be read at all."""
    return RosterFile(problems=(RosterProblem(0, Message(text, values)),))


def tidy_row(row: RosterRow) -> tuple[RosterRow, list[RosterProblem]]:
    """A row with tidy cells and a short year ("Year 05" becomes "5"), and its problems."""
    row = replace(
        row,
        first_name=tidy_cell(row.first_name),
        last_name=tidy_cell(row.last_name),
        class_name=tidy_cell(row.class_name),
        teachers=tuple(tidy_cell(email).lower() for email in row.teachers),
        pupil_id=tidy_cell(row.pupil_id),
    )
    found = [
        *_check_words(row.first_name, N_("The first name"), LONGEST_FIRST_NAME, NAME_SIGNS, digits=False),
        *_check_words(row.last_name, N_("The last name"), LONGEST_LAST_NAME, NAME_SIGNS, digits=False),
        *_check_words(row.class_name, N_("The class"), LONGEST_CLASS, CLASS_SIGNS, digits=True),
    ]
    if DAY.fullmatch(row.class_name):
        found.append((Message(BECAME_A_DAY), row.class_name))
    if len(row.pupil_id) > LONGEST_ID:
        too_long = Message(
            N_("%(column)s is longer than %(longest)d letters."),
            {"column": N_("The pupil number"), "longest": LONGEST_ID},
        )
        found.append((too_long, ""))
    elif row.pupil_id.startswith("="):
        found.append((Message(FORMULA), _excerpt(row.pupil_id)))
    try:
        row = replace(row, year=school_year(row.year))
    except ValueError:
        written = tidy_cell(row.year)
        text = (
            N_("The year cannot be read. Write N, R or 1 to 13.") if written else N_("%(column)s is empty.")
        )
        found.append((Message(text, {} if written else {"column": N_("The year")}), _excerpt(written)))
    return row, [RosterProblem(row.line, message, row.file, cell) for message, cell in found]


def _check_words(
    text: str, column: str, longest: int, signs: frozenset[str], digits: bool
) -> list[tuple[Message, str]]:
    """What is wrong with a name or a class, each with an excerpt of the cell."""
    if not text:
        return [(Message(N_("%(column)s is empty."), {"column": column}), "")]
    if text.startswith("="):
        return [(Message(FORMULA), _excerpt(text))]
    if len(text) > longest:
        longer = N_("%(column)s is longer than %(longest)d letters.")
        return [(Message(longer, {"column": column, "longest": longest}), _excerpt(text))]
    kinds = "LMN" if digits else "LM"
    strange = [sign for sign in text if sign not in signs and unicodedata.category(sign)[0] not in kinds]
    if strange or not any(unicodedata.category(sign)[0] in kinds for sign in text):
        text_of_it = N_("%(column)s has a character that does not belong in a name.")
        return [(Message(text_of_it, {"column": column}), _excerpt(text))]
    return []


def _excerpt(text: str) -> str:
    """A cell as a message quotes it: only the start, and only printable characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:30])
