"""Who is on it tonight, and whom to ring: what readers say of themselves. It moves no mail, no clock and no access."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from kiosk.incidents.case.assignment import StaffPresence
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.models import NightDuty
from kiosk.report.access.routes import ROUTES


class ToRing(NamedTuple):
    """Somebody who can be rung; without a number where they gave none."""

    id: uuid.UUID
    name: str
    number: str
    on_it: bool


def whom_to_ring(looking: CaseViewer, people: Collection[StaffPresence]) -> list[ToRing]:
    """These without the viewer: first who is on it tonight, then who reads danger first, then by name; one query."""
    said = _said(looking)
    found = [
        ToRing(
            one.id,
            one.name,
            said[one.id].number if one.id in said else "",
            _is_on(said.get(one.id), looking.now),
        )
        for one in sorted(
            people, key=lambda one: (not one.roles & {*ROUTES["danger"].readers}, one.name.casefold())
        )
        if one.id != looking.staff.id
    ]
    return sorted(found, key=lambda one: not one.on_it)


def on_it_tonight(looking: CaseViewer, people: Sequence[StaffPresence]) -> list[StaffPresence]:
    """Those of these who said that they are on it, and are not away; nobody while school is open."""
    said = _said(looking)
    return [one for one in people if not one.away and _is_on(said.get(one.id), looking.now)]


def own_number(looking: CaseViewer) -> str:
    """The number that the viewer gave."""
    row = looking.school.get(NightDuty, looking.staff.id)
    return row.number if row else ""


def say_of_nights(looking: CaseViewer, number: str | None, on_it: bool | None) -> None:
    """Keep the viewer's number ("" takes it out), and that they are on it until school opens; None: as it is.

    While school is open nobody can be on it.
    """
    row = looking.school.merge(NightDuty(staff_id=looking.staff.id))
    if number is not None:
        row.number = number
    if on_it is not None:
        ends = looking.calendar.next_opening(looking.now)
        row.until = ends if on_it and not looking.calendar.is_open(looking.now) else None


def _said(looking: CaseViewer) -> dict[uuid.UUID, NightDuty]:
    return {row.staff_id: row for row in looking.school.scalars(select(NightDuty))}


def _is_on(row: NightDuty | None, now: datetime) -> bool:
    return row is not None and row.until is not None and now < row.until
