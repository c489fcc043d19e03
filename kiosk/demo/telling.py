"""Telling in the demo school as children do it, through the form, and what staff did about it."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.demo.people import Secrets
from kiosk.demo.stories import DEBRIEF, HANDLED, WAITING, Told
from kiosk.incidents.actions import open_incident, plan
from kiosk.incidents.closing import agree, ask_second, asked_in, close, needs_second
from kiosk.incidents.log import entries_of
from kiosk.incidents.models import CaseOutcome, Incident
from kiosk.incidents.records import record
from kiosk.report.form import read
from kiosk.report.opening import OpenedReport, Opener, read_report
from kiosk.report.taking import take_report
from kiosk.sealing.site_key import SiteKey


def add_reports(
    school: Session,
    reports: Session,
    key: SiteKey,
    calendar: SchoolCalendar,
    now: datetime,
    secrets: Secrets,
) -> None:
    """Add reports that wait, and incidents at every stage."""
    for told in WAITING:
        _tell(reports, key, calendar, told, now)
    for told, reader, steps, outcome, note in HANDLED:
        report_id = _tell(reports, key, calendar, told, now)
        moment = calendar.next_opening(now - timedelta(days=told[2] - 2)) + timedelta(minutes=25)
        staff = school.scalars(select(StaffMember).where(StaffMember.email == reader + MAIL_DOMAIN)).one()
        opener = Opener(staff.id, staff.roles, secrets[staff.email].private_key)
        incident, report = open_incident(school, reports, opener, calendar, report_id, moment)
        case_key = report.case_keys[0]
        for hours, (kind, given) in enumerate(steps, 1):
            at = moment + timedelta(hours=hours)
            record(school, incident, staff, at, kind, _filled(given, staff, at), case_key)
        planned = moment + timedelta(hours=len(steps))
        plan(school, incident, staff, calendar, planned, "day", "Look at it again.", case_key)
        if outcome:
            end = {"outcome": outcome.value, "note": note} | DEBRIEF | {"owner": staff.id.hex}
            end["due_on"] = (now + timedelta(days=14)).date().isoformat()
            _close(school, reports, incident, staff, moment + timedelta(days=1), end, report, secrets)


def _filled(given: dict[str, str], staff: StaffMember, at: datetime) -> dict[str, str]:
    today = at.date().isoformat()
    values = {name: text.format(today=today) for name, text in given.items()}
    return values | ({"decided_by": staff.id.hex} if "told" in given else {})


def _close(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    at: datetime,
    values: dict[str, str],
    report: OpenedReport,
    secrets: Secrets,
) -> None:
    """Close it, with another reader who agrees where one is not enough."""
    if not needs_second(incident, report, CaseOutcome(values["outcome"])):
        close(school, reports, incident, staff, at, values, report, entries_of(school, incident.id))
        return
    ask_second(school, reports, incident, staff, at, values, report, entries_of(school, incident.id))
    other = next(one for one in report.readers if one.id != staff.id and one.email in secrets)
    second = school.get_one(StaffMember, other.id)
    opened = read_report(
        reports, report.id, Opener(second.id, second.roles, secrets[second.email].private_key)
    )
    entries = entries_of(school, incident.id)
    line = asked_in(entries)
    assert line is not None, "it was asked for just now"
    agree(school, reports, incident, second, at, entries, opened, line.id.hex)


def _tell(reports: Session, key: SiteKey, calendar: SchoolCalendar, told: Told, now: datetime) -> uuid.UUID:
    """Send a report as a child would have done some days ago; returns its id."""
    band, lang, days_ago, given = told
    form: MultiDict[str, str] = MultiDict({"nonce": secrets.token_urlsafe(24)})
    for name, value in given.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    answers, errors = read(form, band, lang)
    assert not errors, errors
    taken = take_report(reports, key, calendar, answers, now - timedelta(days=days_ago))
    reports.flush()
    return taken.sealed.id
