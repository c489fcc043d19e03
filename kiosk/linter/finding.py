"""Findings of the linter about a line of content."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.content.problem import ContentProblem

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """One finding; an error stops a release, a warning asks a person to look."""

    path: Path
    line: int
    level: Level
    code: str  # a promise of docs/promises.md: L and a number, or promise A16
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.level} {self.code}: {self.message}"


def error(path: Path, line: int, code: str, message: str) -> Finding:
    """A finding that stops a release."""
    return Finding(path, line, "error", code, message)


def warning(path: Path, line: int, code: str, message: str) -> Finding:
    """A finding that asks a person to look."""
    return Finding(path, line, "warning", code, message)


def of_problem(problem: ContentProblem) -> Finding:
    """A problem found while reading content, as a finding."""
    return error(problem.path, problem.line, "L1", problem.message)
