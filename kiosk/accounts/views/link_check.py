"""No link for a new password where too few would be left who can open reports (promise G5)."""

from collections.abc import Callable

from flask import Flask, g

from kiosk.accounts.models import StaffMember
from kiosk.messages import N_, Refused

LinkCheck = Callable[[StaffMember], bool]
TOO_FEW = N_(
    "No link for %(name)s now: a link shuts the old key, and too few others could open reports then. Let readers "
    "confirm the keys that wait, or make the link at the computer of kiosk."
)


def guard_links(app: Flask, check: LinkCheck) -> None:
    """Refuse every link that `check` is against."""

    @app.before_request
    def _know_the_check() -> None:
        g.link_check = check


def refuse_if_too_few(staff: StaffMember) -> None:
    """Raise Refused where a link for this person leaves too few who can open reports."""
    check: LinkCheck = g.link_check  # of a layer above, which knows the readers
    if not check(staff):
        raise Refused(TOO_FEW, name=staff.name)
