"""Looks at the filter: those by which a ticket ends, those of the grid, and what the grid says of each cell.

A look for one address says nothing good of the whole filter: it can turn a cell of the grid red, and never green.
"""

import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.filtering.desk import TICKETS, Seen, may_do
from kiosk.filtering.models import FilterLook, FilterUnused, Look
from kiosk.filtering.spots import Spot, Spots
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, read_form
from kiosk.incidents.models import FilterAddress, FilterDecision
from kiosk.roles import Role
from kiosk.wording.messages import N_, Refused

Cell = tuple[str, str]  # spot and people
RIGHT, WRONG, NOT_TRIED = "right", "wrong", "not-tried"
TICKET_LOOKS = (RIGHT, WRONG, NOT_TRIED)
TICKET = (Question("rule", N_("Write where it stands in the filter."), LINE_LONGEST),)
TRYING = (
    Question("result", N_("Choose what came of it.")),
    Question("changed", "", 400),
)
OUT_OF_USE = (Question("why", N_("Write why it is not used."), 400),)
TRIES = frozenset({Role.NETWORK, Role.DSL, Role.COORDINATOR, Role.PRINCIPAL})
NOT_YOURS = N_("Nothing was changed: it is done already, or somebody else does it.")
SECOND = N_("Another person has to say so.")


class State(enum.StrEnum):
    """What the grid says of a kind of device, with a kind of people, in a place."""

    HOLDS = "holds"
    TOO_MUCH = "too-much"
    LETS_THROUGH = "through"
    OLD = "old"  # not in this term
    NEVER = "never"
    UNUSED = "unused"


@dataclass(frozen=True)
class GridCell:
    """One cell of the grid: its state, the day of the last try, and who said that it is not used."""

    spot: Spot
    people: str
    state: State
    day: date | None = None
    unused: FilterUnused | None = None


def spots_for(spots: Spots, row: FilterAddress) -> list[Spot]:
    """The kinds of device on which an address is looked at: those that anybody uses for whom it was decided."""
    whom = set(row.whom.split())
    return [one for one in spots.spots if whom & set(one.used_by)]


def read_ticket(sent: Mapping[str, str], spots: Sequence[Spot]) -> Filled:
    """What the network manager did: where it stands, and a look on each kind of device."""
    questions = (*TICKET, *(Question(one.id, N_("Choose one.")) for one in spots))
    filled = read_form("ticket", questions, sent, {one.id: TICKET_LOOKS for one in spots})
    if not filled.errors and all(filled.values[one.id] == NOT_TRIED for one in spots):
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
    if WRONG not in values.values():
        row.done_on = today
    session.flush()
    return row.done_on is not None


def read_try(sent: Mapping[str, str]) -> Filled:
    """What came of trying one cell, with every mistake."""
    filled = read_form("try", TRYING, sent, {"result": [one.value for one in Look]})
    needed = {
        Look.LETS_THROUGH: N_("Write what you changed, or who will, because it let something through."),
        Look.BLOCKS_TOO_MUCH: N_("Write what you changed, or who will, because it blocked too much."),
    }
    result = filled.values["result"]
    if result in needed and not filled.values["changed"]:
        filled.errors.add("changed", needed[Look(result)])
    if _names_something(filled.values["changed"]):
        filled.errors.add("changed", N_("Without an address or a number, please."))
    return filled


def _names_something(words: str) -> bool:
    low = words.casefold()
    return "@" in low or "http" in low or "hxxp" in low or sum(one.isdigit() for one in low) > 6


def write_try(
    session: Session, staff: StaffMember, cell: Cell, values: Mapping[str, str], now: datetime, id: uuid.UUID
) -> None:
    """Write down a try of one cell; the same form sent twice is one line. Raises Refused."""
    if not staff.roles & TRIES:
        raise Refused(NOT_YOURS)
    if session.get(FilterLook, id) is None:
        result, changed = Look(values["result"]), values["changed"]
        look = FilterLook(id=id, spot=cell[0], people=cell[1], result=result, changed=changed, at=now)
        look.staff_id = staff.id
        session.add(look)


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


def grid(session: Session, spots: Spots, term: date, zone: ZoneInfo) -> list[list[GridCell]]:
    """Every cell, a row for each kind of device in each place; three statements, however many years there are."""
    tries = {(one.spot, one.people): one for one in _newest(session, FilterLook.address_id.is_(None))}
    open_tickets = select(FilterAddress.id).where(
        FilterAddress.decision.in_(TICKETS), FilterAddress.done_on.is_(None)
    )
    newest = _newest(session, FilterLook.address_id.in_(open_tickets))
    red = {(one.spot, one.people): one for one in newest if one.result is not Look.HOLDS}
    unused = {(one.spot, one.people): one for one in session.scalars(select(FilterUnused))}

    def cell(spot: Spot, people: str) -> GridCell:
        key = (spot.id, people)
        out, tried = unused.get(key), red.get(key) or tries.get(key)
        day = tried.at.astimezone(zone).date() if tried else None
        if people not in spot.used_by or (out and out.second_id):
            return GridCell(spot, people, State.UNUSED, day, out)
        return GridCell(spot, people, _state(tried.result if tried else None, day, term), day, out)

    return [[cell(spot, people) for people in spots.people] for spot in spots.spots]


def _state(result: Look | None, day: date | None, term: date) -> State:
    if result is None or day is None or result is Look.COULD_NOT:
        return State.NEVER
    if result is Look.LETS_THROUGH:
        return State.LETS_THROUGH
    if day < term:
        return State.OLD
    return State.HOLDS if result is Look.HOLDS else State.TOO_MUCH


def _newest(session: Session, where: ColumnElement[bool]) -> Sequence[FilterLook]:
    """The newest look at each cell, and for each address, of those in which the filter could be tried."""
    tried = and_(where, FilterLook.result != Look.COULD_NOT)
    each = (FilterLook.spot, FilterLook.people, FilterLook.address_id)
    last = select(*each, func.max(FilterLook.at).label("at")).where(tried).group_by(*each).subquery()
    same_address = FilterLook.address_id.is_not_distinct_from(last.c.address_id)
    same_cell = and_(FilterLook.spot == last.c.spot, FilterLook.people == last.c.people)
    found = select(FilterLook).join(last, and_(same_cell, same_address, FilterLook.at == last.c.at))
    return session.scalars(found.where(tried).order_by(FilterLook.at, FilterLook.id)).all()
