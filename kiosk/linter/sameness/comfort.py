"""Idle promises: words of comfort that a lesson says more than once, until nobody hears them (promise L21)."""

import re
from collections.abc import Iterator, Sequence

from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work

_COMFORTS = {
    "not in trouble": r"(?:\bnot|n['’]t)(?: be)?(?: get| getting)?(?: in| into) (?:any )?trouble",
    "do not have to": r"\b(?:do|does) ?(?:not|n['’]t) have to",
    "you are not alone": r"\byou(?: are|['’]re) not alone|\byou (?:are not|aren['’]t) alone",
    "it is OK": r"\bit(?: is|['’]s) (?:OK|okay|all right|alright)",
}


def check_comfort(works: Sequence[Work]) -> Iterator[Finding]:
    """Find each comfort from its second time in a lesson on; the page of helpers says it anyway."""
    for work in works:
        for said, pattern in _COMFORTS.items():
            first: tuple[Passage, int] | None = None
            for passage in work.running:
                for match in re.finditer(rf"(?:{pattern})\b", passage.text, re.IGNORECASE):
                    line = passage.line_at(match.start())
                    if first is None:
                        first = passage, line
                        continue
                    message = f'"{said}" once a lesson: it stands in {place(first[0].path, first[1])} already'
                    yield warning(passage.path, line, "L21", message)
