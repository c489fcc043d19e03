"""The log of an incident: lines are added, never changed; which of them stand, and which their writer took back.

Nothing is changed or removed: a later line undoes an earlier one, which it names inside its sealed note. Somebody
with write access has no case key, so a forged line undoes nothing (promise Q9).
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.sealing.envelope import EnvelopeBroken, seal_note, unseal_note
from kiosk.sealing.site_key import SiteKey

# One line an hour for each reader: opening the page again within the hour is the same reading (promise Q3).
READ_AGAIN = timedelta(hours=1)
IN_FIELDS = "\x03"  # begins a note that holds the answers of a form
IN_PLACE = "\x02"  # prefix of the context that is sealed with a note; nobody can type it
READINGS = (Act.OPENED, Act.READ)


class Note(NamedTuple):
    """What stands sealed in a new line: the text, and the key of its case; `id`: that of a line that is added once."""

    text: str
    case_key: bytes
    id: uuid.UUID | None = None


def add_entry(
    session: Session,
    incident: Incident,
    staff_id: uuid.UUID,
    act: Act,
    now: datetime,
    note: Note | None = None,
) -> IncidentEntry:
    """Add a line to an incident's log, its note sealed with the case key; the caller holds the incident's lock."""
    last = session.scalar(select(func.max(IncidentEntry.seq)).where(IncidentEntry.incident_id == incident.id))
    entry = IncidentEntry(
        id=(note.id if note else None) or uuid.uuid4(),
        incident_id=incident.id,
        seq=(last or 0) + 1,
        at=now,
        staff_id=staff_id,
        act=act,
        sealed_note=b"",
    )
    if note and note.text:
        entry.sealed_note = seal_note(note.case_key, _place_of(entry) + note.text)
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


def stepped_aside_from(
    session: Session, incident_ids: Collection[uuid.UUID], staff: StaffMember
) -> set[uuid.UUID]:
    """The incidents, of these, from which this person has stepped aside."""
    return set(
        session.scalars(
            select(IncidentEntry.incident_id).where(
                IncidentEntry.incident_id.in_(incident_ids),
                IncidentEntry.act == Act.STEPPED_ASIDE,
                IncidentEntry.staff_id == staff.id,
            )
        )
    )


def note_of(entry: IncidentEntry, case_keys: list[bytes]) -> str:
    """What staff wrote with a line; raises EnvelopeBroken if it was tampered with, or written for another line."""
    # the content of that line is only compared, never shown
    if not entry.sealed_note or entry.act is Act.OPENED:
        return ""
    return sealed_text(entry, case_keys)


def note_if_whole(entry: IncidentEntry, case_keys: list[bytes]) -> str | None:
    """What staff wrote with a line; None if it was tampered with, so that one damaged line does not block the page."""
    try:
        return note_of(entry, case_keys)
    except EnvelopeBroken:
        return None


def answers_of(entry: IncidentEntry, case_keys: list[bytes]) -> dict[str, str]:
    """The answers in a line that holds those of a form, by question; none where it was tampered with."""
    return dict(answers_in(note_if_whole(entry, case_keys) or ""))


def sealed_text(entry: IncidentEntry, case_keys: list[bytes]) -> str:
    """The plaintext of the sealed note of a line that has one; raises EnvelopeBroken as `note_of` does."""
    text = unseal_note(case_keys, entry.sealed_note)
    if not text.startswith(IN_PLACE):
        return text  # notes written before they included their line
    place = _place_of(entry)
    if not text.startswith(place):
        raise EnvelopeBroken("belongs to another line")
    return text.removeprefix(place)


def _place_of(entry: IncidentEntry) -> str:
    """The context that is sealed with a note (whose line of which log), so that it cannot be moved to another line."""
    return f"{IN_PLACE}{entry.incident_id.hex} {entry.seq} {entry.act.value} {entry.staff_id.hex}\n"


WITHIN = timedelta(minutes=1)
# Acts that say something in the log, and do nothing else that anybody outside this log has heard of. All others stay:
# to open, read, close, hand over or step aside changes who reads and who is told; an answer, a message to a colleague
# and a copy for the file have already been sent; owner, level and next step have mails and clocks of their own, and
# the next one takes the place of the last. A task for somebody else stays as well, as they get a mail
# (`taking_back`).
CAN_BE_TAKEN_BACK = frozenset(
    {
        *(Act.DID, Act.SUPPORT, Act.PARENTS, Act.WITNESS, Act.REFERRED, Act.NOT_REFERRED, Act.PROVIDER),
        *(Act.DEVICE, Act.DISCIPLINE, Act.COMPLAINT, Act.ANSWERED, Act.SPOKE),  # kiosk sends no mail of them
        *(Act.RANG, Act.TICKED, Act.TAGGED, Act.LINKED, Act.TASK_SET, Act.TASK_DONE),
    }
)


def taking_back_id(key: SiteKey, line_id: uuid.UUID) -> uuid.UUID:
    """The id of the line that takes this one back: there is one such line, and only this school can make its id."""
    return uuid.UUID(bytes=key.lasting.derive("taking-back-id", line_id.bytes, 16))


def taken_back(entries: Sequence[IncidentEntry], case_keys: list[bytes]) -> Mapping[uuid.UUID, IncidentEntry]:
    """The lines of a whole log that were taken back, by id, each with the line that says so."""
    by_id = {one.id: one for one in entries}
    found: dict[uuid.UUID, IncidentEntry] = {}
    for one in entries:
        line = by_id.get(_line_taken_back(one, case_keys)) if one.act is Act.TAKEN_BACK else None
        own = line is not None and line.staff_id == one.staff_id and line.seq < one.seq
        if line is not None and own and line.act in CAN_BE_TAKEN_BACK:
            found[line.id] = one
    return found


def is_forged_undo(entry: IncidentEntry, pairs: Mapping[uuid.UUID, IncidentEntry]) -> bool:
    """Whether a line claims to undo another without being one of `pairs`: it was forged or changed."""
    return entry.act is Act.TAKEN_BACK and entry.id not in {one.id for one in pairs.values()}


def lines_in_effect(entries: Sequence[IncidentEntry], case_keys: list[bytes]) -> list[IncidentEntry]:
    """The lines of a log that have an effect: without undone lines, and without the lines that undo them."""
    pairs = taken_back(entries, case_keys)
    gone = {*pairs, *(one.id for one in pairs.values())}
    return [one for one in entries if one.id not in gone]


def line_with(session: Session, incident: Incident, act: Act, id: uuid.UUID) -> IncidentEntry | None:
    """The line with this id, if it stands in this incident's log and records this act; else None."""
    entry = session.get(IncidentEntry, id)
    return entry if entry and (entry.incident_id, entry.act) == (incident.id, act) else None


def _line_taken_back(entry: IncidentEntry, case_keys: list[bytes]) -> uuid.UUID:
    """The id of the line that this line takes back; an id that no line has, if it names none that can be read."""
    try:
        return uuid.UUID(hex=note_if_whole(entry, case_keys) or "")
    except ValueError:
        return entry.id


# Lines that lists leave out: reading changes nothing; a link, or two cases joined or parted, would tell whoever may
# not read the other incident that there is one, and so would it that a link was taken back.
ABOUT_OTHER_CASES = (Act.LINKED, Act.BELONGS, Act.PARTED)
NOT_LISTED = (Act.READ, *ABOUT_OTHER_CASES, Act.TAKEN_BACK)

_LISTED = (
    select(IncidentEntry.incident_id, IncidentEntry.id, IncidentEntry.act, IncidentEntry.at)
    .where(
        IncidentEntry.incident_id.in_(bindparam("incidents", expanding=True)),
        IncidentEntry.act.not_in((Act.READ, *ABOUT_OTHER_CASES)),
    )
    .order_by(IncidentEntry.seq)
)


ListedAct = Row[uuid.UUID, uuid.UUID, Act, datetime]  # incident_id, id, act, at of a line that is listed


def listed_acts(
    session: Session, key: SiteKey, incident_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[ListedAct]]:
    """The lines of each incident that are listed and stand, the oldest first; one query."""
    rows = session.execute(_LISTED, {"incidents": list(incident_ids)}).all()
    taking_back = {row.id for row in rows if row.act is Act.TAKEN_BACK}
    found: dict[uuid.UUID, list[ListedAct]] = defaultdict(list)
    for row in rows:
        may = taking_back and row.act in CAN_BE_TAKEN_BACK
        gone = may and taking_back_id(key, row.id) in taking_back
        if not gone and row.act not in NOT_LISTED:
            found[row.incident_id].append(row)
    return dict(found)


def as_note(answers: Sequence[tuple[str, str]]) -> str:
    """The answers of a form as the text of a note; one that is a note alone stays plain text."""
    if [name for name, _ in answers] == ["note"] and not answers[0][1].startswith(IN_FIELDS):
        return answers[0][1]
    return IN_FIELDS + json.dumps(answers, ensure_ascii=False)


def answers_in(note: str) -> list[tuple[str, str]]:
    """The answers that a note holds, by the name of their question; of plain text, the text as its note."""
    if not note.startswith(IN_FIELDS):
        return [("note", note)] if note else []
    try:
        return [(str(name), str(value)) for name, value in json.loads(note.removeprefix(IN_FIELDS))]
    except (ValueError, TypeError, RecursionError):  # plain text that somebody typed, no JSON
        return [("note", note)]
