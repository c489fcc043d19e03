"""Whether a link for a new password would leave too few who can open reports; `kiosk.accounts` cannot know it."""

from kiosk.accounts.models import StaffMember
from kiosk.db import now_utc
from kiosk.readers.enough import link_leaves_too_few
from kiosk.readers.views.this_list import chain_now
from kiosk.site import current_site
from kiosk.stores import school


def check_link(staff: StaffMember) -> bool:
    """Whether this person may have a link now."""
    return not link_leaves_too_few(school(), chain_now(), staff.id, now_utc(), current_site().today())
