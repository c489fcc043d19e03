"""CSV as Excel and school systems write it: commas, semicolons or tabs; UTF-8, UTF-16 or old Windows letters."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from kiosk.accounts.spreadsheets.cells import (
    MEGABYTE,
    MOST_BYTES,
    MOST_LINES,
    TOO_LARGE,
    TOO_MANY_LINES,
    CellFile,
    CellLine,
    UnreadableFile,
    line_of,
)
from kiosk.wording.messages import N_

DELIMITERS = (",", ";", "\t")
LINES_TRIED = 40  # at the start of the file, to see what separates its cells


class BrokenLine(Exception):
    """A line at which a quotation mark is out of place."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


def read_csv(data: bytes, known: Callable[[Sequence[str]], int] = len) -> CellFile:
    """The lines of a CSV file; `known` says how many cells of a line are expected headings. Raises UnreadableFile."""
    if len(data) > MOST_BYTES:
        raise UnreadableFile(TOO_LARGE, megabytes=MOST_BYTES // MEGABYTE)
    text, old = decode_text(data)
    if not text.strip():
        raise UnreadableFile(N_("The file is empty."))
    if "\0" in text:
        raise UnreadableFile(N_("This is not a CSV file. Save the list as “CSV UTF-8” and try again."))
    delimiter = max(DELIMITERS, key=lambda sign: _fitting(text, sign, known))
    lines: list[CellLine] = []
    try:
        for number, cells in _read_lines(text, delimiter):
            if len(lines) == MOST_LINES:
                raise UnreadableFile(TOO_MANY_LINES, most=MOST_LINES)
            lines.append(line_of(number, cells))
    except BrokenLine as broken:
        return CellFile(tuple(lines), old, broken.number)
    return CellFile(tuple(lines), old)


def decode_text(data: bytes) -> tuple[str, bool]:
    """The text of a file, and whether its letters are those of an older Windows; raises UnreadableFile."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), False
        try:
            return data.decode("utf-8-sig"), False
        except UnicodeDecodeError:
            return data.decode("cp1252"), True
    except UnicodeDecodeError:
        raise UnreadableFile(
            N_("The letters cannot be read. Save the file as “CSV UTF-8” and try again.")
        ) from None


def _read_lines(text: str, delimiter: str) -> Iterable[tuple[int, list[str]]]:
    """Every line that is not blank, with the number it starts on; raises BrokenLine."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error:
        raise BrokenLine(start) from None


def _fitting(text: str, delimiter: str, known: Callable[[Sequence[str]], int]) -> tuple[int, int]:
    best, most = 0, 0
    try:
        for _, cells in islice(_read_lines(text, delimiter), LINES_TRIED):
            best, most = max(best, known(cells)), max(most, len(cells))
    except BrokenLine:
        pass
    return best, most
