"""No account ends and no link is made where too few would be left who can open reports (promises G5, E8)."""

from collections.abc import Callable, Collection

from kiosk.accounts.models import StaffMember
from kiosk.site import SyncFlask, check_of_app
from kiosk.wording.messages import N_, Refused

LeaveCheck = Callable[[StaffMember], None]
AddressCheck = Callable[[], Collection[str]]
LinkCheck = Callable[..., bool]  # of whom the link is for, and of the two who make it
TOO_FEW = N_(
    "No link for %(name)s now: a link shuts the old key, and too few others could open reports then. Let readers "
    "confirm the keys that wait, or make the link at the computer of kiosk."
)
TOO_NEW = N_(
    "%(name)s was given a role less than two school days ago, and so is not one of the two people yet. Somebody else "
    "can be, or make the link at the computer of kiosk."
)


def guard_accounts(
    app: SyncFlask, leaving: LeaveCheck, links: LinkCheck, is_new: LinkCheck, addresses: AddressCheck
) -> None:
    """Register checks of a layer above, which knows the readers: refuse that somebody leaves where `leaving` raises
    Refused, every link that `links` is against, and one for which somebody who `is_new` would be one of two people.

    `addresses` says who may be invited.
    """
    app.checks["leaving"], app.checks["links"], app.checks["is new"] = leaving, links, is_new
    app.checks["addresses"] = addresses


def domains_allowed() -> Collection[str]:
    """What an invited address may end in, and the addresses that the leadership allows; empty if any will do."""
    check: AddressCheck = check_of_app("addresses")
    return check()


def refuse_if_last(staff: StaffMember) -> None:
    """Raise Refused where nobody else could open some reports; who still holds a role cannot leave anyway."""
    check: LeaveCheck = check_of_app("leaving")
    if not staff.holdings:
        check(staff)


def refuse_if_too_few(staff: StaffMember, *two: StaffMember) -> None:
    """Raise Refused where a link for this person leaves too few who can open reports, or both who make it gain some."""
    if not check_of_app("links")(staff, *two):
        raise Refused(TOO_FEW, name=staff.name)


def refuse_if_new(*two: StaffMember) -> None:
    """Raise Refused where one of the two who make a link together was given a role only now.

    Otherwise whoever can give one, to somebody whom they invented, would be two people.
    """
    for staff in two:
        if check_of_app("is new")(staff):
            raise Refused(TOO_NEW, name=staff.name)
