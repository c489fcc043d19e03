"""A frozen key opens nothing, at once, until another reader lifts it; reports are still sealed for it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff import session_key
from kiosk.db import Database
from kiosk.messages import N_
from kiosk.readers.enough import leaves_too_few
from kiosk.readers.holders import is_in_list
from kiosk.sealing.list_statements import Version
from kiosk.sessions import forget_staff_sessions

WOULD_GAIN = N_(
    "Without %(name)s you would read reports that you do not read now. Ask another reader or the network manager to "
    "freeze the key."
)
FROZEN_ENOUGH = N_(
    "Fewer than two readers would be left for some reports. Ring the chair, and let somebody else in first."
)


def freeze(
    school: Session, sessions: Database, chain: Sequence[Version], person: StaffMember, today: date
) -> bool:
    """Freeze a reader's key and end their sessions; False where too few are left on a route (promise G5)."""
    if not chain or leaves_too_few(school, chain, {person.id}, today):
        return False
    person.frozen_on = person.frozen_on or today
    school.flush()
    with sessions.write() as store:
        forget_staff_sessions(store, session_key(person))
    return True


def thaw(school: Session, person: StaffMember) -> None:
    """Let a frozen key open reports again."""
    person.frozen_on = None
    school.flush()


def counts(school: Session, chain: Sequence[Version], person: StaffMember, today: date) -> bool:
    """Whether somebody's word counts: in the list with the keys of now, not waiting and not frozen."""
    return (
        bool(chain)
        and person.id.hex in chain[-1].active(today)
        and person.frozen_on is None
        and is_in_list(school, chain, person)
    )
