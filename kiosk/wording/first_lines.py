"""What stands where a page is not in a language yet (content/first_lines), shown once two people approved it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from kiosk.content.problem import ContentProblem, raise_if_any
from kiosk.content.source import Schema, Text
from kiosk.wording.facts import Facts
from kiosk.wording.translated import scan_translated

FOLDER = "first_lines"
LineName = Literal["not-yet", "ring-us"]
FirstLines = Mapping[str, Mapping[LineName, str]]  # by language


class LinesFile(Schema):
    """The sentences in one language; a translation names the English it was made from."""

    form: Literal["lines/1"] = Field(alias="schema")
    id: Literal["first"]
    lang: str
    version: Annotated[int, Field(ge=1)]
    title: Text
    text: Annotated[dict[LineName, Text], Field(min_length=2)]
    source_hash: str = ""
    translator: str = ""
    reviewed_by: str = ""
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it


def read_first_lines(content_dir: Path, facts: Facts) -> FirstLines:
    """Every sentence that follows its English; raises ContentError with all problems of all files."""
    files, problems = scan_first_lines(content_dir, facts)
    raise_if_any(problems)
    return {lang: file.text for (_, lang), file in files.items()}


def scan_first_lines(
    content_dir: Path, facts: Facts
) -> tuple[dict[tuple[str, str], LinesFile], list[ContentProblem]]:
    """The files that could be read, a stale translation left out, and every problem of those that could not."""
    return scan_translated(content_dir / FOLDER, LinesFile, "id", facts)
