"""What every such file is read into: lines of tidy cells, with the numbers that an editor shows."""

import unicodedata
from dataclasses import dataclass

from kiosk.wording.messages import N_, Refused

MEGABYTE = 2**20
MOST_BYTES = 2 * MEGABYTE
MOST_LINES = 20_000
MOST_COLUMNS = 200
TOO_LARGE = N_("The file is larger than %(megabytes)d MB.")
TOO_MANY_LINES = N_("The file has more than %(most)d lines, far more than a school's list.")
TOO_MANY_COLUMNS = N_("The file has more than %(most)d columns. Keep those that are needed.")


@dataclass(frozen=True)
class CellLine:
    """One line that is not blank, with its number in the file."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CellFile:
    """The lines of a file; `old_letters` where the file does not say which letters it uses, so that they may be wrong.

    `broken_at` is the line from which on it cannot be read, or 0.
    """

    lines: tuple[CellLine, ...]
    old_letters: bool = False
    broken_at: int = 0


class UnreadableFile(Refused):
    """A file of which nothing can be read; the message says why, and what to do."""


def tidy_cell(cell: str) -> str:
    """A cell without stray spaces and in normal Unicode form, so that equal names compare equal."""
    return " ".join(unicodedata.normalize("NFC", cell).split())


def line_of(number: int, cells: list[str]) -> CellLine:
    """A line with tidy cells, without the empty ones at its end; raises UnreadableFile if it has too many."""
    tidy = [tidy_cell(cell) for cell in cells]
    while tidy and not tidy[-1]:
        tidy.pop()
    if len(tidy) > MOST_COLUMNS:
        raise UnreadableFile(TOO_MANY_COLUMNS, most=MOST_COLUMNS)
    return CellLine(number, tuple(tidy))
