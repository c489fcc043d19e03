"""Who can receive a report: the holders of reading roles, copied for the report zone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.reader_keys import present_keys
from kiosk.report.access import replace_readers
from kiosk.report.models import Reader
from kiosk.roles import READING_ROLES, Role


def readers_from_roles(school_session: Session) -> list[Reader]:
    """Everybody who holds or deputises a role that reads reports, as the report zone knows them, by name.

    A name has a public key only once that key is active.
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
    keys = {row.staff_id: row for row in present_keys(school_session) if row.approved}
    return [
        Reader(
            id=person.id,
            name=person.name,
            email=person.email,
            roles=" ".join(sorted(roles)),
            public_key=keys[person.id].public_key if person.id in keys else None,
            reads_from=keys[person.id].reads_from if person.id in keys else None,
        )
        for person, roles in people.items()
    ]


def sync_readers(school_session: Session, reports_session: Session) -> None:
    """Update the copy; a report with too few readers is noted for a reader who can add others."""
    replace_readers(reports_session, readers_from_roles(school_session))


def readers_differ(school_session: Session, reports_session: Session) -> bool:
    """Whether the copy is out of date: somebody left or was renamed, or a save stopped between two databases."""
    copy = reports_session.scalars(select(Reader))
    return {_facts(reader) for reader in copy} != {
        _facts(reader) for reader in readers_from_roles(school_session)
    }


def _facts(reader: Reader) -> tuple[object, ...]:
    return (reader.id, reader.name, reader.email, reader.roles, reader.public_key, reader.reads_from)
