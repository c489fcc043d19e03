"""Staff accounts: invited by a one-time link, ended with all their sessions; no account exists by default."""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Protocol

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassTeacher, LinkRequest, Proposal, RoleHolder, StaffMember
from kiosk.accounts.sign_in.known_browsers import forget_tries
from kiosk.accounts.sign_in.passwords import NewPassword, check_new_password, new_password
from kiosk.accounts.sign_in.steps import TriedPassword
from kiosk.accounts.staff.reader_keys import forget_key, lock_key, rewrap_key
from kiosk.audit.log import Acting, LogAct
from kiosk.roles import Role
from kiosk.wording.messages import N_, Refused
from kiosk.wording.words import role_words

INVITATION_LASTS = timedelta(days=7)
LONGEST_EMAIL = 254
LONGEST_NAME = 80
FORMULA_SIGNS = ("=", "+", "-", "@")
NOT_THE_SCHOOLS = N_(
    "This is not a school address: those end in %(domains)s. Two of the leadership can allow it, for a time."
)
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


@dataclass(frozen=True)
class Invitation:
    """Who a one-time link is for; `token` is in the link and nowhere else."""

    staff: StaffMember
    token: str


class HasAbsence(Protocol):
    """A member of staff, or a row with these columns alone."""

    @property
    def away_from(self) -> date | None: ...
    @property
    def away_until(self) -> date | None: ...
    @property
    def frozen_on(self) -> date | None: ...


class RefusedName(Refused):
    """The name in an invitation is refused; every other refusal is about the address."""


class RefusedDomain(Refused):
    """The address in an invitation is in none of the school's domains."""


class StaffExist(Exception):
    """The first administrator can be invited once, into an empty school."""


def clean_email(typed: str, domains: Collection[str] = ()) -> str:
    """An e-mail address as it is stored; raises Refused if it is not one, or not in one of the `domains`, if any.

    Among these may stand whole addresses, which two of the leadership allow.
    """
    email = typed.strip().lower()
    if not EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL:
        raise Refused(N_("Type a school e-mail address, such as name@school.example."))
    if not is_in_domains(email, domains):
        names = ", ".join(sorted(one for one in domains if "@" not in one))
        raise RefusedDomain(NOT_THE_SCHOOLS, domains=names)
    return email


def is_in_domains(email: str, domains: Collection[str]) -> bool:
    """Whether an address is in one of these domains or one of these addresses; if there are none, any is."""
    return not domains or email in domains or email.rpartition("@")[2] in domains


def clean_name(typed: str) -> str:
    """A name as it is stored; raises RefusedName for none, one that is too long, and for a formula."""
    name = " ".join(typed.split())
    if not name or len(name) > LONGEST_NAME or name.startswith(FORMULA_SIGNS):
        raise RefusedName(N_("Type the name that children and colleagues use, such as Ms Okafor."))
    return name


def find_staff(session: Session, email: str) -> StaffMember | None:
    """The row of an e-mail address, also of somebody who has left."""
    return session.scalar(select(StaffMember).where(StaffMember.email == email.strip().lower()))


def present_staff(session: Session) -> list[StaffMember]:
    """Everybody who works here, by name."""
    rows = session.scalars(select(StaffMember).where(StaffMember.left_on.is_(None))).all()
    return sorted(rows, key=lambda staff: (staff.name.casefold(), staff.email))


def hold_staff(session: Session) -> None:
    """Let nobody leave, get or lose a role or be frozen until this transaction ends, and read all as they are now."""
    everybody = select(StaffMember).order_by(StaffMember.id).with_for_update()
    session.scalars(everybody.execution_options(populate_existing=True)).all()


def is_away(person: HasAbsence, today: date) -> bool:
    """Whether this is one of the days on which somebody is away."""
    return person.away_from is not None and person.away_from <= today <= (person.away_until or today)


def is_absent(person: HasAbsence, today: date) -> bool:
    """Whether somebody is away or frozen, so that another reader must be able to read what comes in."""
    return is_away(person, today) or person.frozen_on is not None


def invite_staff(
    session: Session,
    acting: Acting,
    name: str,
    email: str,
    teaches: bool = True,
    domains: Collection[str] = (),
) -> Invitation:
    """Make an account with a link that is valid for a week; somebody who had left gets their account back.

    Raises Refused for a bad name or address, and for an address that is taken.
    """
    name, email = clean_name(name), clean_email(email, domains)
    staff = find_staff(session, email)
    if staff is None:
        staff = StaffMember(name=name, email=email, teaches=teaches)
        session.add(staff)
    elif staff.left_on is None:
        raise Refused(N_("%(name)s has this address already."), name=staff.name)
    else:
        staff.name, staff.teaches, staff.left_on = name, teaches, None
    invitation = renew_invitation(session, staff, acting.now)
    acting.note(session, LogAct.INVITED, staff.id)
    return invitation


def renew_invitation(session: Session, staff: StaffMember, now: datetime) -> Invitation:
    """A new link for somebody who lost the first, or the password; `links` says who may make one.

    The old link stops working. The old password and the phone still work, and the phone is still asked for: a link
    alone opens no account of somebody who has one.
    """
    token = secrets.token_urlsafe(32)
    staff.invitation_digest = invitation_digest(token)
    staff.invitation_ends_at = now + INVITATION_LASTS
    session.flush()
    return Invitation(staff, token)


def invite_first(session: Session, acting: Acting, name: str, email: str) -> Invitation:
    """Invite the first administrator, who runs the network; raises StaffExist if anybody is there already."""
    if session.scalar(select(func.count()).select_from(StaffMember)):
        raise StaffExist
    invitation = invite_staff(session, acting, name, email, teaches=False)
    session.add(RoleHolder(role=Role.NETWORK, deputy=False, staff=invitation.staff))
    session.flush()
    return invitation


def invitation_digest(token: str) -> bytes:
    """The digest of a link's token, which is all that is stored of it."""
    return blake2b(token.encode(), digest_size=32, person=b"kiosk-invitation").digest()


def invited_staff(session: Session, token: str, now: datetime) -> StaffMember | None:
    """The person this link is for, or None if it was used, replaced or has expired."""
    staff = session.scalar(
        select(StaffMember)
        .where(StaffMember.invitation_digest == invitation_digest(token), StaffMember.left_on.is_(None))
        .with_for_update()
    )
    if staff is None or staff.invitation_ends_at is None or staff.invitation_ends_at <= now:
        return None
    return staff


def guessable_words(staff: StaffMember, school_name: str) -> list[str]:
    """What anybody would try first as this person's password."""
    return [staff.name, staff.email, school_name]


def prepare_password(password: str, known: Sequence[str]) -> NewPassword:
    """A new password that is ready to be stored; raises Refused if it is easy to guess, also for who knows `known`.

    It takes a third of a second, so call it outside any transaction (promise G10).
    """
    check_new_password(password, known)
    return new_password(password)


def revoke_link(staff: StaffMember) -> None:
    """End a link for a new password that is still open: after a new password, and for whoever gains a role.

    Otherwise somebody could save up a link until its owner gains a role. A first link stays: it is the only way in.
    """
    if staff.password_hash:
        staff.invitation_digest = staff.invitation_ends_at = None


def accept_invitation(session: Session, acting: Acting, staff: StaffMember, made: NewPassword) -> None:
    """Set the password and mark the link as used; `staff` is whom `invited_staff` finds in this transaction."""
    staff.password_hash = made.stored
    staff.invitation_digest = staff.invitation_ends_at = None
    staff.tries, staff.wait_until = 0, None
    forget_tries(session, staff)
    lock_key(session, staff)
    acting.note(session, LogAct.LINK_USED, staff.id)


def change_password(
    session: Session, acting: Acting, staff: StaffMember, old: TriedPassword, made: NewPassword
) -> None:
    """Set a new password and keep the same private key.

    `old` is the password until now, as it was compared. Raises Refused if it has been changed since then.
    """
    session.refresh(staff, ["password_hash"], with_for_update=True)
    if staff.password_hash != old.stored:
        raise Refused(N_("Your password was changed just now, in another window. Sign in with the new one."))
    rewrap_key(session, staff, old.wrapping_key, made.wrapping_key)
    staff.password_hash = made.stored
    revoke_link(staff)
    forget_tries(session, staff)
    acting.note(session, LogAct.PASSWORD_CHANGED, staff.id)


def forget_phone(session: Session, acting: Acting, staff: StaffMember) -> None:
    """Let a person set up a new phone at the next sign-in.

    Raises Refused while the person holds a role, or else anybody who may send links could read reports.
    """
    _refuse_if_held(staff, N_("Give the roles of %(name)s to somebody else first: %(roles)s."))
    staff.sealed_phone, staff.totp_step = None, 0
    acting.note(session, LogAct.PHONE_FORGOTTEN, staff.id)


def end_account(session: Session, acting: Acting, staff: StaffMember, today: date) -> None:
    """End a person's account for good; raises Refused while they hold a role or a change about them is open.

    Otherwise one person could block a handover by ending accounts.
    """
    session.refresh(staff, with_for_update=True)  # they may get a role at this moment
    _refuse_if_held(staff, N_("%(name)s cannot leave before somebody else takes over: %(roles)s."))
    about = (Proposal.gains_id == staff.id) | (Proposal.loses_id == staff.id)
    if session.scalar(select(exists().where(about, Proposal.until >= today))):
        text = N_(
            "A change about %(name)s waits for readers. It has to be confirmed, taken back or over first."
        )
        raise Refused(text, name=staff.name)
    staff.left_on = today
    staff.password_hash = staff.sealed_phone = staff.invitation_digest = staff.invitation_ends_at = None
    staff.mobile = None
    staff.totp_step = 0
    forget_tries(session, staff)
    asked = (LinkRequest.staff_id == staff.id) | (LinkRequest.asked_by_id == staff.id)
    session.execute(delete(LinkRequest).where(asked))
    session.execute(delete(ClassTeacher).where(ClassTeacher.staff_id == staff.id))
    forget_key(session, acting, staff)
    acting.note(session, LogAct.LEFT, staff.id)


def session_key(staff: StaffMember) -> str:
    """The key under which sessions.forget_staff_sessions knows this person."""
    return f"staff:{staff.id}"


def _refuse_if_held(staff: StaffMember, text: str) -> None:
    held = sorted(role_words(holding.role, holding.deputy, say=str) for holding in staff.holdings)
    if held:
        raise Refused(text, name=staff.name, roles="; ".join(held))
