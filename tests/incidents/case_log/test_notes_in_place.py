"""A note of a case counts on its own line alone: nobody who has the database can put it on another (promise Q1)."""

import uuid

import pytest
from sqlalchemy.orm import Session

from kiosk.incidents.case_log.entries import Note, add_entry, note_of
from kiosk.incidents.models import Act, Incident, IncidentEntry, Level
from kiosk.sealing.envelope import EnvelopeBroken, new_case_key, seal_note
from kiosk.storage.db import now_utc
from tests.factories import make_staff

KEY = new_case_key()
FIELDS = ("incident_id", "seq", "staff_id", "act")


def _written(
    session: Session, incident: Incident, staff: uuid.UUID, note: str, act: Act = Act.ASSIGNED
) -> IncidentEntry:
    return add_entry(session, incident, staff, Act.ASSIGNED, now_utc(), Note(note, KEY))


@pytest.fixture
def incidents(session: Session) -> tuple[Incident, Incident, uuid.UUID]:
    """Two incidents of one report's key, and somebody who writes."""
    staff = make_staff(session)
    known = {"opened_at": now_utc(), "next_step_by": now_utc(), "owner_id": staff.id}
    both = [
        Incident(number=number, report_id=uuid.uuid4(), route="bullying", level=Level.SOON, **known)
        for number in (1, 2)
    ]
    session.add_all(both)
    session.flush()
    return both[0], both[1], staff.id


def test_a_note_is_read_on_the_line_it_was_written_for(
    session: Session, incidents: tuple[Incident, Incident, uuid.UUID]
) -> None:
    incident, _, staff = incidents
    for note in ("She is safe.", "two\nlines", "\x02 looks like a place\n"):
        assert note_of(_written(session, incident, staff, note), [KEY]) == note
    assert note_of(_written(session, incident, staff, ""), [KEY]) == ""


@pytest.mark.parametrize("field", FIELDS)
def test_a_note_that_was_moved_to_another_line_log_act_or_person_is_not_read(
    field: str, session: Session, incidents: tuple[Incident, Incident, uuid.UUID]
) -> None:
    """'No action needed' of one line was shown under another, as somebody else's words."""
    first, second, staff = incidents
    true = _written(session, first, staff, "No action needed.")
    where = {name: getattr(true, name) for name in FIELDS} | {"sealed_note": true.sealed_note}
    assert note_of(IncidentEntry(**where), [KEY]) == "No action needed.", "the control"
    other = {"incident_id": second.id, "seq": true.seq + 1, "staff_id": uuid.uuid4(), "act": Act.CLOSED}
    with pytest.raises(EnvelopeBroken):
        note_of(IncidentEntry(**where | {field: other[field]}), [KEY])


def test_a_note_from_before_notes_named_their_line_is_still_read(
    session: Session, incidents: tuple[Incident, Incident, uuid.UUID]
) -> None:
    entry = _written(session, incidents[0], incidents[2], "")
    entry.sealed_note = seal_note(KEY, "From before.")
    assert note_of(entry, [KEY]) == "From before."
    session.expunge(entry)
