"""Warnings that a person has looked at and lets stand, each with the reason: `accepted.yml` of the content folder."""

from collections.abc import Iterable
from pathlib import Path

from kiosk.content.source import Schema, Source, Text, check, read_source
from kiosk.linter.finding import Finding, warning

FILE = "accepted.yml"


class Accepted(Schema):
    """A warning that stands: of which file and rule, a part of what it says, and why it is right as it is."""

    file: Text  # below the content folder
    code: Text
    says: Text
    why: Text

    def fits(self, finding: Finding, content_dir: Path) -> bool:
        """Whether this is said of a finding; an error is never accepted."""
        return (
            finding.level == "warning"
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
    return [*left, *_idle(accepted, found, content_dir, source)]


def _idle(
    accepted: list[Accepted], found: list[Finding], content_dir: Path, source: Source
) -> Iterable[Finding]:
    for number, entry in enumerate(accepted):
        if not any(entry.fits(one, content_dir) for one in found):
            message = f'nothing of {entry.code} in {entry.file} says "{entry.says}" any more: take it out'
            yield warning(source.path, source.line(number), "L1", message)
