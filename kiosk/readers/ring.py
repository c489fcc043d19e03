"""Who can receive a report: the holders of reading roles, copied for the report zone."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.reader_keys import present_keys
from kiosk.report.due import replace_readers
from kiosk.report.models import Reader
from kiosk.roles import READING_ROLES, Role


def readers_from_roles(school_session: Session, today: date) -> list[Reader]:
    """Everybody who holds or deputises a role that reads reports, as the report zone knows them, by name.

    Whether a key counts is for the signed list to say; before there is one, nothing is sealed yet.
    """
    rows = school_session.execute(
        select(StaffMember, RoleHolder.role)
        .join(RoleHolder.staff)
        .where(RoleHolder.role.in_(list(READING_ROLES)), StaffMember.left_on.is_(None))
        .order_by(StaffMember.name, StaffMember.email)
    )
    people: dict[StaffMember, set[Role]] = {}
    for person, role in rows:
        people.setdefault(person, set()).add(role)
    keys = {row.staff_id: row for row in present_keys(school_session)}
    return [
        Reader(
            id=person.id,
            name=person.name,
            email=person.email,
            roles=" ".join(sorted(roles)),
            public_key=keys[person.id].public_key if person.id in keys else None,
            absent=is_absent(person, today),
        )
        for person, roles in people.items()
    ]


def is_absent(person: StaffMember, today: date) -> bool:
    """Whether somebody is away or frozen, so that another reader must be able to read what comes in."""
    away = person.away_from is not None and person.away_from <= today <= (person.away_until or today)
    return away or person.frozen_on is not None


def sync_readers(school_session: Session, reports_session: Session, today: date) -> None:
    """Update the copy; a report with too few readers is noted for a reader who can add others."""
    replace_readers(reports_session, readers_from_roles(school_session, today), today)


def readers_differ(school_session: Session, reports_session: Session, today: date) -> bool:
    """Whether the copy is out of date: somebody left or was renamed, or a save stopped between two databases."""
    copy = reports_session.scalars(select(Reader))
    return {_facts(reader) for reader in copy} != {
        _facts(reader) for reader in readers_from_roles(school_session, today)
    }


def _facts(reader: Reader) -> tuple[object, ...]:
    return (reader.id, reader.name, reader.email, reader.roles, reader.public_key, reader.absent)
