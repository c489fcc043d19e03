"""Findings of the linter about a line of content, and those that somebody has accepted (`accepted.yml`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.content.problem import ContentProblem
from kiosk.content.source import Schema, Source, Text, check, read_source

Level = Literal["error", "warning"]
FILE = "accepted.yml"
LINE_LONGEST = 160
WORDS = "L11"  # a word that is not for children may be what a lesson is about


@dataclass(frozen=True, order=True)
class Finding:
    """One finding; an error stops a release, a warning asks a person to look."""

    path: Path
    line: int
    level: Level
    code: str  # a promise of docs/promises.md: L and a number, or promise A16, promise E14
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.level} {self.code}: {self.message}"

    def shown_line(self) -> str:
        """The line of the file that it is about, to be read beside the message; "" where there is none."""
        lines = self.path.read_text("utf-8", "replace").splitlines() if self.path.is_file() else []
        return lines[self.line - 1].strip()[:LINE_LONGEST] if self.line <= len(lines) else ""


def error(path: Path, line: int, code: str, message: str) -> Finding:
    """A finding that stops a release."""
    return Finding(path, line, "error", code, message)


def warning(path: Path, line: int, code: str, message: str) -> Finding:
    """A finding that asks a person to look."""
    return Finding(path, line, "warning", code, message)


def of_problem(problem: ContentProblem) -> Finding:
    """A problem found while reading content, as a finding."""
    return error(problem.path, problem.line, "L1", problem.message)


class Accepted(Schema):
    """A warning, or a word, that stands: of which file and rule, a part of what it says, and why it is right."""

    file: Text  # below the content folder
    code: Text
    says: Text
    why: Text

    def fits(self, finding: Finding, content_dir: Path) -> bool:
        """Whether this is said of a finding; an error is never accepted, but for a word that the subject needs."""
        return (
            (finding.level == "warning" or finding.code == WORDS)
            and (finding.code, finding.path) == (self.code, content_dir / self.file)
            and self.says in finding.message
        )


def without_accepted(findings: Iterable[Finding], content_dir: Path, path: Path) -> list[Finding]:
    """The findings that no entry of a file accepts, and a warning for each entry that fits none any more.

    Raises ContentError for a file that cannot be read; where there is no file, nothing is accepted.
    """
    found = list(findings)
    if not path.is_file():
        return found
    source = read_source(path)
    accepted = check(source, list[Accepted])
    left = [one for one in found if not any(entry.fits(one, content_dir) for entry in accepted)]
    return [*left, *_unused_exceptions(accepted, found, content_dir, source)]


def _unused_exceptions(
    accepted: list[Accepted], found: list[Finding], content_dir: Path, source: Source
) -> Iterable[Finding]:
    for number, entry in enumerate(accepted):
        if not any(entry.fits(one, content_dir) for one in found):
            message = f'nothing of {entry.code} in {entry.file} says "{entry.says}" any more: take it out'
            yield warning(source.path, source.line(number), "L1", message)
