""" "Your password again": what a page asks for before something that a lent screen must not do."""

from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff
from kiosk.accounts.signing import confirm_password
from kiosk.accounts.views.sign_in import LONGEST_TYPED, wait_ends
from kiosk.db import now_utc
from kiosk.stores import school


def check_password(typed: str) -> tuple[bytes, str]:
    """The wrapping key of the password that somebody signed in types again, or else what to say beside its box.

    The try is counted for good, whatever the page does next.
    """
    if not typed:
        return b"", str(_("Type your password."))
    confirmed = confirm_password(school(), signed_in_staff(), typed[:LONGEST_TYPED], now_utc())
    school().commit()
    if confirmed.wrapping_key:
        return confirmed.wrapping_key, ""
    if confirmed.wait_until:
        waits = _("There were too many tries. Try again at %(time)s.")
        return b"", str(waits % {"time": wait_ends(confirmed.wait_until)})
    return b"", str(_("That is not your password. Try again."))
