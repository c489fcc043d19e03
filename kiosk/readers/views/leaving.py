"""Whether the key that goes with somebody's account may be the last one; `kiosk.accounts` cannot know it."""

from kiosk.accounts.models import StaffMember
from kiosk.readers.handover import refuse_early_leaving
from kiosk.readers.views.this_list import chain_now
from kiosk.site import current_site
from kiosk.stores import school


def check_leaving(staff: StaffMember) -> None:
    """Raise Refused where this person has to stay until somebody else can open reports."""
    site = current_site()
    refuse_early_leaving(school(), chain_now(), staff, site.calendar, site.today())
