"""Who has access to the school's network: roster, Code, pauses and leavers, one line a person.

A pause is the school's own act outside kiosk: it closes no lesson, tile or door here, and no row of it says why. A row
of access is never made from a report, and nothing of a report depends on one (promise E29).
"""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.audit.log import Acting, LogAct
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import SignOff
from kiosk.conduct.signing import STAFF_CODE, DecisionState
from kiosk.oversight.decisions import current_code, decision_state
from kiosk.oversight.models import AccessAct, AccessLine, Paused
from kiosk.roles import Role
from kiosk.wording.messages import N_, Refused

SEE_ACCESS = frozenset({Role.COORDINATOR, Role.DSL, Role.PRINCIPAL, Role.NETWORK, Role.OFFICE})
LOOK_DAYS = 5  # school days within which a pause is looked at again
SHOWN_AFTER_LEAVING = timedelta(days=366)
OTHER_LINE = N_("Nothing was changed: somebody wrote here before you. Look at what stands here now.")
Person = Pupil | StaffMember
Leads = frozenset[Role]


class AccessState(enum.StrEnum):
    """How somebody's access stands; the order is that of the page."""

    PAUSED = "paused"
    WAITS = "waits"
    GRANTED = "granted"
    LEFT = "left"


@dataclass(frozen=True)
class AccessRow:
    """One person in the register."""

    id: uuid.UUID
    name: str
    place: str  # a child's class; an adult's address
    year: str
    state: AccessState
    since: date | None = None
    version: int | None = None  # of the Code that was agreed to
    decided: DecisionState = DecisionState.NONE
    line: AccessLine | None = None  # the newest


def pupils_access(session: Session, codes: Codes) -> list[AccessRow]:
    """Every child of the school: what differs first, then by class and name; three queries."""
    newest = {line.pupil_id: line for line in _newest(session, AccessLine.pupil_id.is_not(None))}
    people = session.execute(
        select(Pupil.id, Pupil.first_name, ClassGroup.name, ClassGroup.year, ClassGroup.band)
        .join(ClassGroup, ClassGroup.id == Pupil.class_group_id)
        .where(Pupil.left_on.is_(None))
    ).all()
    signed = _this_year(session, SignOff.pupil_id)
    rows = [
        _row(
            AccessRow(row.id, row.first_name, row.name, row.year, AccessState.WAITS),
            signed.get((row.id, row.band.value)),
            current_code(codes, row.band.value),
            newest.get(row.id),
        )
        for row in people
    ]
    return _in_order(rows)


def staff_access(session: Session, codes: Codes) -> list[AccessRow]:
    """Every adult with an account: what differs first, then by name; three queries."""
    newest = {line.staff_id: line for line in _newest(session, AccessLine.staff_id.is_not(None))}
    people = session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.email).where(StaffMember.left_on.is_(None))
    ).all()
    signed, code = _this_year(session, SignOff.staff_id), current_code(codes, STAFF_CODE)
    rows = [
        _row(
            AccessRow(row.id, row.name, row.email, "", AccessState.WAITS),
            signed.get((row.id, STAFF_CODE)),
            code,
            newest.get(row.id),
        )
        for row in people
    ]
    return _in_order(rows)


def leavers(session: Session, today: date) -> list[AccessRow]:
    """Everybody who left within a year, the last first."""
    since = today - SHOWN_AFTER_LEAVING
    children = session.execute(
        select(Pupil.id, Pupil.first_name, Pupil.left_on, ClassGroup.name, ClassGroup.year)
        .join(ClassGroup, ClassGroup.id == Pupil.class_group_id)
        .where(Pupil.left_on >= since)
    )
    adults = session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.left_on).where(StaffMember.left_on >= since)
    )
    rows = [
        *(
            AccessRow(one.id, one.first_name, one.name, one.year, AccessState.LEFT, one.left_on)
            for one in children
        ),
        *(AccessRow(one.id, one.name, "", "", AccessState.LEFT, one.left_on) for one in adults),
    ]
    return sorted(rows, key=lambda row: (-(row.since or since).toordinal(), row.name.casefold()))


def person_of(
    session: Session, who: str, id: uuid.UUID, today: date, for_update: bool = False
) -> Person | None:
    """The child or the adult whom an address names, while they are shown in the register."""
    found: Person | None
    if who == "pupil":
        found = session.get(Pupil, id, with_for_update=for_update or None)
    else:
        found = session.get(StaffMember, id, with_for_update=for_update or None)
    gone = found and found.left_on and found.left_on < today - SHOWN_AFTER_LEAVING
    return None if gone else found


def access_lines(session: Session, person: Person) -> Sequence[AccessLine]:
    """What was decided about somebody's access, the newest first."""
    wanted = select(AccessLine).where(_of(person)).order_by(AccessLine.seq.desc())
    return session.scalars(wanted.options(joinedload(AccessLine.by).lazyload("*"))).all()


def signed_days(session: Session, person: Person) -> Sequence[SignOff]:
    """What somebody decided about a Code, the newest first."""
    column = SignOff.pupil_id if isinstance(person, Pupil) else SignOff.staff_id
    return session.scalars(
        select(SignOff).where(column == person.id).order_by(SignOff.decided_on.desc(), SignOff.id)
    ).all()


def is_lead(staff: StaffMember, person: Person, leads: Leads) -> bool:
    """Whether this person pauses and returns somebody's access: one of the leadership, never their own."""
    return bool(staff.roles & leads) and staff.id != person.id


def acts_for(staff: StaffMember, person: Person, last: AccessLine | None, leads: Leads) -> list[AccessAct]:
    """What this person can do about somebody's access now."""
    if person.left_on:
        return []
    found = []
    if is_lead(staff, person, leads):
        found += [AccessAct.KEPT, AccessAct.RETURNED] if last and last.paused else [AccessAct.PAUSED]
    # whoever looks after the network does not say of their own access that it is set: one of the leadership does
    leads_own = (
        isinstance(person, StaffMember) and Role.NETWORK in person.roles and is_lead(staff, person, leads)
    )
    if last and last.to_set and staff.id != person.id and (Role.NETWORK in staff.roles or leads_own):
        found.append(AccessAct.DONE)
    return found


def change_access(
    session: Session,
    acting: Acting,
    person: Person,
    act: AccessAct,
    after: int,
    leads: Leads,
    today: date,
    paused: Paused | None = None,
    look_on: date | None = None,
) -> None:
    """Add a line after the one that the page showed; sent twice it is one line.

    `person` is held. Raises Refused where somebody else wrote meanwhile, or where it is not theirs to do.
    """
    lines = access_lines(session, person)
    last = lines[0] if lines else None
    if last and last.seq == after + 1 and (last.act, last.by_id, last.day) == (act, acting.by, today):
        return  # the same form, sent twice
    staff = session.get_one(StaffMember, acting.by)
    if (last.seq if last else 0) != after or act not in acts_for(staff, person, last, leads):
        raise Refused(OTHER_LINE)
    line = AccessLine(seq=after + 1, act=act, by_id=staff.id, day=today, to_set=False)
    line.pupil_id, line.staff_id = (person.id, None) if isinstance(person, Pupil) else (None, person.id)
    if act is AccessAct.PAUSED:
        line.paused, line.paused_on, line.look_on, line.to_set = paused, today, look_on, True
    elif act is AccessAct.RETURNED:
        line.to_set = True
    elif last:
        line.paused, line.paused_on = last.paused, last.paused_on
        line.look_on = look_on if act is AccessAct.KEPT else last.look_on
        line.to_set = last.to_set and act is not AccessAct.DONE
    session.add(line)
    session.flush()
    acting.note(session, LogAct.ACCESS_CHANGED, person.id, line=act.value, seq=line.seq)


def access_tasks(session: Session, staff: StaffMember, leads: Leads, today: date) -> tuple[int, int]:
    """How many pauses this person has to look at again by today, and how many changes they have to set."""
    looks, sets = bool(staff.roles & leads), Role.NETWORK in staff.roles
    if not looks and not sets:
        return 0, 0
    present = (
        AccessLine.pupil_id.in_(select(Pupil.id).where(Pupil.left_on.is_(None))),
        AccessLine.staff_id.in_(select(StaffMember.id).where(StaffMember.left_on.is_(None))),
    )
    found = _newest(session, or_(AccessLine.look_on <= today, AccessLine.to_set), or_(*present))
    due = sum(one.look_on is not None and one.look_on <= today and one.staff_id != staff.id for one in found)
    return due if looks else 0, sum(one.to_set and one.staff_id != staff.id for one in found) if sets else 0


def csv_rows(
    rows: Sequence[AccessRow], words: dict[AccessState, str], head: Sequence[str]
) -> list[list[str]]:
    """The register as on the screen, with ISO 8601 days that a spreadsheet can sort."""
    body = [
        [row.name, row.place, words[row.state], row.since.isoformat() if row.since else "", _look(row)]
        for row in rows
    ]
    return [list(head), *body]


def _of(person: Person) -> ColumnElement[bool]:
    return (AccessLine.pupil_id if isinstance(person, Pupil) else AccessLine.staff_id) == person.id


def _newest(session: Session, *where: ColumnElement[bool]) -> Sequence[AccessLine]:
    """The newest line of each person, where it is such a one."""
    later = aliased(AccessLine)
    same = or_(later.pupil_id == AccessLine.pupil_id, later.staff_id == AccessLine.staff_id)
    wanted = select(AccessLine).where(*where, ~exists().where(same, later.seq > AccessLine.seq))
    return session.scalars(wanted.options(joinedload(AccessLine.by).lazyload("*"))).all()


def _this_year(
    session: Session, person: InstrumentedAttribute[uuid.UUID | None]
) -> dict[tuple[uuid.UUID | None, str], SignOff]:
    """What everybody last decided about each Code, without what has lapsed."""
    wanted = select(SignOff).where(person.is_not(None), SignOff.lapsed_on.is_(None))
    rows = session.scalars(wanted.order_by(SignOff.decided_on))
    return {(getattr(row, person.key), row.code_id): row for row in rows}


def _row(row: AccessRow, sign_off: SignOff | None, code: Code | None, line: AccessLine | None) -> AccessRow:
    """The same row with how it stands: a pause first, then the Code; without a Code everybody has access."""
    decided = decision_state(sign_off, code)
    agreed = code is None or decided is DecisionState.AGREED
    since = sign_off.decided_on if sign_off and code else None
    state = AccessState.GRANTED if agreed else AccessState.WAITS
    if line and line.paused:
        state, since = AccessState.PAUSED, line.paused_on
    elif line and agreed:
        since = max(since or line.day, line.day)
    version = sign_off.code_version if sign_off and decided is DecisionState.AGREED else None
    return replace(row, state=state, since=since, version=version, decided=decided, line=line)


def _in_order(rows: list[AccessRow]) -> list[AccessRow]:
    order = list(AccessState)
    return sorted(
        rows,
        key=lambda row: (
            order.index(row.state),
            row.place.casefold() if row.year else "",
            row.name.casefold(),
            row.id.bytes,
        ),
    )


def _look(row: AccessRow) -> str:
    look_on = row.line.look_on if row.line else None
    return look_on.isoformat() if look_on else ""
