"""What a reader signs who did not write it: things of its own, no sayings at the ends (promise L21)."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.works import Work

_SIGNED = re.compile(
    r"^Things and endings: (?:not read yet|read aloud in version (\d+), (.+))$", re.MULTILINE
)


def check_signatures(works: Sequence[Work], content_dir: Path) -> Iterator[Finding]:
    """Find reviews in which nobody says what a list of words cannot know; a folder without reviews has none.

    A draft may say that it was not read yet; what counts as reviewed may not.
    """
    folder = content_dir / "reviews"
    for work in works if folder.is_dir() else ():
        head = work.page.head if work.page else None
        if head is None:
            continue
        path = folder / f"{work.id}.md"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        signed = _SIGNED.search(text)
        line = text.count("\n", 0, signed.start()) + 1 if signed else 1
        if signed and (signed[1] == str(head.version) if signed[1] else head.status == "draft"):
            continue
        message = (
            f"nobody has signed version {head.version}: read it aloud to somebody, then write “Things and endings: "
            f"read aloud in version {head.version}, the snail is its own, no paragraph ends in a saying” here"
        )
        yield warning(path, line, "L21", message)
