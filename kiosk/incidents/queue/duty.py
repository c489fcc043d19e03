"""Who is on it tonight, and whom to ring: what readers say of themselves. It moves no mail, no clock and no access."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from kiosk.accounts.models import StaffMember
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
            said[one.id].number,
            said[one.id].on_it,
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
    return [one for one in people if not one.away and said[one.id].on_it]


def be_on_it(looking: CaseViewer, on_it: bool) -> None:
    """Keep that the viewer is on it until school opens, or not any more; while school is open nobody is."""
    ends = looking.calendar.next_opening(looking.now)
    until = ends if on_it and not looking.calendar.is_open(looking.now) else None
    looking.school.merge(NightDuty(staff_id=looking.staff.id, until=until))


class _Said(NamedTuple):
    """What somebody says of their own nights."""

    number: str = ""
    on_it: bool = False


def _said(looking: CaseViewer) -> dict[uuid.UUID, _Said]:
    """Of everybody what they say; nobody is missing."""
    found = (
        select(StaffMember.id, StaffMember.mobile, NightDuty.until)
        .outerjoin(NightDuty, NightDuty.staff_id == StaffMember.id)
        .where(or_(StaffMember.mobile.is_not(None), NightDuty.until > looking.now))
    )
    said = defaultdict[uuid.UUID, _Said](_Said)
    for id, mobile, until in looking.school.execute(found):
        said[id] = _Said(mobile or "", until is not None and looking.now < until)
    return said
