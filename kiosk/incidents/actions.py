"""What staff do about a report; every step adds a line to the log, and no line is ever removed."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.clock import decide_by
from kiosk.incidents.first_opened import digest_of
from kiosk.incidents.log import add_entry, note_read
from kiosk.incidents.models import Act, CaseOutcome, Incident, Level
from kiosk.incidents.numbers import LARGEST, lock_numbers, next_number
from kiosk.outbox import queue_alert
from kiosk.report import access
from kiosk.report.keyring import Keyholder
from kiosk.report.models import Reader
from kiosk.report.opening import OpenedReport, Opener, open_report, set_closed
from kiosk.report.reading_routes import HOUR_MINUTES, ROUTES

# By when the next step must be taken, in school time; `keep` leaves the clock as it is.
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
) -> tuple[Incident, OpenedReport]:
    """The incident of a report, and the report; the first opening gives a number, later ones find the same incident.

    The caller commits `school` before `reports`. Raises ReportNotYours, KeyNotGranted or EnvelopeBroken.
    """
    opened = open_report(reports, report_id, opener)
    lock_numbers(school)
    incident = school.scalar(select(Incident).where(Incident.report_id == report_id))
    if incident:
        note_read(school, incident, opener.id, now)
        return incident, opened
    incident = Incident(
        number=next_number(school, opened.route.id),
        report_id=report_id,
        route=opened.route.id,
        level=Level.URGENT if opened.urgent or opened.altered else Level(opened.route.level),
        opened_at=now,
        owner_id=opener.id,
        next_step_by=decide_by(calendar, opened.route, now),
    )
    school.add(incident)
    school.flush()
    digest = digest_of(opened.body)
    add_entry(school, incident, opener.id, Act.OPENED, now, digest, opened.case_keys[0])
    return incident, opened


def incident_of(session: Session, number: int, held: bool = False) -> Incident | None:
    """The incident with this number; `held`: locked against other writers until this transaction ends."""
    # Only the owner's name is shown, so the roles are not asked for.
    with_owner = joinedload(Incident.owner).lazyload(StaffMember.holdings)
    asked = (
        number if number <= LARGEST else 0
    )  # which nobody has; looked up all the same, so that all cost the same
    query = select(Incident).where(Incident.number == asked).options(with_owner)
    return session.scalar(query.with_for_update(of=Incident) if held else query)


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
    """Record what was done, told or referred, and set the clock for the next step (a key of NEXT_STEPS)."""
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
    """Make an incident more or less urgent than the rules did; the reason is stored."""
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
    """Make another reader of the report responsible for the next step, and alert that person.

    `to` is one of the report's readers: passing on never gives anybody new access.
    """
    refuse_closed(incident)
    incident.owner_id = to.id
    add_entry(school, incident, staff.id, Act.ASSIGNED, now, note, case_key)
    queue_alert(reports, incident.report_id, [to.email])


def step_aside(school: Session, reports: Session, incident: Incident, opener: Opener, now: datetime) -> None:
    """Remove this person from the report at once, as it may be about them; somebody else becomes responsible.

    Raises NobodyLeft if nobody else may read the report, and ListNotSeen if the list of readers is another one than
    this key was compared with; the caller then rolls both sessions back.
    """
    left = access.step_aside(reports, incident.report_id, opener)
    if incident.owner_id == opener.id:
        owner = _next_owner(incident, left)
        incident.owner_id = owner.id
        queue_alert(reports, incident.report_id, [owner.email])
    add_entry(school, incident, opener.id, Act.STEPPED_ASIDE, now)


def close(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    outcome: CaseOutcome,
    note: str,
    report: OpenedReport,
) -> None:
    """Close an incident; the log and the number stay. The caller commits `school` before `reports`."""
    if not note.strip():
        raise ValueError("an incident is closed with a note")
    refuse_closed(incident)
    incident.outcome, incident.closed_at = outcome, now
    add_entry(school, incident, staff.id, Act.CLOSED, now, note, report.case_keys[0])
    set_closed(reports, report, closed=True)


def reopen(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    calendar: SchoolCalendar,
    now: datetime,
    reason: str,
    report: OpenedReport,
) -> None:
    """Reopen an incident with a new clock. The caller commits `reports` before `school`."""
    if not reason.strip():
        raise ValueError("an incident is reopened with a reason")
    if incident.closed_at is None:
        return
    incident.outcome = incident.closed_at = None
    incident.owner_id = staff.id
    incident.next_step_by = decide_by(calendar, ROUTES[incident.route], now)
    add_entry(school, incident, staff.id, Act.REOPENED, now, reason, report.case_keys[0])
    set_closed(reports, report, closed=False)


def _next_owner(incident: Incident, left: list[Keyholder]) -> Keyholder:
    """Who becomes responsible: one of the remaining readers, if possible one of the route's own roles."""
    own = set(ROUTES[incident.route].readers)
    return next((reader for reader in left if own & set(reader.roles.split())), left[0])


def refuse_closed(incident: Incident) -> None:
    """Raise IncidentClosed if the incident is closed."""
    if incident.closed_at is not None:
        raise IncidentClosed
