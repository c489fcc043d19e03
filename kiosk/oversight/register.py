"""The register as one list: who signed what, narrowed by who, which Code, version, decision and day, page by page."""

import enum
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.conduct.code import Codes
from kiosk.conduct.models import SignOff
from kiosk.conduct.signing import STAFF_CODE, DecisionState
from kiosk.oversight.decisions import state_column, with_decisions
from kiosk.oversight.everybody import normalise_for_search
from kiosk.oversight.paging import ON_A_PAGE, on_page
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


def conditions_of(codes: Codes, query: RegisterQuery) -> Iterator[ColumnElement[bool]]:
    """What a search asks of a child's decision, for a row of `with_decisions`; not of the name, nor who signs what."""
    state = state_column(codes)
    if query.decision == NOT_SIGNED:
        yield state != DecisionState.AGREED.value
    elif query.decision:
        yield state == query.decision
    if query.version:
        yield SignOff.code_version == query.version
    if query.since:
        yield SignOff.decided_on >= query.since
    if query.until:
        yield SignOff.decided_on <= query.until


def count_found(
    session: Session, classes: Sequence[ClassGroup], codes: Codes, query: RegisterQuery
) -> Counter[uuid.UUID]:
    """How many children of each of these classes match a search; one query, a row a class if no name is searched."""
    if query.signer not in {None, Signer.PUPIL}:
        return Counter()
    asked = [group.id for group in classes if query.code_id in {"", group.band.value}]
    matching = (Pupil.class_group_id.in_(asked), Pupil.left_on.is_(None), *conditions_of(codes, query))
    if query.name:  # no database compares names without their accents
        names = select(Pupil.class_group_id, Pupil.first_name).select_from(with_decisions()).where(*matching)
        wanted = normalise_for_search(query.name)
        rows = session.execute(names)
        return Counter(class_id for class_id, name in rows if wanted in normalise_for_search(name))
    counted = select(Pupil.class_group_id, func.count().label("children")).select_from(with_decisions())
    found = session.execute(counted.where(*matching).group_by(Pupil.class_group_id))
    return Counter({row.class_group_id: row.children for row in found})


def classes_on_page(
    classes: Sequence[ClassGroup], found: Counter[uuid.UUID], number: int
) -> tuple[list[ClassGroup], int]:
    """The classes that have lines on a page, or all with any for 0, and how many lines the others have before them."""
    first, last = ((number - 1) * ON_A_PAGE, number * ON_A_PAGE) if number else (0, found.total())
    shown, start, before = [], 0, 0
    for group in classes:
        end = start + found[group.id]
        if end <= first:
            before = end
        elif start < min(end, last):
            shown.append(group)
        start = end
    return shown, before


def page_of(parts: Sequence[RegisterPart], number: int, before: int) -> list[RegisterPart]:
    """The parts with the lines of a page, counted from 1, or all of them for 0; `before` stand in others before."""
    lines = [(part, line) for part in parts for line in part.lines]
    of_part = groupby(on_page(lines, number, before), key=lambda one: id(one[0]))
    shown = [list(found) for _id, found in of_part]
    return [found[0][0].with_lines(tuple(line for _part, line in found)) for found in shown]


def versions_in(session: Session, classes: Sequence[ClassGroup]) -> set[int]:
    """Every version that a child of these classes decided about last; one query."""
    rows = session.scalars(
        select(SignOff.code_version)
        .select_from(with_decisions())
        .where(Pupil.class_group_id.in_([group.id for group in classes]), Pupil.left_on.is_(None))
        .distinct()
    )
    return {version for version in rows if version}


def decision_choices(say: Callable[[str], str], words: dict[DecisionState, str]) -> list[tuple[str, str]]:
    """What can be chosen as a decision: every state, and "not signed" for any reason."""
    return [
        ("", say(N_("Any decision"))),
        (NOT_SIGNED, say(N_("Not agreed yet, for any reason"))),
        *((state.value, say(word)) for state, word in words.items()),
    ]


def _matches(part: RegisterPart, line: RegisterLine, query: RegisterQuery) -> bool:
    signer = Signer.STAFF if part.code_id == STAFF_CODE else Signer.PUPIL
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
