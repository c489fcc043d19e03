"""Links for a new password: one person makes one for somebody without a role, two for somebody who holds one.

Otherwise whoever may make links could become anybody: the link of a reader or of the network manager is worth as
much as the role (promise E8).
"""

import uuid
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import LinkRequest, StaffMember
from kiosk.accounts.staff.people import (
    Invitation,
    find_staff,
    invitation_digest,
    present_staff,
    renew_invitation,
)
from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.roles import HELD_ROLES, NEEDED_ROLES, READING_ROLES
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database, Databases
from kiosk.wording.messages import N_, Refused

REQUEST_LASTS = timedelta(days=7)


def holds_role(staff: StaffMember) -> bool:
    """Whether this person holds a role or deputises for one."""
    return bool(set(HELD_ROLES) & staff.roles)


def has_power(staff: StaffMember) -> bool:
    """Whether this person holds a role that every school needs, and so can be one of two who make a link."""
    return bool(set(NEEDED_ROLES) & staff.roles)


def role_holders(session: Session) -> list[StaffMember]:
    """Everybody who works here and holds a role that every school needs."""
    return [staff for staff in present_staff(session) if has_power(staff)]


def ask_for_link(session: Session, acting: Acting, staff: StaffMember) -> Invitation | None:
    """A new link for somebody without a role; None where a second person has to confirm it first.

    An older link of somebody who holds a role stops working at once.
    """
    if not holds_role(staff):
        invitation = renew_invitation(session, staff, acting.now)
        acting.note(session, LogAct.LINK_MADE, staff.id)
        return invitation
    staff.invitation_digest = staff.invitation_ends_at = None
    session.merge(LinkRequest(staff_id=staff.id, asked_by_id=acting.by, asked_at=acting.now))
    session.flush()
    acting.note(session, LogAct.LINK_ASKED, staff.id)
    return None


def mailed_token(site_key: SiteKey, staff: StaffMember) -> str:
    """The token of an invitation that leaves by mail: made anew when the mail leaves, so that it is stored nowhere."""
    ends_at = staff.invitation_ends_at
    said = b"" if ends_at is None else ends_at.astimezone(UTC).isoformat().encode()
    drawn = site_key.derive("mailed-link", staff.id.bytes + said)
    return urlsafe_b64encode(drawn).decode("ascii").rstrip("=")


def mailed_link(school: Database, config: Config, site_key: SiteKey, address: str) -> str:
    """The link for whoever was invited by mail at this address and has not used it yet; else nothing."""
    with school.session(write=False) as session:
        staff = find_staff(session, address)
        if staff is None or staff.left_on or not staff.invitation_digest:
            return ""
        token = mailed_token(site_key, staff)
        if not compare_digest(invitation_digest(token), staff.invitation_digest):
            return ""  # used, or another was made by hand
        return f"{config.public_url}/staff/welcome/{token}"


def text_address(school: Database, config: Config, address: str) -> str:
    """Where a text message goes to whoever has this address, reads reports and gave a number; else nothing."""
    if not config.text_address:
        return ""
    with school.session(write=False) as session:
        staff = find_staff(session, address)
        if staff is None or not staff.mobile or not READING_ROLES & staff.roles:
            return ""
        return config.text_address.replace("{number}", staff.mobile)


def end_mailed_links(session: Session, old: SiteKey, new: SiteKey) -> None:
    """After the site key was replaced: a link that was mailed opens nothing, and one that leaves later fits again."""
    for staff in session.scalars(select(StaffMember).where(StaffMember.invitation_digest.is_not(None))):
        digest = staff.invitation_digest or b""
        if compare_digest(invitation_digest(mailed_token(old, staff)), digest):
            staff.invitation_digest = invitation_digest(mailed_token(new, staff))


def role_given_at(session: Session, staff_id: uuid.UUID) -> datetime | None:
    """When this person was first given a role that every school needs, as the log says; None for those who had one
    when it began. Another role before that makes nobody one of two people sooner."""
    given = select(func.min(LogEntry.at)).where(LogEntry.act == LogAct.ROLE_GIVEN.value)
    for role in set(HELD_ROLES) - set(NEEDED_ROLES):
        given = given.where(~LogEntry.details.contains(f'"role":"{role.value}"'))
    return session.scalar(given.where(LogEntry.about_id == staff_id))


def open_requests(session: Session, now: datetime, for_update: bool = False) -> Sequence[LinkRequest]:
    """The requests that wait for a second person, the oldest first; `for_update`: nobody else decides meanwhile."""
    wanted = select(LinkRequest).where(LinkRequest.asked_at > now - REQUEST_LASTS)
    wanted = wanted.order_by(LinkRequest.asked_at, LinkRequest.staff_id)
    if for_update:
        wanted = wanted.with_for_update(of=LinkRequest).execution_options(populate_existing=True)
    return session.scalars(wanted).all()


def may_confirm(me: StaffMember, request: LinkRequest) -> bool:
    """Whether this person is the second: one with a power who neither asked nor is the one whom the link is for.

    Neither of the two may be frozen, and who asked must still hold a role.
    """
    two = (me, request.asked_by)
    return all(has_power(one) and not one.frozen_on for one in two) and me.id not in (
        request.asked_by_id,
        request.staff_id,
    )


def confirm_link(session: Session, acting: Acting, me: StaffMember, request: LinkRequest) -> Invitation:
    """Make the link that somebody else asked for; raises Refused for whoever may not be the second person."""
    if not may_confirm(me, request):
        raise Refused(N_("Somebody else must confirm this: neither who asked nor whom the link is for."))
    staff, asked_by = request.staff, request.asked_by
    session.delete(request)
    invitation = renew_invitation(session, staff, acting.now)
    acting.note(session, LogAct.LINK_MADE, staff.id, asked_by=asked_by.name)
    return invitation


def refuse_link(session: Session, acting: Acting, request: LinkRequest) -> None:
    """Take a request away: any role holder may, also who asked."""
    session.delete(request)
    session.flush()
    acting.note(session, LogAct.LINK_REFUSED, request.staff_id)


def emergency_link(
    databases: Databases, site_key: SiteKey, email: str, new_phone: bool, now: datetime
) -> Invitation:
    """A link made at the computer itself, for a lost first link or an administrator who is locked out.

    Everybody who holds a role gets a mail, which is stored first, so that no link is made without notice. With
    `new_phone` the phone is forgotten as well, even of somebody who holds a role. Raises Refused for an unknown
    address.
    """
    acting = Acting(site_key, None, now)
    with databases.school.write() as session:
        staff = find_staff(session, email)
        if staff is None or staff.left_on:
            raise Refused(N_("Nobody who works here has the address %(email)s."), email=email)
        with databases.reports.write() as reports:
            queue_mail(reports, MailKind.POWER, [one.email for one in role_holders(session)])
            queue_mail(reports, MailKind.ACCOUNT, [staff.email])
        if new_phone:
            staff.sealed_phone, staff.totp_step = None, 0
        session.execute(delete(LinkRequest).where(LinkRequest.staff_id == staff.id))
        invitation = renew_invitation(session, staff, now)
        acting.note(session, LogAct.LINK_ON_MACHINE, staff.id, phone="forgotten" if new_phone else "kept")
    return invitation
