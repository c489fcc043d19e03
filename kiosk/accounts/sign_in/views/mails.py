"""Mails about accounts, always with the same words; they are stored before the change itself."""

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.links import role_holders
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.web.request_sessions import reports, school


def mail_account_owner(staff: StaffMember) -> None:
    """Tell somebody that their password, phone or link was changed."""
    queue_mail(reports(), MailKind.ACCOUNT, [staff.email])
    reports().commit()


def mail_role_holders() -> None:
    """Tell everybody who holds a role that somebody has another role."""
    queue_mail(reports(), MailKind.CHANGE, [staff.email for staff in role_holders(school())])
    reports().commit()


def mail_other_role_holders(*but: StaffMember) -> None:
    """Tell everybody else who holds a role that something is waiting for them."""
    known = {staff.id for staff in but}
    waiting = [staff.email for staff in role_holders(school()) if staff.id not in known]
    queue_mail(reports(), MailKind.NEWS, waiting)
    reports().commit()
