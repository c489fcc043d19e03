"""What a reader typed into a form of a case and keeps for later: sealed for that person alone, and sent by nobody else.

Even other readers of the case do not learn that a draft exists. It ends when the form is sent, when the case closes,
when its writer leaves, steps aside or has it handed over, and after some days; where its writer lost a role that
reads the case, once a day.
"""

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.models import Draft, Incident
from kiosk.report.access.opening import readable
from kiosk.sealing.boxes import BoxBroken, lock, unlock

KEPT_DAYS = 14
STEP_BYTES = 1024  # padded to a multiple of this, so that the length reveals little


@dataclass(frozen=True)
class KeptDraft:
    """One draft of this person; `values` is None where the person's current key does not open it."""

    kept_on: date
    values: Mapping[str, str] | None


def keep_draft(
    acting: Acting, case: CaseFile, draft_key: bytes, form: str, values: Mapping[str, str]
) -> None:
    """Keep what was typed, in place of what stood there; the caller holds the incident. Raises IncidentClosed."""
    case.refuse_closed()
    session, incident_id, staff_id = acting.school, case.incident.id, acting.staff.id
    end_own_drafts(session, incident_id, staff_id, form)
    plain = json.dumps({"place": _place_of(incident_id, staff_id, form), "values": dict(values)}).encode()
    padded = plain.ljust(-(-len(plain) // STEP_BYTES) * STEP_BYTES)
    sealed = lock(draft_key, padded)
    session.add(
        Draft(incident_id=incident_id, staff_id=staff_id, form=form, sealed=sealed, kept_on=acting.today)
    )


def own_drafts(
    session: Session, incident_id: uuid.UUID, staff_id: uuid.UUID, draft_key: bytes
) -> dict[str, KeptDraft]:
    """What this person keeps of a case, by form."""
    rows = session.scalars(select(Draft).where(Draft.incident_id == incident_id, Draft.staff_id == staff_id))
    return {row.form: KeptDraft(row.kept_on, _values(row, draft_key)) for row in rows}


def end_own_drafts(session: Session, incident_id: uuid.UUID, staff_id: uuid.UUID, form: str = "") -> None:
    """Delete what one person keeps of one form of a case; without a form, of the whole case."""
    mine = [Draft.incident_id == incident_id, Draft.staff_id == staff_id]
    session.execute(delete(Draft).where(*mine, *([Draft.form == form] if form else [])))


def end_drafts(session: Session, incident_id: uuid.UUID, but_of: Collection[uuid.UUID] = ()) -> None:
    """Delete every draft of a case but those of the people in `but_of`."""
    session.execute(
        delete(Draft).where(Draft.incident_id == incident_id, Draft.staff_id.not_in(list(but_of)))
    )


def end_old_drafts(session: Session, today: date) -> None:
    """Delete what was kept for as long as a draft is kept."""
    session.execute(delete(Draft).where(Draft.kept_on <= today - timedelta(days=KEPT_DAYS)))


def end_lost_drafts(school: Session, reports: Session) -> None:
    """Delete what was kept about cases that its writer can no longer read, as after losing a role."""
    kept = school.execute(select(Draft.staff_id, Incident.report_id, Draft.id).join(Incident)).all()
    lost: list[uuid.UUID] = []
    for staff_id in {row.staff_id for row in kept}:
        mine = {row.id: row.report_id for row in kept if row.staff_id == staff_id}
        roles = school.get_one(StaffMember, staff_id).roles
        can = readable(reports, set(mine.values()), staff_id, roles)
        lost += [id for id, report_id in mine.items() if report_id not in can]
    school.execute(delete(Draft).where(Draft.id.in_(lost)))


def _values(row: Draft, draft_key: bytes) -> Mapping[str, str] | None:
    """What was typed; None if it was sealed with another key, or for another person, case or form."""
    try:
        found = json.loads(unlock(draft_key, row.sealed))
    except (BoxBroken, ValueError):
        return None
    if found["place"] != _place_of(row.incident_id, row.staff_id, row.form):
        return None
    return {str(name): str(value) for name, value in found["values"].items()}


def _place_of(incident_id: uuid.UUID, staff_id: uuid.UUID, form: str) -> str:
    """The context that is sealed with a draft, so that it cannot be moved to another form or case."""
    return f"{incident_id.hex} {staff_id.hex} {form}"
