"""Who is on it tonight, and whom to ring: what readers say of themselves. It moves no mail, no clock and no access."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.assignment import StaffAvailability, StaffPresence
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


def whom_to_ring(
    looking: CaseViewer, there: StaffAvailability, route: str, key_marks: Mapping[uuid.UUID, bytes]
) -> list[ToRing]:
    """Who else can open a report sealed for these keys and is there: who is on it, then who reads danger first."""
    people = [there.people[id] for id in there.available_readers(route, key_marks)]
    said = {row.id: row for row in looking.school.execute(_SAID, {"people": [one.id for one in people]})}
    first = sorted(people, key=lambda one: (not one.roles & {*ROUTES["danger"].readers}, one.name.casefold()))
    ring = [
        ToRing(one.id, one.name, said[one.id].mobile or "", _is_on(said[one.id].until, looking.now))
        for one in first
        if one.id != looking.staff.id and one.id in said
    ]
    return sorted(ring, key=lambda one: not one.on_it)


def on_it_tonight(looking: CaseViewer, people: Collection[StaffPresence]) -> list[StaffPresence]:
    """Those of these who said that they are on it, and are not away; nobody once school has opened."""
    said = looking.school.execute(_SAID, {"people": [one.id for one in people]})
    ids = {row.id for row in said if _is_on(row.until, looking.now)}
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
