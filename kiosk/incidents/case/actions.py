"""What staff do about a report; every step adds a line to the log, and no line is ever removed."""

import uuid

from sqlalchemy import select

from kiosk.incidents.case.case_file import Acting, CaseFile, digest_of
from kiosk.incidents.case.deadlines import decide_by
from kiosk.incidents.case.drafts import end_drafts, end_own_drafts
from kiosk.incidents.case.numbers import ABOUT_STAFF, lock_numbers, next_number
from kiosk.incidents.case.tasks import end_looks
from kiosk.incidents.case_log.entries import note_read
from kiosk.incidents.models import Act, Incident, Level
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_alert
from kiosk.report.access import renewal
from kiosk.report.access.keyring import Keyholder
from kiosk.report.access.opening import open_report, set_closed
from kiosk.report.access.routes import HANDED_OVER, HOUR_MINUTES, ROUTES
from kiosk.report.models import Reader
from kiosk.report.release import HOUR

# By when the next step must be taken, in school days; 0: in one hour of school.
NEXT_STEPS = {"hour": 0, "day": 1, "three": 3, "week": 5}


def open_incident(acting: Acting, report_id: uuid.UUID) -> CaseFile:
    """The case of a report; the first opening gives it a number, later ones find the same incident.

    The caller commits `school` before `reports`. Raises ReportNotYours, KeyNotGranted or EnvelopeBroken.
    """
    school, opener, now = acting.school, acting.opener, acting.now
    opened = open_report(acting.reports, report_id, opener)
    # Held, as others may work on it at this moment; and looked for before the table is locked for whoever is first.
    known = select(Incident).where(Incident.report_id == report_id).with_for_update(of=Incident)
    incident = school.scalar(known)
    if incident is None:
        lock_numbers(school)
        incident = school.scalar(known)
    if incident:
        note_read(school, incident, opener.id, now)
        return CaseFile(incident, opened, school)
    incident = Incident(
        number=next_number(school, opened.route.id),
        report_id=report_id,
        route=opened.route.id,
        counts_as=None if opened.route.id in ABOUT_STAFF else opened.route.id,
        level=Level.URGENT if opened.urgent or opened.altered else Level(opened.route.level),
        opened_at=now,
        owner_id=opener.id,
        next_step_by=decide_by(acting.calendar, opened, now),
    )
    school.add(incident)
    school.flush()
    case = CaseFile(incident, opened, school)
    case.append(acting, Act.OPENED, digest_of(opened.body))
    return case


def plan_next_step(acting: Acting, case: CaseFile, next_step: str, note: str) -> None:
    """Plan the next step and set its deadline, if it is near enough; nothing else moves one (promise Q6)."""
    if next_step not in allowed_next_steps(case) or not note.strip():
        raise ValueError("a step is planned within reach, and in words")
    case.refuse_closed()
    case.append(acting, Act.PLANNED, note)
    minutes = NEXT_STEPS[next_step] * acting.calendar.school_day_minutes() or HOUR_MINUTES
    within_the_hour = case.report.urgent and next_step == "hour"  # at night too: somebody is on duty for it
    due = acting.now + HOUR if within_the_hour else acting.calendar.add_school_time(acting.now, minutes)
    case.incident.next_step_by = due


def allowed_next_steps(case: CaseFile) -> list[str]:
    """Which deadlines may be chosen: an hour before the first decision within the hour, a school day if urgent."""
    most = (
        0 if _is_undecided(case) else 1 if case.incident.level is Level.URGENT else max(NEXT_STEPS.values())
    )
    return [name for name, days in NEXT_STEPS.items() if days <= most]


def change_level(acting: Acting, case: CaseFile, level: Level, reason: str) -> None:
    """Make an incident more or less urgent than the rules did; the reason is stored.

    What becomes urgent waits no longer than urgent cases do, whatever was planned before.
    """
    if not reason.strip():
        raise ValueError("a change of level has a reason")
    case.refuse_closed()
    incident, calendar = case.incident, acting.calendar
    incident.level = level
    if level is Level.URGENT:
        latest = calendar.add_school_time(acting.now, calendar.school_day_minutes())
        incident.next_step_by = min(incident.next_step_by, latest)
    case.append(acting, Act.LEVEL, reason)


def assign(acting: Acting, case: CaseFile, to: Reader, note: str) -> None:
    """Make another of the report's readers responsible for the next step, and alert them: nobody gains access."""
    case.refuse_closed()
    case.incident.owner_id = to.id
    case.append(acting, Act.ASSIGNED, note)
    queue_alert(acting.reports, case.incident.report_id, [to.email], _how_to_tell(case))


def step_aside(acting: Acting, case: CaseFile) -> None:
    """Remove this person's access at once, as the report may be about them; somebody else becomes responsible.

    Raises NobodyLeft if nobody else may read the report, and ReaderListChanged if the list of readers is not the one
    that this key was compared with; the caller then rolls both sessions back.
    """
    incident, opener = case.incident, acting.opener
    left = renewal.step_aside(acting.reports, incident.report_id, opener)
    if incident.owner_id == opener.id:
        owner = _next_owner(incident, left)
        incident.owner_id = owner.id
        queue_alert(acting.reports, incident.report_id, [owner.email], _how_to_tell(case))
    end_own_drafts(acting.school, incident.id, opener.id)
    case.append(acting, Act.STEPPED_ASIDE)


def hand_over(acting: Acting, case: CaseFile, note: str) -> None:
    """Hand a case that turns out to be child protection to the safeguarding lead, with a new clock.

    Whoever has no role on that route reads nothing of it from then on, the opener too. Raises IncidentClosed, or what
    `access.hand_over` raises; the caller then rolls both sessions back.
    """
    case.refuse_closed()
    if not note.strip():
        raise ValueError("a case is handed over with a reason")
    incident = case.incident
    left = renewal.hand_over(acting.reports, incident.report_id, acting.opener)
    route = ROUTES[HANDED_OVER]
    incident.route, incident.level = route.id, Level(route.level)
    owner = _next_owner(incident, left)
    incident.owner_id = owner.id
    minutes = route.acknowledge_minutes or HOUR_MINUTES
    in_school = acting.calendar.add_school_time(acting.now, minutes)
    incident.next_step_by = acting.now + HOUR if _is_undecided(case) else in_school
    end_drafts(acting.school, incident.id, but_of=[one.id for one in left])
    case.append(acting, Act.HANDED_OVER, note)
    queue_alert(acting.reports, incident.report_id, [one.email for one in left], _how_to_tell(case))


def reopen(acting: Acting, case: CaseFile, reason: str) -> None:
    """Reopen an incident with a new clock. The caller commits `reports` before `school`."""
    if not reason.strip():
        raise ValueError("an incident is reopened with a reason")
    incident = case.incident
    if incident.closed_at is None:
        return
    incident.outcome = incident.closed_at = None
    end_looks(acting, case)
    incident.owner_id = acting.staff.id
    incident.next_step_by = decide_by(acting.calendar, case.report, acting.now)
    case.append(acting, Act.REOPENED, reason)
    set_closed(acting.reports, case.report, closed=False)


def _is_undecided(case: CaseFile) -> bool:
    """Whether it is to be decided within the hour, and no step is planned yet."""
    return case.report.urgent and all(line.act is not Act.PLANNED for line in case.entries)


def _how_to_tell(case: CaseFile) -> MailKind:
    """Which mail goes to whoever gets a case: opening it has ended its rings, whoever did that."""
    return MailKind.AGAIN if _is_undecided(case) else MailKind.NEWS


def _next_owner(incident: Incident, left: list[Keyholder]) -> Keyholder:
    """Who becomes responsible: one of the remaining readers who is there, if possible one of the route's own roles."""
    own = set(ROUTES[incident.route].readers)
    there = [one for one in left if not one.absent] or left
    return next((reader for reader in there if own & set(reader.roles.split())), there[0])
