"""No link for a new password where too few would be left who can open reports (promise G5)."""

from collections.abc import Callable

from flask import Flask, current_app

from kiosk.accounts.models import StaffMember
from kiosk.messages import N_, Refused

LINK_CHECK = "kiosk_link_check"  # says who may have a link; this layer does not know the readers
LinkCheck = Callable[[StaffMember], bool]
TOO_FEW = N_(
    "No link for %(name)s now: a link shuts the old key, and too few others could open reports then. Let readers "
    "confirm the keys that wait, or make the link at the computer of kiosk."
)


def guard_links(app: Flask, check: LinkCheck) -> None:
    """Refuse every link that `check` is against."""
    app.extensions[LINK_CHECK] = check


def refuse_if_too_few(staff: StaffMember) -> None:
    """Raise Refused where a link for this person leaves too few who can open reports."""
    if not current_app.extensions[LINK_CHECK](staff):
        raise Refused(TOO_FEW, name=staff.name)
