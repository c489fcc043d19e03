"""What lists say was done about incidents, without opening one: by the acts of their logs, which stand in clear.

No note is opened here, so what was taken back is known by the id of the line that says so: this school alone can make
it (`standing.taking_back_id`), and a line that somebody puts into the database by hand hides nothing.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.incidents.models import Act, IncidentEntry
from kiosk.incidents.standing import CAN_BE_TAKEN_BACK, taking_back_id
from kiosk.sealing.site_key import SiteKey

# Lines that no list of what was done shows: a reading does nothing; a link, or two cases joined or parted, would tell
# whoever may not read the other incident that there is one, and so would it that a link was taken back.
OF_ANOTHER = (Act.LINKED, Act.MERGED, Act.PARTED)
NOT_LISTED = (Act.READ, *OF_ANOTHER, Act.TAKEN_BACK)

_OF_THESE = IncidentEntry.incident_id.in_(bindparam("incidents", expanding=True))
_NEWEST = (
    select(IncidentEntry.incident_id, func.max(IncidentEntry.seq).label("seq"))
    .where(_OF_THESE, IncidentEntry.act.not_in(NOT_LISTED))
    .group_by(IncidentEntry.incident_id)
    .subquery("newest")
)
_COLUMNS = (IncidentEntry.incident_id, IncidentEntry.id, IncidentEntry.act, IncidentEntry.at)
_LAST_ACTS = (
    select(*_COLUMNS)
    .join(
        _NEWEST, (IncidentEntry.incident_id == _NEWEST.c.incident_id) & (IncidentEntry.seq == _NEWEST.c.seq)
    )
    .union_all(select(*_COLUMNS).where(_OF_THESE, IncidentEntry.act == Act.TAKEN_BACK))
)
_ALL_ACTS = (
    select(*_COLUMNS)
    .where(_OF_THESE, IncidentEntry.act.not_in((Act.READ, *OF_ANOTHER)))
    .order_by(IncidentEntry.seq)
)


@dataclass(frozen=True)
class ListedAct:
    """Something that was done about an incident, and when."""

    act: Act
    at: datetime


def last_acts(
    session: Session, key: SiteKey, incident_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, ListedAct]:
    """The newest line of each incident that is listed and stands; one query, or two where one was taken back."""
    rows = session.execute(_LAST_ACTS, {"incidents": list(incident_ids)}).all()
    found = {row.incident_id: ListedAct(row.act, row.at) for row in rows if row.act is not Act.TAKEN_BACK}
    if some := {row.incident_id for row in rows if row.act is Act.TAKEN_BACK}:
        found |= {id: acts[-1] for id, acts in listed_acts(session, key, some).items()}
    return found


def listed_acts(
    session: Session, key: SiteKey, incident_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[ListedAct]]:
    """The lines of each incident that are listed and stand, the oldest first; one query."""
    rows = session.execute(_ALL_ACTS, {"incidents": list(incident_ids)}).all()
    taking_back = {row.id for row in rows if row.act is Act.TAKEN_BACK}
    found: dict[uuid.UUID, list[ListedAct]] = defaultdict(list)
    for row in rows:
        may = taking_back and row.act in CAN_BE_TAKEN_BACK
        gone = may and taking_back_id(key, row.id) in taking_back
        if not gone and row.act not in NOT_LISTED:
            found[row.incident_id].append(ListedAct(row.act, row.at))
    return dict(found)
