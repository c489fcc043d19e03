"""What staff read while the worker is stopped: the same words whatever is waiting, and never a count (promise D12)."""

from datetime import datetime

from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.links import role_holders
from kiosk.accounts.staff.people import is_away
from kiosk.host.heartbeat import WorkerStopped
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.words import clock, near_day

ROLES_TOLD = READING_ROLES | {Role.NETWORK}


def worker_stopped_words(staff: StaffMember, found: WorkerStopped | None) -> dict[str, str] | None:
    """What somebody who reads reports or looks after the computer is told; None while the worker runs.

    Since when, what it means, and what this person does about it.
    """
    if found is None or not staff.roles & ROLES_TOLD:
        return None
    reads = bool(staff.roles & READING_ROLES)
    return {
        "since": _standstill_words(found.since),
        "means": _(
            "Reports still come in and are safe, but nobody is told by mail or phone, not even of danger."
        ),
        "look": _("Look at the reports yourself every half hour.")
        if reads
        else _("Until it runs, whoever reads reports has to look without being told."),
        "tell": _how_to_start() if Role.NETWORK in staff.roles else _whom_to_tell(),
    }


def stopped_since_words(at: datetime) -> str:
    """A moment at which something stopped: '9:55', or with its day where that is not today."""
    local = current_site().local(at)
    today = current_site().today()
    if local.date() == today:
        return clock(local)
    return str(_("%(day)s, %(time)s", day=near_day(local.date(), today), time=clock(local)))


def _standstill_words(at: datetime | None) -> str:
    if at is None:
        return str(_("Mail and clocks stand still: they have not run on this computer yet."))
    if current_site().local(at).date() == current_site().today():
        return str(_("Mail and clocks have stood still since %(time)s today.", time=stopped_since_words(at)))
    return str(_("Mail and clocks have stood still since %(when)s.", when=stopped_since_words(at)))


def _how_to_start() -> str:
    words = _(
        "Start the worker again: the service kiosk-worker, or the command “kiosk worker”. "
        "“kiosk doctor” says what else is wrong."
    )
    return str(words)


def who_looks_after() -> list[str]:
    """Who looks after the computer and is not away, by name; deputies where nobody else is here."""
    today = current_site().today()
    found = [
        (holding.deputy, staff.name)
        for staff in role_holders(school())
        for holding in staff.holdings
        if holding.role is Role.NETWORK and not is_away(staff, today)
    ]
    first = any(not deputy for deputy, _name in found)
    return sorted(name for deputy, name in found if not (first and deputy))


def _whom_to_tell() -> str:
    names = who_looks_after()
    if not names:
        return str(_("Tell whoever looks after this computer: “the worker of the kiosk is not running”."))
    words = _(
        "Tell the network manager, %(names)s: “the worker of the kiosk is not running”.",
        names=_(" or ").join(names),
    )
    return str(words)
