"""The mail each school morning that all is well, to whoever looks after the computer and the Coordinator (promise D12).

Its absence is the alarm. It reveals nothing about reports: it depends on the worker, the clock, the log, whether the
mail server takes mail when it is asked on a fixed beat, how many can read, and on the report that kiosk sends to
itself. What children have told, and whether an alert about it has left, is not looked at.
"""

from datetime import datetime

from sqlalchemy import or_, update

from kiosk.accounts.staff.links import role_holders
from kiosk.calendar.school import SchoolCalendar
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.access.keyring import ZONE_ID, able_readers, read_keyring
from kiosk.report.models import Zone
from kiosk.report.self_test.report import self_test_late
from kiosk.report.setup import FEWEST_TO_OPEN
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases

WELL = frozenset({Role.NETWORK, Role.COORDINATOR})


def queue_machine(databases: Databases, role: Role) -> None:
    """Queue the mail that the computer needs a look, for those of this role."""
    with databases.school.session(write=False) as school:
        addresses = [staff.email for staff in role_holders(school) if role in staff.roles]
    with databases.reports.write() as reports:
        queue_mail(reports, MailKind.MACHINE, addresses)


def queue_all_well(
    databases: Databases, key: SiteKey, calendar: SchoolCalendar, root: bytes | None, now: datetime
) -> bool:
    """Queue today's mail if children's reports can be read; whether there is one for today now.

    The day is stored in the same transaction as the mail, so that two workers, or one that was restarted, send only
    one.
    """
    today = now.astimezone(calendar.zone).date()
    with databases.reports.session(write=False) as reports:
        recipients = read_keyring(reports, root, today)
        if not recipients.published or len(able_readers(recipients.readers)) < FEWEST_TO_OPEN:
            return False
        if self_test_late(reports, key, calendar, now):
            return False
    with databases.school.session(write=False) as school:
        addresses = [staff.email for staff in role_holders(school) if WELL & staff.roles]
    with databases.reports.write() as reports:
        noted = reports.execute(
            update(Zone)
            .where(Zone.id == ZONE_ID, or_(Zone.well_on.is_(None), Zone.well_on != today))
            .values(well_on=today)
        )
        if noted.rowcount:  # type: ignore[attr-defined]
            queue_mail(reports, MailKind.WELL, addresses)
    return True
