"""Once a week the anchor of the log leaves the machine, by mail to the chair and the safeguarding lead (promise Q2)."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.accounts.staff.links import role_holders
from kiosk.audit.log import Acting, LogAct, lines, newest_line
from kiosk.audit.verify import anchor_of, is_authentic, verify
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_alarm, queue_mail
from kiosk.roles import Role, keeps_anchor
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases

EVERY = timedelta(days=7)
LOOKED_AT = 60  # newest lines about an anchor: behind so many of somebody else's, one is sent too often, never too late
HEAR_OF_IT = {Role.DSL, Role.PRINCIPAL, Role.CHAIR}


def queue_anchor(databases: Databases, site_key: SiteKey, now: datetime) -> bool:
    """Queue the mail with the anchor if a week has passed since the last; whether it was queued now.

    A line of somebody else, or of a day that has not come, does not delay an anchor. Where the log is not as kiosk
    wrote it, chair, safeguarding lead and principal get an alarm as well, each time. The mail is stored before the
    line that says so: a crash between the two sends it twice rather than never.
    """
    with databases.school.session(write=False) as session:
        if not _is_due(session, site_key, now):
            return False
        holders = role_holders(session)
        whole = not verify(session, site_key)
    with databases.reports.write() as reports:
        queue_mail(reports, MailKind.ANCHOR, [one.email for one in holders if keeps_anchor(one.roles)])
        if not whole:
            queue_alarm(reports, [one.email for one in holders if HEAR_OF_IT & one.roles])
    with databases.school.write() as session:
        Acting(site_key, None, now).note(session, LogAct.ANCHOR_SENT)
    return True


def anchor_words(databases: Databases) -> str:
    """The anchor of the log as it is now."""
    with databases.school.session(write=False) as session:
        return str(anchor_of(session))


def _is_due(session: Session, site_key: SiteKey, now: datetime) -> bool:
    if newest_line(session)[0] == 0 or not any(keeps_anchor(one.roles) for one in role_holders(session)):
        return False
    return not any(
        now - EVERY < line.at <= now and is_authentic(site_key, line)
        for line in lines(session, acts=[LogAct.ANCHOR_SENT], limit=LOOKED_AT)
    )
