"""Once a week the anchor of the log leaves the machine, by mail to the chair and the safeguarding lead (promise Q2)."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.accounts.links import role_holders
from kiosk.db import Databases
from kiosk.log import Acting, LogAct, head, lines
from kiosk.log_proof import anchor_of
from kiosk.outbox import MailKind, queue_mail
from kiosk.roles import keeps_anchor
from kiosk.sealing.site_key import SiteKey

EVERY = timedelta(days=7)


def queue_anchor(databases: Databases, site_key: SiteKey, now: datetime) -> bool:
    """Queue the mail with the anchor if a week has passed since the last; whether it was queued now.

    The mail is stored before the line that says so: a crash between the two sends it twice rather than never.
    """
    with databases.school.session(write=False) as session:
        addresses = _due_to(session, now)
    if not addresses:
        return False
    with databases.reports.write() as reports:
        queue_mail(reports, MailKind.ANCHOR, addresses)
    with databases.school.write() as session:
        Acting(site_key, None, now).note(session, LogAct.ANCHOR_SENT)
    return True


def anchor_words(databases: Databases) -> str:
    """The anchor of the log as it is now."""
    with databases.school.session(write=False) as session:
        return str(anchor_of(session))


def _due_to(session: Session, now: datetime) -> list[str]:
    sent = lines(session, acts=[LogAct.ANCHOR_SENT], limit=1)
    if head(session)[0] == 0 or (sent and sent[0].at > now - EVERY):
        return []
    return [staff.email for staff in role_holders(session) if keeps_anchor(staff.roles)]
