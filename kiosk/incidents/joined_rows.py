"""Which open cases of a list go on in another one, by what stands in clear: a list opens no case.

It is said beside a case and changes nothing: neither whether it is listed, nor where, nor any count or clock.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.incidents.joined import ENDS
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.incidents.open_cases import OpenCase

_NEWEST = (
    select(IncidentEntry.incident_id, IncidentEntry.act, func.max(IncidentEntry.seq).label("seq"))
    .where(
        IncidentEntry.incident_id.in_(bindparam("incidents", expanding=True)),
        IncidentEntry.act.in_([Act.MERGED, Act.PARTED, *ENDS]),
    )
    .group_by(IncidentEntry.incident_id, IncidentEntry.act)
)


def goes_on_numbers(school: Session, cases: Collection[OpenCase]) -> dict[uuid.UUID, int]:
    """The number of the case in which work goes on, by incident: only among these, which this person may read.

    A row that somebody wrote by hand is passed over where the kinds of lines in both logs, or a chain, tell of it; what
    the lines say sealed is asked on the page of the case.
    """
    by_id = {one.incident.id: one for one in cases}
    named = {one.incident.id: one.incident.follows_id for one in cases if one.incident.follows_id in by_id}
    pairs = {
        id: above for id, above in named.items() if above and above not in named and id not in named.values()
    }
    if not pairs:
        return {}
    newest: dict[uuid.UUID, dict[Act, int]] = {}
    for id, act, seq in school.execute(_NEWEST, {"incidents": [*pairs, *set(pairs.values())]}):
        newest.setdefault(id, {})[act] = seq
    return {
        id: by_id[above].incident.number
        for id, above in pairs.items()
        if by_id[id].report.route.id == by_id[above].report.route.id
        and _is_joined(newest.get(id, {}), (Act.PARTED, *ENDS))
        and _is_joined(newest.get(above, {}), ENDS)
    }


def _is_joined(newest: dict[Act, int], ends: Collection[Act]) -> bool:
    """Whether a log joins its case with another one, and nothing since has ended that."""
    joined = newest.get(Act.MERGED, 0)
    return joined > max((newest.get(act, 0) for act in ends), default=0)
