"""Finds lines that still stand as `kiosk content new` wrote them: they would go out as a lesson that nobody wrote."""

import re
from collections.abc import Iterator

from kiosk.linter.finding import Finding, error
from kiosk.linter.passages import Passage

# Whole lines, and none that an author might write as well.
_LEFT = re.compile(
    r"(?:#+ )?(?:A short heading|Say what happens (?:first|next|then)\.|What is so now\?|Say where you are\.|"
    r"What (?:one|another) does|Say what it costs\.|Say what comes next\.|Say who does what\.|Say how to lead\.|"
    r"What is asked here\?|Give the next thought\.|Say why it fits\.|Say what is so\.|"
    r"What (?:one child|another|a third|a fourth) thinks)"
)


def check_leftover(passage: Passage) -> Iterator[Finding]:
    """Find what nobody has written over yet (promise L1)."""
    for number, line in enumerate(passage.text.split("\n")):
        if _LEFT.fullmatch(line.strip()):
            message = f'this line still stands as "kiosk content new" wrote it: "{line.strip()}"'
            yield error(passage.path, passage.line + number, "L1", message)
