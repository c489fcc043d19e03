"""What staff do about a report; every step is a line of the log, and nothing is ever taken back."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.clock import decide_by
from kiosk.incidents.log import add_entry, note_read
from kiosk.incidents.models import Act, CaseOutcome, Incident, Level
from kiosk.incidents.numbers import lock_numbers, next_number
from kiosk.outbox import queue_alert
from kiosk.report import access
from kiosk.report.keyring import Keyholder
from kiosk.report.models import Reader
from kiosk.report.opening import Opener, open_report, set_closed
from kiosk.report.reading_routes import HOUR_MINUTES, ROUTES

# Until when the next step is to be taken, in school time; `keep` leaves the clock as it is.
NEXT_STEPS = {"keep": 0, "hour": 0, "day": 1, "three": 3, "week": 5}  # school days
RECORDED = (Act.DID, Act.PARENTS, Act.REFERRED)


class IncidentClosed(Exception):
    """Nothing is added to a closed incident; reopen it first."""


def open_incident(
    school: Session,
    reports: Session,
    opener: Opener,
    calendar: SchoolCalendar,
    report_id: uuid.UUID,
    now: datetime,
) -> Incident:
    """The incident of a report; the first opening gives its number, a second finds the same one.

    The caller commits `school` before `reports`. Raises ReportNotYours, KeyNotGranted or EnvelopeBroken.
    """
    opened = open_report(reports, report_id, opener)
    lock_numbers(school)
    incident = school.scalar(select(Incident).where(Incident.report_id == report_id))
    if incident:
        note_read(school, incident, opener.id, now)
        return incident
    incident = Incident(
        number=next_number(school, apart=bool(opened.route.never)),
        report_id=report_id,
        route=opened.route.id,
        level=Level.URGENT if opened.urgent else Level(opened.route.level),
        opened_at=now,
        owner_id=opener.id,
        next_step_by=decide_by(calendar, opened.route, now),
    )
    school.add(incident)
    school.flush()
    add_entry(school, incident, opener.id, Act.OPENED, now)
    return incident


def hold(session: Session, number: int) -> Incident | None:
    """The incident of a number, kept from other writers until this transaction ends."""
    return session.scalar(select(Incident).where(Incident.number == number).with_for_update(of=Incident))


def record_action(
    session: Session,
    incident: Incident,
    staff: StaffMember,
    calendar: SchoolCalendar,
    now: datetime,
    act: Act,
    note: str,
    case_key: bytes,
    next_step: str = "keep",
) -> None:
    """Write down what was done, told or referred, and set the clock of the next step (a key of NEXT_STEPS)."""
    if act not in RECORDED or not note.strip():
        raise ValueError("an action is one of RECORDED and has a note")
    refuse_closed(incident)
    add_entry(session, incident, staff.id, act, now, note, case_key)
    if next_step != "keep":
        minutes = NEXT_STEPS[next_step] * calendar.school_day_minutes() or HOUR_MINUTES
        incident.next_step_by = calendar.add_school_time(now, minutes)


def change_level(
    session: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    level: Level,
    reason: str,
    case_key: bytes,
) -> None:
    """Say that it is more, or less, urgent than the rules had it; the reason is kept."""
    if not reason.strip():
        raise ValueError("a change of level has a reason")
    refuse_closed(incident)
    incident.level = level
    add_entry(session, incident, staff.id, Act.LEVEL, now, reason, case_key)


def pass_to(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    to: Reader,
    now: datetime,
    note: str,
    case_key: bytes,
) -> None:
    """Make another reader of the report answer for the next step, and alert that person.

    `to` is one of the report's readers: passing on never lets anybody new read it.
    """
    refuse_closed(incident)
    incident.owner_id = to.id
    add_entry(school, incident, staff.id, Act.ASSIGNED, now, note, case_key)
    queue_alert(reports, incident.report_id, [to.email], due=True)


def step_aside(school: Session, reports: Session, incident: Incident, opener: Opener, now: datetime) -> None:
    """Take this person away at once: it may be about them. Somebody else answers for it from now on.

    Raises NobodyLeft where no one else may read the report; the caller then rolls both sessions back.
    """
    left = access.step_aside(reports, incident.report_id, opener)
    if incident.owner_id == opener.id:
        owner = _next_owner(incident, left)
        incident.owner_id = owner.id
        queue_alert(reports, incident.report_id, [owner.email], due=True)
    add_entry(school, incident, opener.id, Act.STEPPED_ASIDE, now)


def close(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    outcome: CaseOutcome,
    note: str,
    case_key: bytes,
) -> None:
    """End the work on an incident; the log and the number stay. The caller commits `school` before `reports`."""
    if not note.strip():
        raise ValueError("an incident is closed with a note")
    refuse_closed(incident)
    incident.outcome, incident.closed_at = outcome, now
    add_entry(school, incident, staff.id, Act.CLOSED, now, note, case_key)
    set_closed(reports, incident.report_id, closed=True)


def reopen(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    calendar: SchoolCalendar,
    now: datetime,
    reason: str,
    case_key: bytes,
) -> None:
    """Take an incident up again, with a new clock. The caller commits `reports` before `school`."""
    if not reason.strip():
        raise ValueError("an incident is reopened with a reason")
    if incident.closed_at is None:
        return
    incident.outcome = incident.closed_at = None
    incident.owner_id = staff.id
    incident.next_step_by = decide_by(calendar, ROUTES[incident.route], now)
    add_entry(school, incident, staff.id, Act.REOPENED, now, reason, case_key)
    set_closed(reports, incident.report_id, closed=False)


def _next_owner(incident: Incident, left: list[Keyholder]) -> Keyholder:
    """Of those who are left, somebody of the route's own roles if there is one."""
    own = set(ROUTES[incident.route].readers)
    return next((reader for reader in left if own & set(reader.roles.split())), left[0])


def refuse_closed(incident: Incident) -> None:
    """Raise IncidentClosed unless something may still be added."""
    if incident.closed_at is not None:
        raise IncidentClosed
