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
    """Whether this person was given a role so lately that nobody may have noticed; never before there is a list."""
    given, site = role_given_at(school(), staff.id), current_site()
    if given is None or not chain_now():
        return False
    return first_reading_day(site.calendar, site.local(given).date()) > site.today()
