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
from kiosk.demo.stories import HANDLED, WAITING, Told
from kiosk.incidents.actions import close, open_incident, record_action
from kiosk.report.form import read
from kiosk.report.opening import Opener
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
        for hours, (act, words) in enumerate(steps, 1):
            at = moment + timedelta(hours=hours)
            record_action(school, incident, staff, calendar, at, act, words, case_key, "three")
        if outcome:
            close(school, reports, incident, staff, moment + timedelta(days=1), outcome, note, report)


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
