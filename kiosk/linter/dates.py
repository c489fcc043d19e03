"""Review dates: what somebody must check again, now or soon (promise L16)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from kiosk.content.source import Source
from kiosk.linter.finding import Finding, error, warning
from kiosk.wording.facts import Checked

SOON = timedelta(days=60)


def check_date(path: Path, line: int, what: str, review_by: date, today: date) -> Iterator[Finding]:
    """Compare one review date with today."""
    if review_by < today:
        yield error(path, line, "L16", f"{what} should have been checked again by {review_by}")
    elif review_by - today <= SOON:
        yield warning(path, line, "L16", f"{what} must be checked again by {review_by}")


def check_sources(source: Source, entries: Sequence[Checked], today: date) -> Iterator[Finding]:
    """Check every fact or helpline of a file, in the order of the file."""
    for index, entry in enumerate(entries):
        line = source.line(index, "review_by")
        if entry.checked_on > today:
            yield error(
                source.path, source.line(index, "checked_on"), "L16", f'"{entry.id}": checked in the future'
            )
        yield from check_date(source.path, line, f'"{entry.id}"', entry.review_by, today)
