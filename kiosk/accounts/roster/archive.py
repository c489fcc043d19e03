"""Files of an archive, read line by line: what they unpack to is counted as it comes, and never kept whole."""

import csv
import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from kiosk.accounts.roster.rows import MOST_ROWS, unusable
from kiosk.messages import N_

MEGABYTE = 2**20
# A small archive may unpack to something enormous. A real one of a school with 5,000 children is well below these.
MOST_UNPACKED_BYTES = 16 * MEGABYTE  # of one file
MOST_TOGETHER_BYTES = 24 * MEGABYTE  # of all the files that are read
MOST_LINES = 20 * MOST_ROWS  # of one file: each child may stand in many classes
LONGEST_LINE = 64 * 1024
MOST_COLUMNS = 200
PIECE_BYTES = 64 * 1024
# The others unpack a whole block at once, or take memory by what the archive says.
KNOWN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
TOO_LARGE = N_(
    "%(file)s unpacks to more than %(megabytes)d MB, far more than a school's list. Export it again, and import that."
)
TOO_LARGE_TOGETHER = N_(
    "The files of the archive unpack to more than %(megabytes)d MB together, far more than a school's list. "
    "Export it again, and import that."
)
TOO_MANY_LINES = N_(
    "%(file)s has more than %(most)d lines, far more than a school's list. Export it again, and import that."
)


class Unreadable(Exception):
    """An archive that kiosk cannot read; `roster` says why."""

    def __init__(self, text: str, **values: str | int) -> None:
        self.roster = unusable(text, **values)
        super().__init__(str(self.roster.problems[0]))


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """One line of one file, by column; a column that the file does not have is empty."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass
class _Allowance:
    """How many bytes may still be unpacked from the archive."""

    left: int = field(default_factory=lambda: MOST_TOGETHER_BYTES)


def unpack(data: bytes, files: Mapping[str, Collection[str]]) -> dict[str, list[ArchiveLine]]:
    """The lines of the named files, each with the columns that are asked for; raises Unreadable."""
    allowance = _Allowance()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = {name: _member(archive, name) for name in files}
            return {
                name: _table(archive, member, name, files[name], allowance) for name, member in found.items()
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable(N_("The archive is damaged or locked with a password.")) from None


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [info for info in archive.infolist() if info.filename.rsplit("/", 1)[-1].lower() == name]
    if not members:
        raise Unreadable(N_("%(file)s is missing from the archive."), file=name)
    if len(members) > 1:
        raise Unreadable(N_("%(file)s is in the archive twice."), file=name)
    if members[0].compress_type not in KNOWN_PACKING:
        raise Unreadable(
            N_("%(file)s is packed in a way that kiosk does not read. Make an ordinary .zip file."), file=name
        )
    return members[0]


def _table(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    name: str,
    columns: Collection[str],
    allowance: _Allowance,
) -> list[ArchiveLine]:
    with archive.open(member) as packed:
        try:
            lines = list(_lines(_text_of(_Counted(packed, name, allowance)), name, columns))
        except (UnicodeDecodeError, csv.Error):
            raise Unreadable(N_("%(file)s is not CSV in UTF-8."), file=name) from None
    if not lines:
        raise Unreadable(N_("%(file)s is empty."), file=name)
    return lines[1:]


class _Counted(io.RawIOBase):
    """What a file unpacks to, a piece at a time; stops at the first byte too many, whatever the archive says."""

    def __init__(self, packed: IO[bytes], name: str, allowance: _Allowance) -> None:
        self._packed, self._name, self._allowance = packed, name, allowance
        self._left = MOST_UNPACKED_BYTES

    def readable(self) -> bool:
        """It is read, and nothing else."""
        return True

    def readinto(self, into: Any) -> int:
        """Fill `into`; raises Unreadable once more was unpacked than is allowed."""
        view = memoryview(into)
        piece = self._packed.read(min(len(view), PIECE_BYTES))
        self._left -= len(piece)
        self._allowance.left -= len(piece)
        if self._left < 0:
            raise Unreadable(TOO_LARGE, file=self._name, megabytes=MOST_UNPACKED_BYTES // MEGABYTE)
        if self._allowance.left < 0:
            raise Unreadable(TOO_LARGE_TOGETHER, megabytes=MOST_TOGETHER_BYTES // MEGABYTE)
        view[: len(piece)] = piece
        return len(piece)


def _text_of(unpacked: io.RawIOBase) -> io.TextIOWrapper:
    buffered = io.BufferedReader(unpacked, PIECE_BYTES)
    utf16 = buffered.peek(2)[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return io.TextIOWrapper(buffered, encoding="utf-16" if utf16 else "utf-8-sig", newline="")


def _lines(text: io.TextIOWrapper, name: str, columns: Collection[str]) -> Iterator[ArchiveLine]:
    """The heading and every line that is not blank; of each only the columns that are asked for."""
    reader = csv.reader(_short_lines(text, name), strict=True)
    places: dict[str, int] | None = None
    start, count = 1, 0
    for cells in reader:
        number, start = start, reader.line_num + 1
        count += 1
        if count > MOST_LINES:
            raise Unreadable(TOO_MANY_LINES, file=name, most=MOST_LINES)
        if not any(cell.strip() for cell in cells):
            continue
        if places is None:
            places = {cell.strip(): place for place, cell in enumerate(cells[:MOST_COLUMNS])}
        held = {
            column: cells[places[column]].strip()
            for column in columns
            if places.get(column, len(cells)) < len(cells)
        }
        yield ArchiveLine(number, held)


def _short_lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), start=1):
        if len(line) == LONGEST_LINE:
            raise csv.Error("a line without an end")
        if number > MOST_LINES:  # also where a quotation mark makes one row of many lines
            raise Unreadable(TOO_MANY_LINES, file=name, most=MOST_LINES)
        yield line
