"""Addresses outside the domains of the school: two of the leadership allow one, for a time."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import is_in_domains, present_staff
from kiosk.oversight.consents import ever_allowed, in_force_now
from kiosk.oversight.models import ConsentKind
from kiosk.sealing.site_key import SiteKey


def allowed_addresses(session: Session, key: SiteKey, today: date) -> frozenset[str]:
    """The addresses that two of the leadership allow today."""
    found = in_force_now(ever_allowed(session, key, (ConsentKind.ADDRESS,)), today)
    return frozenset(one.what for one in found)


def with_allowed(session: Session, key: SiteKey, domains: frozenset[str], today: date) -> frozenset[str]:
    """What an address of staff may end in, and what it may be; empty if any will do."""
    return domains | allowed_addresses(session, key, today) if domains else domains


def addresses_ended(
    session: Session, key: SiteKey, domains: Collection[str], today: date
) -> list[StaffMember]:
    """Everybody with an account whose address is not the school's, and not or no longer allowed."""
    outside = [one for one in present_staff(session) if not is_in_domains(one.email, domains)]
    allowed = allowed_addresses(session, key, today) if outside else frozenset()
    return [one for one in outside if one.email not in allowed]
