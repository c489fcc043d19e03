"""Looks at the filter: those by which a ticket ends, and the grid, which says of each cell when it was tried.

Trying a cell is a line of the book, of the duty that is done for each of them. A look for one address says nothing good
of the whole filter: it can turn a cell of the grid red, and never green.
"""

import enum
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.duties.kind import Duty, Kinds
from kiosk.duties.lists import One
from kiosk.duties.models import DutyLine, DutyState
from kiosk.filtering.desk import TICKETS, Seen, may_do, passed_on_to
from kiosk.filtering.models import FilterLook, FilterUnused, Look
from kiosk.filtering.spots import Spot, Spots
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, read_form
from kiosk.incidents.case.models import FilterAddress, FilterDecision
from kiosk.roles import Role
from kiosk.wording.messages import N_, Refused

Cell = tuple[str, str]  # spot and people
RIGHT, WRONG, NOT_TRIED = "right", "wrong", "not-tried"
TICKET_LOOKS = (RIGHT, WRONG, NOT_TRIED)
TICKET = (Question("rule", N_("Write where it stands in the filter."), LINE_LONGEST),)
OUT_OF_USE = (Question("why", N_("Write why it is not used."), 400),)
TRIES = frozenset({Role.NETWORK, Role.DSL, Role.COORDINATOR, Role.PRINCIPAL})
NOT_YOURS = N_("Nothing was changed: it is done already, or somebody else does it.")
SECOND = N_("Another person has to say so.")


CELLS = "filter-cell"  # the list of a duty that is done for each cell


class State(enum.StrEnum):
    """What the grid says of a kind of device, with a kind of people, in a place."""

    HOLDS = "holds"
    TOO_MUCH = "too-much"
    LETS_THROUGH = "through"
    OLD = "old"  # not in this term
    NEVER = "never"
    UNUSED = "unused"


RESULTS = {"holds": State.HOLDS, "blocked-too-much": State.TOO_MUCH, "let-through": State.LETS_THROUGH}


@dataclass(frozen=True)
class GridCell:
    """One cell of the grid: its state, the day of the last try, and who said that it is not used."""

    spot: Spot
    people: str
    state: State
    day: date | None = None
    unused: FilterUnused | None = None
    in_book: bool = False  # whether its tries can be written down
    missed: int = 0  # addresses of this term for which nobody could try it here

    @property
    def key(self) -> str:
        """By which the book knows it."""
        return f"{self.spot.id}/{self.people}"


def spots_for(spots: Spots, row: FilterAddress) -> list[Spot]:
    """The kinds of device on which an address is looked at: those that anybody uses for whom it was decided."""
    whom = set(row.whom.split())
    return [one for one in spots.spots if whom & set(one.used_by)]


def read_ticket(sent: Mapping[str, str], spots: Sequence[Spot]) -> Filled:
    """What the network manager did: where it stands, and a look on each kind of device."""
    questions = (*TICKET, *(Question(one.id) for one in spots))
    filled = read_form("ticket", questions, sent, {one.id: TICKET_LOOKS for one in spots})
    for one in spots:
        if not filled.values[one.id]:
            filled.errors.add(one.id, N_("Choose what you saw on: %(spot)s."), spot=one.words)
    if spots and not filled.errors and all(filled.values[one.id] == NOT_TRIED for one in spots):
        filled.errors.add(spots[0].id, N_("Try it on one kind of device at least."))
    return filled


def write_ticket(
    session: Session,
    seen: Seen,
    staff: StaffMember,
    spots: Sequence[Spot],
    values: Mapping[str, str],
    looking: tuple[datetime, date],
) -> bool:
    """Write down at this moment, on this day, what was done about a ticket that is held, and whether that ends it.
    Raises Refused."""
    row = seen.row
    if not may_do(seen, staff):
        raise Refused(NOT_YOURS)
    row.rule, (now, today) = values["rule"], looking
    wrong = Look.LETS_THROUGH if row.decision is FilterDecision.BLOCK else Look.BLOCKS_TOO_MUCH
    for spot in spots:
        result = {RIGHT: Look.HOLDS, WRONG: wrong, NOT_TRIED: Look.COULD_NOT}[values[spot.id]]
        for people in set(row.whom.split()) & set(spot.used_by):
            session.add(
                FilterLook(
                    spot=spot.id, people=people, result=result, at=now, staff_id=staff.id, address_id=row.id
                )
            )
    session.flush()
    asked, newest = {one.id for one in spots}, _newest(session, FilterLook.address_id == row.id)
    if not any(result is wrong and spot in asked for (_id, spot, _people), result in newest.items()):
        row.done_on = today
    return row.done_on is not None


def _newest(session: Session, where: ColumnElement[bool]) -> dict[tuple[uuid.UUID, str, str], Look]:
    """What came of the newest look for each address in each cell where it could be tried; else that it could not."""
    found: dict[tuple[uuid.UUID, str, str], Look] = {}
    for one in session.scalars(select(FilterLook).where(where).order_by(FilterLook.at)):
        key = (one.address_id, one.spot, one.people)
        found[key] = one.result if one.result is not Look.COULD_NOT else found.get(key, one.result)
    return found


def kinds_looked_at(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Of each address that was looked for, on how many kinds of device it could be tried, and of how many."""
    tried: dict[uuid.UUID, dict[str, bool]] = {}
    for (id, spot, _people), result in _newest(session, FilterLook.address_id.in_(ids)).items():
        spots = tried.setdefault(id, {})
        spots[spot] = spots.get(spot, False) or result is not Look.COULD_NOT
    return {id: (sum(spots.values()), len(spots)) for id, spots in tried.items()}


def say_unused(session: Session, staff: StaffMember, cell: Cell, why: str, today: date) -> bool:
    """Say that a cell is not used here; whether that makes two, so that it is out of use. Raises Refused."""
    if not staff.roles & TRIES:
        raise Refused(NOT_YOURS)
    found = session.get(FilterUnused, cell, with_for_update=True)
    if found is None:
        session.add(FilterUnused(spot=cell[0], people=cell[1], why=why, day=today, staff_id=staff.id))
        return False
    if found.staff_id == staff.id:
        raise Refused(SECOND)
    found.second_id = found.second_id or staff.id
    return True


def use_again(session: Session, staff: StaffMember, cell: Cell) -> None:
    """Put a cell back into use, where it stands as it was tried last. Raises Refused."""
    found = session.get(FilterUnused, cell)
    if not staff.roles & TRIES or found is None:
        raise Refused(NOT_YOURS)
    session.delete(found)


def cells_in_use(session: Session, spots: Spots) -> list[One]:
    """Every cell that somebody uses, as the book names it."""
    out = {
        (one.spot, one.people)
        for one in session.scalars(select(FilterUnused).where(FilterUnused.second_id.is_not(None)))
    }
    return [
        One(f"{spot.id}/{people}", f"{spot.words}: {spots.people[people]}")
        for spot in spots.spots
        for people in spots.people
        if people in spot.used_by and (spot.id, people) not in out
    ]


def duty_of_cells(kinds: Kinds) -> Duty | None:
    """The duty that is done for each cell."""
    return next((one for one in kinds.all.values() if one.each == (CELLS,)), None)


def grid(
    session: Session, staff: StaffMember, spots: Spots, duty: Duty | None, term: date, zone: ZoneInfo
) -> list[list[GridCell]]:
    """Every cell, a row for each kind of device in each place; three statements, however many years there are.
    `staff`: who looks; what was not passed on to them changes nothing here."""
    tries = _tries(session, duty)
    of_this_term = or_(FilterAddress.done_on.is_(None), FilterAddress.done_on >= term)
    looks = session.execute(
        select(FilterLook, FilterAddress.done_on)
        .join(FilterAddress, FilterAddress.id == FilterLook.address_id)
        .where(FilterAddress.decision.in_(TICKETS), of_this_term, passed_on_to(staff))
        .order_by(FilterLook.at)
    )
    newest: dict[tuple[str, str, uuid.UUID], tuple[FilterLook, date | None]] = {}
    for one, done_on in looks:
        key = (one.spot, one.people, one.address_id)
        if one.result is not Look.COULD_NOT or key not in newest:
            newest[key] = (one, done_on)
    red = {
        (one.spot, one.people): one
        for one, done_on in newest.values()
        if done_on is None and one.result not in (Look.HOLDS, Look.COULD_NOT)
    }
    missed = Counter((one.spot, one.people) for one, _ in newest.values() if one.result is Look.COULD_NOT)
    unused = {(one.spot, one.people): one for one in session.scalars(select(FilterUnused))}

    def cell(spot: Spot, people: str) -> GridCell:
        out, look = unused.get((spot.id, people)), red.get((spot.id, people))
        in_book, count = f"{spot.id}/{people}" in tries, missed[spot.id, people]
        result, day = tries.get(f"{spot.id}/{people}", (None, None))
        if people not in spot.used_by or (out and out.second_id):
            return GridCell(spot, people, State.UNUSED, day, out)
        if look:
            wrong = look.result is Look.LETS_THROUGH
            state = State.LETS_THROUGH if wrong else State.TOO_MUCH
            return GridCell(spot, people, state, look.at.astimezone(zone).date(), out, in_book, count)
        return GridCell(spot, people, _state(result, day, term), day, out, in_book, count)

    return [[cell(spot, people) for people in spots.people] for spot in spots.spots]


def _tries(session: Session, duty: Duty | None) -> dict[str, tuple[str | None, date | None]]:
    """Of each cell in the book what came of it when it was tried last, and on which day; what could not be tried
    changes nothing."""
    if duty is None:
        return {}
    asked = select(DutyState.of, DutyLine.result, DutyState.done_on)
    rows = session.execute(
        asked.outerjoin(DutyLine, DutyLine.id == DutyState.line_id).where(DutyState.duty == duty.id)
    )
    return {row.of: (row.result, row.done_on) for row in rows}


def _state(result: str | None, day: date | None, term: date) -> State:
    if result not in RESULTS or day is None:
        return State.NEVER
    state = RESULTS[result]
    return State.OLD if day < term and state is not State.LETS_THROUGH else state
