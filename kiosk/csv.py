"""CSV that a spreadsheet shows and never runs (promise E6)."""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet reads UTF-8 as its own old code page
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), the wide forms of Japanese
# keyboards among them.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what would be a formula, blanks in front or not."""
    risky = cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
    return f"'{cell}" if risky else cell


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a CSV file: UTF-8 with BOM, every cell safe, lines as RFC 4180 ends them."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + written.getvalue()).encode("utf-8")
