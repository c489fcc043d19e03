"""Joining two cases so that they are worked on as one, and parting them: two reports stay two, each with its log."""

import enum
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.actions import refuse_closed
from kiosk.incidents.closing import asked
from kiosk.incidents.joined import FOLLOWS, LEADS, Joined, KnownCase
from kiosk.incidents.log import add_entry
from kiosk.incidents.models import Act, Incident, Level
from kiosk.incidents.numbers import LARGEST
from kiosk.incidents.records import as_note
from kiosk.outbox import queue_alert
from kiosk.report.opening import OpenedReport
from kiosk.report.reading_routes import PRACTICE

MOST_FOLLOWERS = 20


class WhyNotJoined(enum.StrEnum):
    """Why two cases that somebody may read are not joined."""

    ITSELF = "itself"
    PRACTICE = "practice"
    CLOSED = "closed"  # the leading one
    ROUTE = "route"
    READERS = "readers"
    FOLLOWS = "follows"  # this one goes on in another one already
    LEADS = "leads"  # others go on in this one
    CHAIN = "chain"  # the leading one goes on in another one itself
    ASKED = "asked"  # somebody asks a second reader to agree to closing one of the two
    FULL = "full"


class NotJoined(Exception):
    """These two cases cannot be joined; `why` says why."""

    def __init__(self, why: WhyNotJoined) -> None:
        super().__init__(why.value)
        self.why = why


def can_be_joined(report: OpenedReport) -> bool:
    """Whether a case is ever joined: practice is worked on by itself."""
    return report.route.id != PRACTICE


def hold_joined(session: Session, number: int) -> None:
    """Lock a case and all that its row or theirs joins with it until this transaction ends, always in one order.

    Whoever joins one meanwhile holds this case as well. What was not yet locked is then locked in a transaction that
    begins anew, so that nobody holds what another waits for.
    """
    asked_for = number if number <= LARGEST else 0  # which nobody has
    own = Incident.number == asked_for
    this, above = (
        select(column).where(own).scalar_subquery() for column in (Incident.id, Incident.follows_id)
    )
    wanted = (
        select(Incident)
        .where(or_(own, Incident.follows_id == this, Incident.id == above))
        .order_by(Incident.number)
        .options(lazyload(Incident.owner))
        .with_for_update(of=Incident)
        .execution_options(populate_existing=True)
    )
    now = select(Incident.id).where(or_(own, Incident.follows_id == this, Incident.id == above))
    while True:
        held = {one.id for one in session.scalars(wanted)}
        if set(session.scalars(now)) <= held:
            return
        session.rollback()


def why_not_joined(
    session: Session, follower: KnownCase, leading: KnownCase, of_follower: Joined, of_leading: Joined
) -> WhyNotJoined | None:
    """Why the first of two open cases cannot go on in the second; None: it can."""
    here, there = follower.report, leading.report
    if here.id == there.id:
        return WhyNotJoined.ITSELF
    if not (can_be_joined(here) and can_be_joined(there)):
        return WhyNotJoined.PRACTICE
    if leading.incident.closed_at is not None:
        return WhyNotJoined.CLOSED
    if here.route.id != there.route.id:
        return WhyNotJoined.ROUTE
    if {reader.id for reader in here.readers} != {reader.id for reader in there.readers}:
        return WhyNotJoined.READERS
    if of_follower.goes_on_in is not None:
        return WhyNotJoined.FOLLOWS
    if of_follower.follower_numbers:
        return WhyNotJoined.LEADS
    if of_leading.goes_on_in is not None:
        return WhyNotJoined.CHAIN
    if any(asked(session, one.incident, one.entries) for one in (follower, leading)):
        return WhyNotJoined.ASKED
    return WhyNotJoined.FULL if len(of_leading.follower_numbers) >= MOST_FOLLOWERS else None


def join(
    school: Session,
    reports: Session,
    follower: KnownCase,
    leading: KnownCase,
    of_follower: Joined,
    of_leading: Joined,
    staff: StaffMember,
    now: datetime,
    reason: str,
) -> None:
    """Let work on one case go on in another one, and say so in both logs; said again, it adds nothing.

    The leading one takes the more urgent level and the earlier next step; both have its owner from now on. The caller
    holds both. Raises IncidentClosed, or NotJoined.
    """
    if not reason.strip():
        raise ValueError("cases are joined with a reason")
    one, other = follower.incident, leading.incident
    refuse_closed(one)
    if of_follower.goes_on_in is not None and of_follower.goes_on_in == other.number:
        return
    if why := why_not_joined(school, follower, leading, of_follower, of_leading):
        raise NotJoined(why)
    levels = list(Level)  # the most urgent first
    other.level = min(one.level, other.level, key=levels.index)
    other.next_step_by = min(one.next_step_by, other.next_step_by)
    # A row of the leading one that names a case is of a joining that holds no more.
    one.follows_id, other.follows_id = other.id, None
    if one.owner_id != other.owner_id:
        one.owner_id = other.owner_id
        to = [reader.email for reader in follower.report.readers if reader.id == other.owner_id != staff.id]
        queue_alert(reports, one.report_id, to)
    _note_both(school, follower, leading, Act.MERGED, staff, now, reason)


def part(
    school: Session, follower: KnownCase, leading: KnownCase, staff: StaffMember, now: datetime, reason: str
) -> None:
    """Work on a case by itself again, and say so in both logs. The caller holds both. Raises IncidentClosed."""
    if not reason.strip():
        raise ValueError("cases are parted with a reason")
    refuse_closed(follower.incident)
    follower.incident.follows_id = None
    _note_both(school, follower, leading, Act.PARTED, staff, now, reason)


def _note_both(
    session: Session,
    follower: KnownCase,
    leading: KnownCase,
    act: Act,
    staff: StaffMember,
    now: datetime,
    reason: str,
) -> None:
    for here, there, role in ((follower, leading, FOLLOWS), (leading, follower, LEADS)):
        named = [
            ("role", role),
            ("incident", there.incident.id.hex),
            ("number", f"{there.incident.number:04}"),
        ]
        note = as_note([*named, ("note", reason)])
        add_entry(session, here.incident, staff.id, act, now, note, here.report.case_keys[0])
