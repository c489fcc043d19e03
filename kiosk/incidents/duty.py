"""Who is there today, of those who read first what this person may read: roles and absences, and nothing of a case."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kiosk.incidents.whose import AtWork
from kiosk.report.due import can_read
from kiosk.report.reading_routes import PRACTICE, ROUTES, SELF_TEST, Route, may_read
from kiosk.roles import Role


@dataclass(frozen=True)
class Colleague:
    """Somebody who reads, who looks included; `until` is the last day on which they are away."""

    id: uuid.UUID
    name: str
    away: bool
    until: date | None = None


def colleagues(there: AtWork, roles: Collection[Role]) -> list[Colleague]:
    """Holders and deputies who read first what somebody with these roles may read, by name.

    The same for everybody with the same roles, whatever they are kept out of; whoever cannot open anything is left out.
    """
    mine = [one for one in ROUTES.values() if one.id not in (SELF_TEST, PRACTICE) and may_read(one, roles)]
    found = [
        Colleague(id, person.name, person.away, person.until)
        for id, person in there.people.items()
        if not (person.left or person.frozen)
        and any(_reads_first(there, id, person.roles, one) for one in mine)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def _reads_first(there: AtWork, id: uuid.UUID, roles: Collection[Role], route: Route) -> bool:
    holder = there.holders.get(id)
    held = bool(set(route.readers) & set(roles)) and may_read(route, roles)
    return held and holder is not None and can_read(holder, route.id)
