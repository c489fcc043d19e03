"""The register as one list: who signed what, narrowed by who, which Code, version, decision and day, page by page."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kiosk.conduct.signing import DecisionState
from kiosk.oversight.everybody import normalise_for_search
from kiosk.oversight.paging import on_page
from kiosk.oversight.signatures import RegisterLine, RegisterPart
from kiosk.wording.messages import N_

NOT_SIGNED = "unsigned"  # everybody who does not agree to the Code in force, for any reason


class Signer(enum.StrEnum):
    """Who may sign a Code. Parents sign on paper; visitors stand in a book of their own."""

    PUPIL = "pupil"
    STAFF = "staff"
    PARENT = "parent"
    VISITOR = "visitor"


@dataclass(frozen=True)
class RegisterQuery:
    """What to search for in the register; an empty field matches everything."""

    name: str = ""
    signer: Signer | None = None
    code_id: str = ""
    version: int = 0
    decision: str = ""  # a state, or NOT_SIGNED
    since: date | None = None
    until: date | None = None


def filter_register(parts: Sequence[RegisterPart], query: RegisterQuery) -> list[RegisterPart]:
    """The lines that match a search, grouped in their parts; a part without any is left out."""
    kept = []
    for part in parts:
        lines = tuple(line for line in part.lines if _matches(part, line, query))
        if lines:
            kept.append(part.with_lines(lines))
    return kept


def page_of(parts: Sequence[RegisterPart], number: int) -> list[RegisterPart]:
    """The parts with the lines of a page, counted from 1, or all of them for 0."""
    lines = [(part, line) for part in parts for line in part.lines]
    of_part = groupby(on_page(lines, number), key=lambda one: id(one[0]))
    shown = [list(found) for _id, found in of_part]
    return [found[0][0].with_lines(tuple(line for _part, line in found)) for found in shown]


def codes_in(parts: Sequence[RegisterPart]) -> list[str]:
    """The Codes that these people are asked about."""
    return list(dict.fromkeys(part.code_id for part in parts if part.code_id))


def versions_in(parts: Sequence[RegisterPart]) -> list[int]:
    """Every version that somebody decided about, the newest first."""
    return sorted({line.version for part in parts for line in part.lines if line.version}, reverse=True)


def decision_choices(say: Callable[[str], str], words: dict[DecisionState, str]) -> list[tuple[str, str]]:
    """What can be chosen as a decision: every state, and "not signed" for any reason."""
    return [
        ("", say(N_("Any decision"))),
        (NOT_SIGNED, say(N_("Not agreed yet, for any reason"))),
        *((state.value, say(word)) for state, word in words.items()),
    ]


def _matches(part: RegisterPart, line: RegisterLine, query: RegisterQuery) -> bool:
    signer = Signer.PUPIL if part.year else Signer.STAFF
    if query.signer and query.signer is not signer:
        return False
    if query.code_id and query.code_id != part.code_id:
        return False
    if query.name and normalise_for_search(query.name) not in normalise_for_search(line.name):
        return False
    if query.decision == NOT_SIGNED and line.signed:
        return False
    if query.decision not in {"", NOT_SIGNED, line.state.value}:
        return False
    if query.version and query.version != line.version:
        return False
    if query.since and (line.decided_on is None or line.decided_on < query.since):
        return False
    return not (query.until and (line.decided_on is None or line.decided_on > query.until))
