"""The recipients of reports: holders of reading roles, copied for the report zone."""

import uuid
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import case, select
from sqlalchemy.orm import Session, lazyload

from kiosk.accounts.models import ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.staff.people import is_absent
from kiosk.report.access.renewals_due import replace_readers
from kiosk.report.models import Reader
from kiosk.roles import READING_ROLES, Role


def readers_from_roles(school_session: Session, today: date) -> list[Reader]:
    """Everybody who holds or deputises a role that reads reports, as the report zone knows them, by name.

    The signed list decides whether a key is valid; before there is one, nothing is sealed yet.
    """
    rows = school_session.execute(
        select(StaffMember, RoleHolder.role, RoleHolder.deputy, _OPENED_KEY)
        .join(RoleHolder.staff)
        .outerjoin(ReaderKey, ReaderKey.staff_id == StaffMember.id)
        .options(lazyload(StaffMember.holdings))  # the roles stand in these rows
        .where(RoleHolder.role.in_(list(READING_ROLES)), StaffMember.left_on.is_(None))
        .order_by(StaffMember.name, StaffMember.email)
    )
    people: dict[tuple[StaffMember, bytes | None], dict[Role, bool]] = {}
    for person, role, deputy, key in rows:
        people.setdefault((person, key), {})[role] = deputy
    return [
        Reader(
            id=person.id,
            name=person.name,
            email=person.email,
            roles=" ".join(sorted(roles)),
            public_key=key,
            absent=is_absent(person, today),
            holds=" ".join(sorted(role for role, deputy in roles.items() if not deputy)),
        )
        for (person, key), roles in people.items()
    ]


def who_stands_in(readers: Collection[Reader], away: uuid.UUID) -> set[str]:
    """The addresses of who stands in for somebody: who is there of the same role, else all who are (promise G15)."""
    roles = {role for one in readers if one.id == away for role in one.roles.split()}
    others = [one for one in readers if one.id != away and not one.absent]
    return {one.email for one in others if roles & set(one.roles.split())} or {one.email for one in others}


def sync_readers(school_session: Session, reports_session: Session, today: date) -> None:
    """Update the copy; a report with too few readers is noted for a reader who can add others."""
    replace_readers(reports_session, readers_from_roles(school_session, today), today)


def readers_differ(reports_session: Session, readers: Iterable[Reader]) -> bool:
    """Whether these are not the readers of the copy: somebody left, or a save stopped between two databases."""
    copy = reports_session.execute(_COPY)
    return {tuple(row) for row in copy} != {
        (one.id, one.name, one.email, one.roles, one.public_key, one.absent, one.holds) for one in readers
    }


# none where the password that opened it was forgotten
_OPENED_KEY = case((ReaderKey.wrapped_seed != b"", ReaderKey.public_key))
_COPY = select(
    Reader.id, Reader.name, Reader.email, Reader.roles, Reader.public_key, Reader.absent, Reader.holds
)
