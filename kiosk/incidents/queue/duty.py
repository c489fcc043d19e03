"""Who is on it tonight, and whom to ring: what readers say of themselves. It moves no mail, no clock and no access."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.assignment import StaffPresence
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.models import NightDuty
from kiosk.report.access.routes import ROUTES
from kiosk.storage.upsert import Upsert


class ToRing(NamedTuple):
    """Somebody who can be rung; without a number where they gave none."""

    id: uuid.UUID
    name: str
    number: str
    on_it: bool


_SAID = (
    select(StaffMember.id, StaffMember.mobile, NightDuty.until)
    .outerjoin(NightDuty, NightDuty.staff_id == StaffMember.id)
    .where(StaffMember.id.in_(bindparam("people", expanding=True)))
)
_say = Upsert(NightDuty, lambda new: {"until": new.until})


def whom_to_ring(looking: CaseViewer, people: Collection[StaffPresence]) -> list[ToRing]:
    """These without the viewer: first who is on it tonight, then who reads danger first, then by name; one query."""
    said = {row.id: row for row in looking.school.execute(_SAID, {"people": [one.id for one in people]})}
    found = [
        (not one.roles & {*ROUTES["danger"].readers}, one.name.casefold(), one)
        for one in people
        if one.id != looking.staff.id and one.id in said
    ]
    ring = [
        ToRing(one.id, one.name, said[one.id].mobile or "", _is_on(said[one.id].until, looking.now))
        for _, _, one in sorted(found, key=lambda place: place[:2])
    ]
    return sorted(ring, key=lambda one: not one.on_it)


def on_it_tonight(looking: CaseViewer, people: Collection[StaffPresence]) -> list[StaffPresence]:
    """Those of these who said that they are on it, and are not away; nobody once school has opened."""
    ids = {
        row.id
        for row in looking.school.execute(_SAID, {"people": [one.id for one in people]})
        if _is_on(row.until, looking.now)
    }
    return [one for one in people if not one.away and one.id in ids]


def say_on_it(looking: CaseViewer, on_it: bool) -> None:
    """The viewer is on it until school opens, or no longer; while it is open nobody can be."""
    mine = NightDuty.staff_id == looking.staff.id
    looking.school.execute(delete(NightDuty).where(mine | (NightDuty.until <= looking.now)))
    if on_it and not looking.calendar.is_open(looking.now):
        ends = looking.calendar.next_opening(looking.now)
        _say(looking.school, {"staff_id": looking.staff.id, "until": ends})


def _is_on(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until
