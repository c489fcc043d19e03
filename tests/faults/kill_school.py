"""A school for trials with a real worker: behind every reader stands a member of staff, so the worker keeps them."""

from pathlib import Path

from sqlalchemy import select

from kiosk.accounts.models import Role, RoleHolder, StaffMember
from kiosk.config import Config
from kiosk.report.models import Reader
from kiosk.wsgi import opened
from tests.factories import PHONE_SECRET
from tests.faults.school import make_school


def make_staffed_school(folder: Path) -> Config:
    """What make_school makes, and the people whose roles its readers have."""
    config = make_school(folder)
    with opened(config) as databases, databases.school.write() as school:
        with databases.reports.session(write=False) as reports:
            readers = reports.scalars(select(Reader)).all()
        for reader in readers:
            if school.get(StaffMember, reader.id) is None:
                person = StaffMember(id=reader.id, name=reader.name, email=reader.email, teaches=False)
                person.totp_secret = PHONE_SECRET
                school.add(person)
                school.flush()
                school.add_all(
                    RoleHolder(role=Role(role), deputy=False, staff_id=reader.id)
                    for role in reader.roles.split()
                )
    return config
