"""The log of an incident: lines are added and never changed; reading the report adds a line too."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.sealing.envelope import EnvelopeBroken, seal_note, unseal_note

# One line an hour for each reader: opening the page again within the hour is the same reading (promise Q3).
READ_AGAIN = timedelta(hours=1)
IN_PLACE = "\x02"  # begins what a note says of its line; nobody types it
READINGS = (Act.OPENED, Act.READ)
# Lines that no list of what was done shows: a reading does nothing, and a link, or two cases joined or parted, would
# tell whoever may not read the other incident that there is one.
NOT_LISTED = (Act.READ, Act.LINKED, Act.MERGED, Act.PARTED)


_NEWEST = (
    select(IncidentEntry.incident_id, func.max(IncidentEntry.seq).label("seq"))
    .where(
        IncidentEntry.incident_id.in_(bindparam("incidents", expanding=True)),
        IncidentEntry.act.not_in(NOT_LISTED),
    )
    .group_by(IncidentEntry.incident_id)
    .subquery("newest")
)
_LAST_ACTS = select(IncidentEntry.incident_id, IncidentEntry.act, IncidentEntry.at).join(
    _NEWEST, (IncidentEntry.incident_id == _NEWEST.c.incident_id) & (IncidentEntry.seq == _NEWEST.c.seq)
)


@dataclass(frozen=True)
class LastAct:
    """The last thing that was done about an incident, and when."""

    act: Act
    at: datetime


def add_entry(
    session: Session,
    incident: Incident,
    staff_id: uuid.UUID,
    act: Act,
    now: datetime,
    note: str = "",
    case_key: bytes = b"",
    id: uuid.UUID | None = None,
) -> IncidentEntry:
    """Add a line to an incident's log, its note sealed with the case key; the caller holds the incident's lock.

    `id`: that of a line which is added once, however often its form is sent.
    """
    last = session.scalar(select(func.max(IncidentEntry.seq)).where(IncidentEntry.incident_id == incident.id))
    entry = IncidentEntry(
        id=id or uuid.uuid4(),
        incident_id=incident.id,
        seq=(last or 0) + 1,
        at=now,
        staff_id=staff_id,
        act=act,
        sealed_note=b"",
    )
    if note:
        entry.sealed_note = seal_note(case_key, _place_of(entry) + note)
    session.add(entry)
    session.flush()
    return entry


def note_read(session: Session, incident: Incident, staff_id: uuid.UUID, now: datetime) -> None:
    """Record that somebody reads the child's words, unless they did so within the last hour."""
    if not read_lately(session, incident.id, staff_id, now):
        add_entry(session, incident, staff_id, Act.READ, now)


def read_lately(session: Session, incident_id: uuid.UUID, staff_id: uuid.UUID, now: datetime) -> bool:
    """Whether the log says that this person read the report within the last hour."""
    last = session.scalar(
        select(func.max(IncidentEntry.at)).where(
            IncidentEntry.incident_id == incident_id,
            IncidentEntry.staff_id == staff_id,
            IncidentEntry.act.in_(READINGS),
        )
    )
    return last is not None and now - last < READ_AGAIN


def entries_of(session: Session, incident_id: uuid.UUID) -> list[IncidentEntry]:
    """The whole log, newest first."""
    return list(
        session.scalars(
            select(IncidentEntry)
            .where(IncidentEntry.incident_id == incident_id)
            .order_by(IncidentEntry.seq.desc())
            .options(joinedload(IncidentEntry.staff).lazyload(StaffMember.holdings))  # names, no roles
        )
    )


def last_acts(session: Session, incident_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LastAct]:
    """The newest line of each incident apart from those of NOT_LISTED; one query."""
    rows = session.execute(_LAST_ACTS, {"incidents": list(incident_ids)})
    return {incident_id: LastAct(act, at) for incident_id, act, at in rows}


def note_of(entry: IncidentEntry, case_keys: list[bytes]) -> str:
    """What staff wrote with a line; raises EnvelopeBroken if it was tampered with, or written for another line."""
    if not entry.sealed_note or entry.act is Act.OPENED:  # what that line holds is compared, and never shown
        return ""
    return sealed_text(entry, case_keys)


def note_if_whole(entry: IncidentEntry, case_keys: list[bytes]) -> str | None:
    """What staff wrote with a line; None if it was tampered with, so that one line keeps no page from being read."""
    try:
        return note_of(entry, case_keys)
    except EnvelopeBroken:
        return None


def sealed_text(entry: IncidentEntry, case_keys: list[bytes]) -> str:
    """What stands sealed in a line that has something; raises EnvelopeBroken as `note_of` does."""
    text = unseal_note(case_keys, entry.sealed_note)
    if not text.startswith(IN_PLACE):
        return text  # from before notes named their line
    place = _place_of(entry)
    if not text.startswith(place):
        raise EnvelopeBroken("belongs to another line")
    return text.removeprefix(place)


def _place_of(entry: IncidentEntry) -> str:
    """What a note says inside its seal: whose line of which log it is, so that nobody can move it to another."""
    return f"{IN_PLACE}{entry.incident_id.hex} {entry.seq} {entry.act.value} {entry.staff_id.hex}\n"
