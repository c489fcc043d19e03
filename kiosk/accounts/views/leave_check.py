"""Nobody's account ends whose key may be the last that opens some reports; `kiosk.accounts` cannot know it."""

from collections.abc import Callable

from flask import Flask, g

from kiosk.accounts.models import StaffMember

LeaveCheck = Callable[[StaffMember], None]


def guard_leaving(app: Flask, check: LeaveCheck) -> None:
    """Refuse that somebody leaves where `check` raises Refused."""

    @app.before_request
    def _know_the_check() -> None:
        g.leave_check = check


def refuse_if_last(staff: StaffMember) -> None:
    """Raise Refused where nobody else could open some reports; who still holds a role cannot leave anyway."""
    check: LeaveCheck = g.leave_check  # of a layer above, which knows the readers
    if not staff.holdings:
        check(staff)
