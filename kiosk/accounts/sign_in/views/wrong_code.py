"""What is said of a code of a phone that was not taken: whoever leads with two devices uses one code on both."""

from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in import totp
from kiosk.site import current_site
from kiosk.storage.db import now_utc


def wrong_code_words(staff: StaffMember, typed: str) -> str:
    """That the code was used already and when the next one comes, or that it is not the current one."""
    seconds = totp.seconds_to_next(current_site().key, staff, typed, now_utc())
    if seconds is None:
        return str(_("That is not the current code. Wait for the next one and type it."))
    if seconds == 0:
        return str(_("That code was used already. Type the one that the phone shows now."))
    return str(_("That code was used already. The next one comes in %(number)d seconds.", number=seconds))
