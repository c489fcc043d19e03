"""What the verbs of cases take in a test: who acts, and the case as that person has opened it."""

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.models import Incident
from kiosk.report.access.opening import read_report
from tests.factories import opener_of


def acting(
    calendar: SchoolCalendar, staff: StaffMember, now: datetime, school: Session, reports: Session
) -> Acting:
    """This person, with the own key."""
    return Acting(staff, now, calendar, school, reports, opener_of(staff))


def case_of(by: Acting, incident: Incident) -> CaseFile:
    """A case as this person has opened it; raises ReportNotYours."""
    return CaseFile(incident, read_report(by.reports, incident.report_id, by.opener), by.school)
