"""Nobody's account ends whose key may be the last that opens some reports; `kiosk.accounts` cannot know it."""

from collections.abc import Callable

from kiosk.accounts.models import StaffMember
from kiosk.site import PlainFlask, check_of_app

LeaveCheck = Callable[[StaffMember], None]


def guard_leaving(app: PlainFlask, check: LeaveCheck) -> None:
    """Refuse that somebody leaves where `check` raises Refused."""
    app.checks["leaving"] = check


def refuse_if_last(staff: StaffMember) -> None:
    """Raise Refused where nobody else could open some reports; who still holds a role cannot leave anyway."""
    check: LeaveCheck = check_of_app("leaving")  # of a layer above, which knows the readers
    if not staff.holdings:
        check(staff)
