"""Excel workbooks: the first sheet with something on it, read by openpyxl once the archive is known to be harmless.

Formulas are never calculated and their stored results never taken: a cell that holds one says so.
"""

import io
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from kiosk.accounts.spreadsheets.cells import (
    MEGABYTE,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_LINES,
    TOO_LARGE,
    TOO_MANY_LINES,
    CellFile,
    CellLine,
    UnreadableFile,
    line_of,
)
from kiosk.wording.messages import N_

# A small archive may unpack to something enormous. 5,000 children in twenty columns stay well below this.
MOST_UNPACKED_BYTES = 10 * MEGABYTE
MOST_MEMBERS = 500
# What openpyxl makes an object of, and so takes time. Twenty columns of 5,000 children have 100,000 cells.
MOST_ELEMENTS = {"row": 50_000, "c": 300_000, "xf": 20_000, "definedName": 2_000}
MOST_OTHERS = 300_000  # of any one kind
LAST_ROW = 100_000  # by the number that it gives itself: openpyxl makes the empty ones up to it
PIECE_BYTES = 64 * 1024
KNOWN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # also that of a workbook with a password
TOO_MUCH = N_(
    "The workbook holds far more than a school's list, or unpacks to more than %(megabytes)d MB. "
    "Copy the list into a new workbook, and import that."
)
ACTIVE = N_(
    "The workbook has macros or fetches from other files. Copy the list into a new workbook as values, and import that."
)
BROKEN = N_("The workbook is damaged or locked with a password. Save it as .xlsx without a password.")
OLD = N_("This is a workbook of an old kind, or it has a password. Save it as .xlsx without a password.")


def is_workbook(data: bytes) -> bool:
    """Whether a file says that it is an Excel workbook, of whatever age."""
    if data.startswith(OLD_WORKBOOK):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def read_xlsx(data: bytes) -> CellFile:
    """The lines of the first visible sheet that has any; raises UnreadableFile."""
    if data.startswith(OLD_WORKBOOK):
        raise UnreadableFile(OLD)
    if len(data) > MOST_BYTES:
        raise UnreadableFile(TOO_LARGE, megabytes=MOST_BYTES // MEGABYTE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
        with warnings.catch_warnings(action="ignore"):  # of extensions that openpyxl leaves out
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            try:
                for sheet in book.worksheets:
                    if sheet.sheet_state == "visible" and (lines := _sheet_lines(sheet)):
                        return CellFile(tuple(lines))
            finally:
                book.close()
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ArithmeticError):
        raise UnreadableFile(BROKEN) from None
    # what openpyxl raises of bad XML
    except (
        SyntaxError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
    ):
        raise UnreadableFile(BROKEN) from None
    raise UnreadableFile(N_("The file is empty."))


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse what is too large, acts by itself or names entities, before openpyxl reads any of it."""
    members = archive.infolist()
    if sum(info.file_size for info in members) > MOST_UNPACKED_BYTES or len(members) > MOST_MEMBERS:
        raise UnreadableFile(TOO_MUCH, megabytes=MOST_UNPACKED_BYTES // MEGABYTE)
    names = [info.filename.lower() for info in members]
    if any("vbaproject" in name or "externallink" in name or name == "xl/connections.xml" for name in names):
        raise UnreadableFile(ACTIVE)
    for info in members:
        if info.compress_type not in KNOWN_PACKING:
            raise UnreadableFile(BROKEN)
        _check_member(archive, info)


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refuse very many elements, and a document type, without which XML has no entities.

    A member that is no XML is nothing to openpyxl either.
    """
    parser = expat.ParserCreate()
    counts: Counter[str] = Counter()

    def count(name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        counts[kind] += 1
        far = kind == "row" and int(attributes.get("r", "0")) > LAST_ROW
        if far or counts[kind] > MOST_ELEMENTS.get(kind, MOST_OTHERS):
            raise UnreadableFile(TOO_MUCH, megabytes=MOST_UNPACKED_BYTES // MEGABYTE)

    def refuse(*_: Any) -> None:
        raise UnreadableFile(BROKEN)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = count
    with archive.open(info) as member:
        try:
            while piece := member.read(PIECE_BYTES):  # never more than `file_size` says
                parser.Parse(piece)
        except expat.ExpatError:
            return


def _sheet_lines(sheet: ReadOnlyWorksheet) -> list[CellLine]:
    lines: list[CellLine] = []
    width = 0
    # Both bounds are ours: those that the sheet names may be false.
    rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS + 1, values_only=True)
    for number, values in enumerate(rows, start=1):
        if not any(values):
            continue
        line = line_of(number, [_text_of(value) for value in values])
        if not line.cells:
            continue
        if len(lines) == MOST_LINES:
            raise UnreadableFile(TOO_MANY_LINES, most=MOST_LINES)
        lines.append(line)
        width = max(width, len(line.cells))
    return [CellLine(line.number, line.cells + ("",) * (width - len(line.cells))) for line in lines]


def _text_of(value: object) -> str:
    """A cell as somebody who looks at it reads it: 7.0 as 7; a day as 2026-11-30."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
