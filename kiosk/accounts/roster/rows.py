"""What every roster file is read into: rows, and problems with their line numbers."""

import re
import unicodedata
from dataclasses import dataclass, replace

from kiosk.bands import band_of_year
from kiosk.wording.messages import N_, Message

MOST_ROWS = 5_000
MOST_BYTES = 2 * 1024 * 1024
LONGEST_FIRST_NAME = 40  # "Amira" may become "Amira Kh" on a tile, and a tile holds 60
LONGEST_LAST_NAME = 80
LONGEST_CLASS = 60
LONGEST_ID = 120
NAME_SIGNS = frozenset(" '’-.")
CLASS_SIGNS = frozenset(" '’-.&()/_")
YEAR_WORDS = {"RECEPTION": "R", "EYFS": "R", "NURSERY": "N"}
YEAR = re.compile(r"(?:Y(?:EAR)?\s*)?0?(\d{1,2}|R|N)")


@dataclass(frozen=True)
class RosterProblem:
    """One problem on one line (0: the whole file) of one file of an archive."""

    line: int
    message: Message
    file: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, f"line {self.line}" if self.line else "") if part)
        return f"{place}: {self.message}" if place else str(self.message)


def problem_at(line: int, text: str, file: str = "", **values: str | int) -> RosterProblem:
    """A problem in a sentence with its values."""
    return RosterProblem(line, Message(text, values), file)


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


def tidy_cell(cell: str) -> str:
    """A cell without stray spaces and in normal Unicode form, so that equal names compare equal."""
    return " ".join(unicodedata.normalize("NFC", cell).split())


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
    messages = [
        *_check_words(row.first_name, N_("first_name"), LONGEST_FIRST_NAME, NAME_SIGNS, digits=False),
        *_check_words(row.last_name, N_("last_name"), LONGEST_LAST_NAME, NAME_SIGNS, digits=False),
        *_check_words(row.class_name, N_("class"), LONGEST_CLASS, CLASS_SIGNS, digits=True),
    ]
    if len(row.pupil_id) > LONGEST_ID:
        messages.append(Message(N_("pupil_id is longer than %(longest)d letters."), {"longest": LONGEST_ID}))
    try:
        row = replace(row, year=short_year(row.year))
    except ValueError:
        messages.append(
            Message(N_("year is “%(year)s”: write N, R or 1 to 13."), {"year": _excerpt(tidy_cell(row.year))})
            if tidy_cell(row.year)
            else Message(N_("year is empty: write N, R or 1 to 13."))
        )
    return row, [RosterProblem(row.line, message, row.file) for message in messages]


def short_year(written: str) -> str:
    """The year as it is stored: N, R or a number; raises ValueError for anything else."""
    band_of_year(written)
    text = tidy_cell(written).upper()
    found = YEAR.fullmatch(YEAR_WORDS.get(text, text))
    if found is None:
        raise ValueError(f"no school year {written!r}")
    return found[1]


def _check_words(text: str, column: str, longest: int, signs: frozenset[str], digits: bool) -> list[Message]:
    if not text:
        return [Message(N_("%(column)s is empty."), {"column": column})]
    if len(text) > longest:
        return [
            Message(
                N_("%(column)s is longer than %(longest)d letters."), {"column": column, "longest": longest}
            )
        ]
    kinds = "LMN" if digits else "LM"
    strange = [sign for sign in text if sign not in signs and unicodedata.category(sign)[0] not in kinds]
    if strange or not any(unicodedata.category(sign)[0] in kinds for sign in text):
        return [
            Message(
                N_("%(column)s “%(text)s” has a character that does not belong in a name."),
                {"column": column, "text": _excerpt(text)},
            )
        ]
    return []


def _excerpt(text: str) -> str:
    """A cell as a message quotes it: only the start, and only printable characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:30])
