"""The register of the principal, and of the chair: which incidents exist and what was done, never their words."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting, LogAct, lines
from kiosk.audit.verify import is_authentic
from kiosk.incidents.case_log.entries import listed_acts, stepped_aside_from
from kiosk.incidents.models import IS_ABOUT_STAFF, Act, Incident
from kiosk.report.access.opening import readable
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey

PAGE_ROWS = 100
LAST_PAGE = 10_000
LOOKED_AT = 20  # how many of the person's newest lines are checked; forged ones are skipped


@dataclass(frozen=True)
class RegisterRow:
    """One incident, and whether this person may open it."""

    incident: Incident
    acts: list[Act]  # in the order in which they first happened, without what is not listed
    readable: bool
    aside: bool  # this person has stepped aside: the number alone is shown


class Scope(NamedTuple):
    """Which incidents stand in a register: those of the first condition, without those of the second."""

    which: ColumnElement[bool]
    but: ColumnElement[bool]


def scope_for(reports: Session, school: Session, staff: StaffMember) -> Scope:
    """Which incidents stand in the register of this person.

    Incidents about staff are listed only for their readers. For the principal, of all others none is left out, so that
    no number is missing (promise S9); the chair's register has those about staff alone.
    """
    about_staff = school.scalars(select(Incident.report_id).where(IS_ABOUT_STAFF)).all()
    for_me = readable(reports, about_staff, staff.id, staff.roles)
    if Role.PRINCIPAL in staff.roles:
        return Scope(true(), Incident.report_id.in_(set(about_staff) - for_me))
    return Scope(Incident.report_id.in_(for_me), false())


def register(
    reports: Session,
    school: Session,
    staff: StaffMember,
    site_key: SiteKey,
    scope: Scope,
    page: int = 1,
) -> list[RegisterRow]:
    """One page of the incidents, the newest first; one more than a page shows, to tell whether there are more."""
    incidents = school.scalars(
        select(Incident)
        .where(scope.which, ~scope.but)
        .order_by(Incident.opened_at.desc(), Incident.number.desc())
        .offset((min(max(page, 1), LAST_PAGE) - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS + 1)
    ).all()
    mine = readable(reports, [incident.report_id for incident in incidents], staff.id, staff.roles)
    ids = [incident.id for incident in incidents]
    acts, aside = listed_acts(school, site_key, ids), stepped_aside_from(school, ids, staff)
    return [
        RegisterRow(
            incident,
            list(dict.fromkeys(one.act for one in acts.get(incident.id, ()))),
            incident.report_id in mine,
            incident.id in aside,
        )
        for incident in incidents
    ]


def last_counter_signed(session: Session, staff: StaffMember, site_key: SiteKey) -> datetime | None:
    """When this person counter-signed their register last; a forged line is none."""
    signed = lines(session, of=staff.id, acts=[LogAct.REGISTER_SIGNED], limit=LOOKED_AT)
    return next(
        (
            datetime.fromisoformat(json.loads(line.details)["until"])
            for line in signed
            if line.by_id == staff.id and is_authentic(site_key, line)
        ),
        None,
    )


def counter_sign_due(staff: StaffMember, last: date | None, today: date, term_began: date) -> bool:
    """Whether the day for it has come: each week for the principal, each term for the chair; deputies need not.

    It follows the calendar alone, whatever the register holds, so that it tells nobody of a case (promise S9).
    """
    holds = {holding.role for holding in staff.holdings if not holding.deputy}
    if Role.PRINCIPAL in holds:
        return last is None or last < today - timedelta(days=today.weekday())
    return Role.CHAIR in holds and (last is None or last < term_began)


def lines_to_sign(session: Session, scope: Scope, last: datetime | None) -> int:
    """How many lines have come into a register since then; each count is answered from an index."""
    since = true() if last is None else Incident.opened_at > last
    which, but = (
        select(func.count()).select_from(Incident).where(one, since).scalar_subquery() for one in scope
    )
    return session.scalar(select(which - but)) or 0


def counter_sign(session: Session, acting: Acting, until: str) -> None:
    """Write into the log that this person has read their register as it was at `until`, a moment as the page gave it.

    It does not say that they agree with each line. Raises ValueError for what is no moment, or one to come.
    """
    moment = datetime.fromisoformat(until)
    if moment.tzinfo is None or moment > acting.now:
        raise ValueError("the register was read at a moment that has passed")
    acting.note(session, LogAct.REGISTER_SIGNED, acting.by, until=until)
