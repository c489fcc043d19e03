"""What every table and column stores, said where it is defined: the data protection assessment is written from it."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

# Columns that hold the same wherever they stand.
SAME_EVERYWHERE = {
    "id": "a random number",
    "staff_id": "the adult",
    "pupil_id": "the child",
    "class_group_id": "the class",
    "window_id": "the open class",
    "lesson_id": "the lesson",
    "quiz_id": "the quiz",
    "question_id": "the question",
    "code_id": "the Code",
    "code_version": "its version",
    "version": "which wording",
    "incident_id": "the case",
    "report_id": "the report",
    "place": "the step",
    "seq": "the number of the line",
    "day": "the day",
    "set_on": "the day on which it was set",
    "due_on": "the day on which it is due",
    "done_on": "the day on which it was done",
    "asked_by_id": "who asked",
    "asked_on": "the day on which it was asked",
}
HEADS = "|column|what it holds|what for|basis|kept until|\n|---|---|---|---|---|"
# The ground of data protection law on which something is stored: a proposal, which the school checks.
PUBLIC_TASK, SAFEGUARDING, NOT_PERSONAL = "public task", "safeguarding", "not personal"
_CITATION = re.compile(r" \(promises? [^)]*\)")
_Model = TypeVar("_Model", bound=type[DeclarativeBase])


def described(what: str, *column: Any, until: str = "", basis: str = "", **options: Any) -> MappedColumn[Any]:
    """A column that says what it holds, and how long and on which basis where that differs from its table."""
    return mapped_column(*column, info={"what": what, "until": until, "basis": basis}, **options)


def stores(basis: str, purpose: str, *, until: str) -> Callable[[_Model], _Model]:
    """Say of a table on which basis, what for and until when rows are kept; what they hold, its docstring says."""

    def say(model: _Model) -> _Model:
        what = _CITATION.sub("", (model.__doc__ or "").partition(".")[0])
        said = {"what": what, "purpose": purpose, "until": until, "basis": basis}
        model.metadata.tables[model.__tablename__].info.update(said)
        return model

    return say


def column_row(table: Table, column: Column[Any]) -> tuple[str, str, str, str, str]:
    """Name, content, purpose, basis and keeping time of a column; KeyError where nobody has said what it holds."""
    said, whole = column.info, table.info
    what = said["what"] if said else SAME_EVERYWHERE[column.name]
    basis, until = said.get("basis") or whole["basis"], said.get("until") or whole["until"]
    return column.name, what, whole["purpose"], basis, until


def table_rows(trees: dict[str, MetaData]) -> Iterator[str]:
    """Every table as one row of Markdown, with a heading for each database and basis."""
    for tree, metadata in trees.items():
        for basis in (PUBLIC_TASK, SAFEGUARDING, NOT_PERSONAL):
            tables = [table for _, table in sorted(metadata.tables.items()) if table.info["basis"] == basis]
            if tables:
                yield f"\n### {tree}: {basis}\n\n|table|what it holds|kept until|\n|---|---|---|"
            for table in tables:
                yield _row(table.name, table.info["what"], table.info["until"])


def column_rows(trees: dict[str, MetaData]) -> Iterator[str]:
    """Every column as one row of Markdown, with a heading for each table."""
    for tree, metadata in trees.items():
        for _, table in sorted(metadata.tables.items()):
            yield f"\n### {table.name} ({tree} database): {table.info['what']}\n\n{HEADS}"
            for column in table.columns:
                yield _row(*column_row(table, column))


def _row(*cells: str) -> str:
    return f"|{'|'.join(cells)}|"
