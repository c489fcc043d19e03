"""Who can be sent a report: the holders of the roles that read, copied for the report zone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Role, RoleHolder, StaffMember
from kiosk.incidents.log import all_stepped_aside
from kiosk.report.models import Reader
from kiosk.report.release import replace_readers

READING_ROLES = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR)  # network: never


def readers_from_roles(school_session: Session) -> list[Reader]:
    """Everybody who holds or deputises a role that reads reports, as the report zone knows them, by name."""
    rows = school_session.execute(
        select(StaffMember, RoleHolder.role)
        .join(RoleHolder.staff)
        .where(RoleHolder.role.in_(READING_ROLES), StaffMember.left_on.is_(None))
        .order_by(StaffMember.name, StaffMember.email)
    )
    people: dict[StaffMember, set[Role]] = {}
    for person, role in rows:
        people.setdefault(person, set()).add(role)
    return [
        Reader(id=person.id, name=person.name, email=person.email, roles=" ".join(sorted(roles)))
        for person, roles in people.items()
    ]


def sync_readers(school_session: Session, reports_session: Session) -> None:
    """Bring the copy up to date; a report that is short of readers gets new ones."""
    replace_readers(reports_session, readers_from_roles(school_session), all_stepped_aside(school_session))


def readers_differ(school_session: Session, reports_session: Session) -> bool:
    """Whether the copy is behind: somebody left or was renamed, or a save was cut off between two databases."""
    copy = reports_session.scalars(select(Reader))
    return {_facts(reader) for reader in copy} != {
        _facts(reader) for reader in readers_from_roles(school_session)
    }


def _facts(reader: Reader) -> tuple[str, ...]:
    return (reader.id.hex, reader.name, reader.email, reader.roles)
