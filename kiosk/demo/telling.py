"""What children tell in the demo school, through the form as they do it, and what staff did."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.demo.names import MAIL_DOMAIN, DemoReport, hollybank
from kiosk.demo.people import Secrets
from kiosk.incidents.case.actions import open_incident, plan_next_step
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.checklist import choice_of, save_choices
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.case.records import record
from kiosk.incidents.closing.close import agree, close, open_request_for_second_reader
from kiosk.report.access.opening import Opener, read_report
from kiosk.report.form.answers import read
from kiosk.report.form.seal import prepare_and_store
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
    for told in hollybank().waiting:
        _send_report(reports, key, calendar, told, now)
    for one in hollybank().handled:
        report_id = _send_report(reports, key, calendar, one.told, now)
        moment = calendar.next_opening(now - timedelta(days=one.told.days_ago - 2)) + timedelta(minutes=25)
        email = one.reader + MAIL_DOMAIN
        staff = school.scalars(select(StaffMember).where(StaffMember.email == email)).one()
        opener = Opener(staff.id, staff.roles, secrets[staff.email].private_key)
        acting = Acting(staff, moment, calendar, school, reports, opener)
        case = open_incident(acting, report_id)
        for hours, step in enumerate(one.records, 1):
            later = replace(acting, now=moment + timedelta(hours=hours))
            record(later, case, step.kind, _fill_placeholders(step.answers, staff, later.now))
        acting = replace(acting, now=moment + timedelta(hours=len(one.records)))
        plan_next_step(acting, case, "day", "Look at it again.")
        if one.outcome:
            save_choices(acting, case, {name: choice_of(text) for name, text in one.chosen.items()})
            end = {"outcome": one.outcome.value, **one.ending}
            end["owner"] = staff.id.hex
            end["due_on"] = (now + timedelta(days=14)).date().isoformat()
            _close_case(replace(acting, now=moment + timedelta(days=1)), case, end, secrets)


def _fill_placeholders(given: Mapping[str, str], staff: StaffMember, at: datetime) -> dict[str, str]:
    today = at.date().isoformat()
    values = {name: text.format(today=today) for name, text in given.items()}
    return values | ({"decided_by": staff.id.hex} if "told" in given else {})


def _close_case(acting: Acting, case: CaseFile, values: dict[str, str], secrets: Secrets) -> None:
    """Close it, with another reader who agrees where one is not enough."""
    if close(acting, CaseGroup(case.fresh()), values):
        return
    report = case.report
    other = next(one for one in report.readers if one.id != acting.staff.id and one.email in secrets)
    second = acting.school.get_one(StaffMember, other.id)
    opener = Opener(second.id, second.roles, secrets[second.email].private_key)
    read = CaseFile(case.incident, read_report(acting.reports, report.id, opener), acting.school)
    line = open_request_for_second_reader(read)
    assert line is not None, "it was asked for just now"
    agree(replace(acting, staff=second, opener=opener), CaseGroup(read), line.id.hex)


def _send_report(
    reports: Session, key: SiteKey, calendar: SchoolCalendar, told: DemoReport, now: datetime
) -> uuid.UUID:
    """Send a report as a child would have done some days ago; returns its id."""
    form: MultiDict[str, str] = MultiDict({"nonce": secrets.token_urlsafe(24)})
    for name, value in told.answers.items():
        form.setlist(name, [value] if isinstance(value, str) else list(value))
    answers, errors = read(form, told.band, told.lang)
    assert not errors, errors
    taken = prepare_and_store(reports, key, calendar, answers, now - timedelta(days=told.days_ago))
    reports.flush()
    return taken.sealed.id
