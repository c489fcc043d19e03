"""What staff do about a report; every step adds a line to the log, and no line is ever removed."""

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.clock import decide_by
from kiosk.incidents.drafts import end_drafts, end_own_drafts
from kiosk.incidents.first_opened import digest_of
from kiosk.incidents.log import add_entry, note_read
from kiosk.incidents.models import Act, Closing, Incident, Level
from kiosk.incidents.numbers import LARGEST, lock_numbers, next_number
from kiosk.incidents.practice_runs import note_seen
from kiosk.outbox import queue_alert
from kiosk.report import access
from kiosk.report.keyring import Keyholder
from kiosk.report.models import Reader
from kiosk.report.opening import OpenedReport, Opener, open_report, set_closed
from kiosk.report.reading_routes import HANDED_OVER, HOUR_MINUTES, ROUTES

# By when the next step must be taken, in school days; 0: in one hour of school.
NEXT_STEPS = {"hour": 0, "day": 1, "three": 3, "week": 5}


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
    note_seen(school, opened, opener.id, calendar, now)
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


def plan(
    session: Session,
    incident: Incident,
    staff: StaffMember,
    calendar: SchoolCalendar,
    now: datetime,
    next_step: str,
    note: str,
    case_key: bytes,
) -> None:
    """Say what the next step is and set its clock (a key of NEXT_STEPS); nothing else moves a clock (promise Q6).

    Raises ValueError if it is too far away for how urgent it is (`steps_within_reach`).
    """
    if next_step not in steps_within_reach(incident.level) or not note.strip():
        raise ValueError("a step is planned within reach, and in words")
    refuse_closed(incident)
    add_entry(session, incident, staff.id, Act.PLANNED, now, note, case_key)
    minutes = NEXT_STEPS[next_step] * calendar.school_day_minutes() or HOUR_MINUTES
    incident.next_step_by = calendar.add_school_time(now, minutes)


def steps_within_reach(level: Level) -> list[str]:
    """By when the next step may be taken: what is urgent waits for one school day at most."""
    return [name for name, days in NEXT_STEPS.items() if level is not Level.URGENT or days <= 1]


def change_level(
    session: Session,
    incident: Incident,
    staff: StaffMember,
    calendar: SchoolCalendar,
    now: datetime,
    level: Level,
    reason: str,
    case_key: bytes,
) -> None:
    """Make an incident more or less urgent than the rules did; the reason is stored.

    What becomes urgent waits no longer than urgent cases do, whatever was planned before.
    """
    if not reason.strip():
        raise ValueError("a change of level has a reason")
    refuse_closed(incident)
    incident.level = level
    if level is Level.URGENT:
        latest = calendar.add_school_time(now, calendar.school_day_minutes())
        incident.next_step_by = min(incident.next_step_by, latest)
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
    # What somebody who may be involved asked for, nobody agrees to.
    mine = (Closing.incident_id == incident.id, Closing.asked_by_id == opener.id)
    school.execute(delete(Closing).where(*mine))
    end_own_drafts(school, incident.id, opener.id)
    add_entry(school, incident, opener.id, Act.STEPPED_ASIDE, now)


def hand_over(
    school: Session,
    reports: Session,
    incident: Incident,
    opener: Opener,
    calendar: SchoolCalendar,
    now: datetime,
    note: str,
    case_key: bytes,
) -> None:
    """Hand a case that turns out to be child protection to the safeguarding lead, with a new clock.

    Whoever has no role on that route reads nothing of it from then on, the opener too. Raises IncidentClosed, or what
    `access.hand_over` raises; the caller then rolls both sessions back.
    """
    refuse_closed(incident)
    if not note.strip():
        raise ValueError("a case is handed over with a reason")
    left = access.hand_over(reports, incident.report_id, opener)
    route = ROUTES[HANDED_OVER]
    incident.route, incident.level, incident.follows_id = route.id, Level(route.level), None
    owner = _next_owner(incident, [one for one in left if not one.absent] or left)
    incident.owner_id = owner.id
    incident.next_step_by = calendar.add_school_time(now, route.acknowledge_minutes or HOUR_MINUTES)
    school.execute(delete(Closing).where(Closing.incident_id == incident.id))
    end_drafts(school, incident.id, but_of=[one.id for one in left])
    add_entry(school, incident, opener.id, Act.HANDED_OVER, now, note, case_key)
    queue_alert(reports, incident.report_id, [one.email for one in left])


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
    incident.outcome = incident.closed_at = incident.follows_id = None
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
