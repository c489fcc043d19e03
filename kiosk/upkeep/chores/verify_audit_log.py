"""Verifies the whole audit log; tampering is recorded in the log itself and mailed to every reader (promise Q2)."""

from datetime import datetime

from kiosk.accounts.staff.links import role_holders
from kiosk.audit.log import Acting, LogAct, lines
from kiosk.audit.verify import is_authentic, verify_log
from kiosk.duties.lines import book_is_intact
from kiosk.incidents.case_log.audit_link import verify_cases
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.roles import READING_ROLES
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases

LOOKED_AT = 60


def audit_log_is_intact(databases: Databases, site_key: SiteKey, now: datetime) -> bool:
    """Whether every line is as kiosk wrote it. If not, a line says so from then on, and each reader gets a mail.

    The pages of readers look for that line, as they cannot read the whole log. It is written once.
    """
    with databases.school.session(write=False) as school:
        whole = not verify_log(school, site_key) and not verify_cases(school, site_key)
        if whole and book_is_intact(school, site_key):
            return True
        said = [
            line
            for line in lines(school, acts=[LogAct.FOUND_CHANGED], limit=LOOKED_AT)
            if is_authentic(site_key, line)  # a line that kiosk did not write does not suppress the mail
        ]
        readers = [staff.email for staff in role_holders(school) if READING_ROLES & staff.roles]
    if not said:
        # first, so that a crash between the two sends the mail twice rather than never
        with databases.reports.write() as reports:
            queue_mail(reports, MailKind.STOP, readers)
        with databases.school.write() as school:
            Acting(site_key, None, now).note(school, LogAct.FOUND_CHANGED)
    return False
