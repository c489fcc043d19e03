"""Which link for a new password must not be made, by what the list of readers says; `kiosk.accounts` cannot know it."""

from kiosk.accounts.links import role_given_at
from kiosk.accounts.models import StaffMember
from kiosk.db import now_utc
from kiosk.readers.enough import link_leaves_too_few
from kiosk.readers.listing import first_reading_day
from kiosk.readers.views.this_list import chain_now
from kiosk.site import current_site
from kiosk.stores import school


def check_link(staff: StaffMember) -> bool:
    """Whether this person may have a link now."""
    return not link_leaves_too_few(school(), chain_now(), staff.id, now_utc(), current_site().today())


def is_new_holder(staff: StaffMember) -> bool:
    """Whether this person was given a role so lately that nobody may have noticed.

    Never before there is a list, nor whoever had a role by the day of its first version: a school is set up in a day.
    """
    given, site, chain = role_given_at(school(), staff.id), current_site(), chain_now()
    if given is None or not chain:
        return False
    day = site.local(given).date()
    return day > chain[0].day and first_reading_day(site.calendar, day) > site.today()
