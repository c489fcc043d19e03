"""Passages and findings for tests of the linter's rules."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.bands import Band
from kiosk.linter.check import check_content
from kiosk.linter.finding import Finding
from kiosk.linter.passages import Passage, Use

PATH = Path("some.md")
TODAY = date(2026, 11, 24)


def passage(text: str, use: Use = "screen", band: Band | None = Band.KS2, **more: Any) -> Passage:
    """Some words for ks2, at line 10."""
    return Passage(PATH, 10, text, use, band, **more)


def codes(findings: Iterable[Finding]) -> list[str]:
    """Level and code of each finding, in order."""
    return [f"{finding.level} {finding.code}" for finding in findings]


def found(folder: Path, code: str, today: date = TODAY) -> list[Finding]:
    """Findings of one code over a whole content folder."""
    return [finding for finding in check_content(folder, today) if finding.code == code]
