"""CSV files in which a spreadsheet finds no formula to run (promise E6)."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets read UTF-8 as a legacy code page
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection). The minus of mathematics has no plain
# form in Unicode, and is one for a spreadsheet all the same.
FORMULA_STARTS = ("=", "+", "-", "@", "\N{MINUS SIGN}")
BREAKS = ("\t", "\r", "\n")  # a spreadsheet may take what follows a line break for a new cell


def safe_cell(cell: str) -> str:
    """A cell that no spreadsheet runs: a formula gets an apostrophe in front, even after blanks.

    Also one after a semicolon: where that parts the cells of a list, a spreadsheet begins a new one there.
    """
    return ";".join(_safe_part(part) for part in cell.split(";"))


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a CSV file: UTF-8 with BOM, every cell safe, lines as RFC 4180 ends them."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + written.getvalue()).encode("utf-8")


def csv_name(*what: str, day: date) -> str:
    """The name of a file by what it holds and the day: "completion-4-swifts-2026-11-28.csv".

    Letters that not every computer takes in a name lose their accents or are left out.
    """
    plain = unicodedata.normalize("NFKD", " ".join(what)).encode("ascii", "ignore").decode().lower()
    return "-".join([*re.findall(r"[a-z0-9]+", plain), day.isoformat()]) + ".csv"


def _safe_part(cell: str) -> str:
    return f"'{cell}" if cell.startswith(BREAKS) or _plain_start(cell).startswith(FORMULA_STARTS) else cell


def _plain_start(cell: str) -> str:
    # Full-width, small and superscript signs are normalised first; an invisible character must not hide a formula
    # sign.
    plain = unicodedata.normalize("NFKC", cell)
    seen = (
        at
        for at, sign in enumerate(plain)
        if not sign.isspace() and sign != '"' and unicodedata.category(sign)[0] != "C"
    )
    return plain[next(seen, len(plain)) :]
