"""Which lines of a log stand, and which their writer took back within a minute: decided here for every reader of one.

Nothing is changed or removed: a line is taken back by a later one, which names it inside its seal. Whoever can write
the database has no key of the case, so a line that is put there by hand takes nothing back (promise Q9).
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from kiosk.incidents.log import entries_of, note_if_whole
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.report.opening import OpenedReport
from kiosk.sealing.site_key import SiteKey

WITHIN = timedelta(minutes=1)
# Acts that say something in the log, and do nothing else that anybody outside this log has heard of. All others stay:
# to open, read, close, hand over or step aside changes who reads and who is told; an answer, a word to a colleague and
# a copy for the file have left the house; owner, level and next step have mails and clocks of their own, and the next
# one takes the place of the last. A task for somebody else stays as well, as they get a mail (`taking_back`).
CAN_BE_TAKEN_BACK = frozenset(
    {
        *(Act.DID, Act.SUPPORT, Act.PARENTS, Act.WITNESS, Act.REFERRED, Act.NOT_REFERRED, Act.PROVIDER),
        *(Act.DEVICE, Act.DISCIPLINE, Act.COMPLAINT, Act.ANSWERED),  # kiosk sends nothing of them
        *(Act.RANG, Act.TICKED, Act.TAGGED, Act.LINKED, Act.TASK_SET, Act.TASK_DONE),
    }
)


def taking_back_id(key: SiteKey, line_id: uuid.UUID) -> uuid.UUID:
    """The id of the line that takes this one back: there is one such line, and only this school can make its id."""
    return uuid.UUID(bytes=key.derive("taking-back-id", line_id.bytes, 16))


def taken_back(entries: Sequence[IncidentEntry], case_keys: list[bytes]) -> Mapping[uuid.UUID, IncidentEntry]:
    """The lines of a whole log that were taken back, by id, each with the line that says so."""
    by_id = {one.id: one for one in entries}
    found: dict[uuid.UUID, IncidentEntry] = {}
    for one in entries:
        line = by_id.get(_named(one, case_keys)) if one.act is Act.TAKEN_BACK else None
        own = line is not None and line.staff_id == one.staff_id and line.seq < one.seq
        if line is not None and own and line.act in CAN_BE_TAKEN_BACK:
            found[line.id] = one
    return found


def takes_nothing_back(entry: IncidentEntry, pairs: Mapping[uuid.UUID, IncidentEntry]) -> bool:
    """Whether a line says that it takes one back and takes none of `pairs`: somebody put it there or changed it."""
    return entry.act is Act.TAKEN_BACK and entry.id not in {one.id for one in pairs.values()}


def standing(entries: Sequence[IncidentEntry], case_keys: list[bytes]) -> list[IncidentEntry]:
    """The lines of a whole log that have an effect: without what was taken back, and without what says so."""
    pairs = taken_back(entries, case_keys)
    gone = {*pairs, *(one.id for one in pairs.values())}
    return [one for one in entries if one.id not in gone]


def standing_of(session: Session, incident_id: uuid.UUID, report: OpenedReport) -> list[IncidentEntry]:
    """The lines of an incident's log that have an effect, newest first."""
    return standing(entries_of(session, incident_id), report.case_keys)


def _named(entry: IncidentEntry, case_keys: list[bytes]) -> uuid.UUID:
    """The line that a line says it takes back; an id that no line has where it says nothing that can be read."""
    try:
        return uuid.UUID(hex=note_if_whole(entry, case_keys) or "")
    except ValueError:
        return entry.id
