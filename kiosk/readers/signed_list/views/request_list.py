"""The list of readers and the reader's key, as a request has them, and what `kiosk.accounts` asks of that list."""

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import OpenKey, open_key_of_session
from kiosk.accounts.staff.links import role_given_at
from kiosk.readers.proposals.minimum_readers import (
    gains_by_freezing,
    link_leaves_too_few,
    refuse_early_leaving,
)
from kiosk.readers.signed_list.versions import first_reading_day
from kiosk.report.access.reader_chain import chain_contains, verified_chain
from kiosk.sealing.list_statements import Version
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import KeyLocked
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_, Refused

LINK_GAINS = N_(
    "A link shuts the key of %(name)s, and both of you would read reports then that you do not read now. Somebody else "
    "has to be one of the two."
)


def current_chain() -> tuple[Version, ...]:
    """Every version of the list of readers that counts, the oldest first."""
    return verified_chain(reports(), current_site().config.readers_root)


def require_open_key() -> OpenKey:
    """This reader's open key; raises KeyLocked, and then the password is asked for."""
    key = open_key_or_none()
    if key is None:
        raise KeyLocked
    return key


def open_key_or_none() -> OpenKey | None:
    """This reader's open key, for a page that works without one too; None where no key is open."""
    key = open_key_of_session()
    if key is not None:
        chain_confirmed_by(key)
    return key


def chain_confirmed_by(key: OpenKey) -> tuple[Version, ...]:
    """The list as it is now, for whoever signs something about it.

    Raises KeyLocked where it does not go on from the one that this key was compared with; the unlocking tells all then.
    """
    chain = current_chain()
    if key.seen and not chain_contains(chain, *key.seen):
        raise KeyLocked
    return chain


def check_link(staff: StaffMember, *two: StaffMember) -> bool:
    """Whether this person may have a link now; raises Refused where all who make it would come to read more by it."""
    chain, today = current_chain(), current_site().today()
    if two and all(gains_by_freezing(school(), chain, staff.id, one.id, today) for one in two):
        raise Refused(LINK_GAINS, name=staff.name)
    return not link_leaves_too_few(school(), chain, staff.id, now_utc(), today)


def is_new_holder(staff: StaffMember) -> bool:
    """Whether this person was given a role so lately that nobody may have noticed.

    Never before there is a list, nor whoever had a role by the day of its first version: a school is set up in a day.
    """
    given, site, chain = role_given_at(school(), staff.id), current_site(), current_chain()
    if given is None or not chain:
        return False
    day = site.local(given).date()
    return day > chain[0].day and first_reading_day(site.calendar, day) > site.today()


def check_leaving(staff: StaffMember) -> None:
    """Raise Refused where this person has to stay until somebody else can open reports."""
    site = current_site()
    refuse_early_leaving(school(), current_chain(), staff, site.calendar, site.today())
