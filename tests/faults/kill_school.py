"""A school for trials with a real worker: behind every reader stands a member of staff, so the worker keeps them."""

from pathlib import Path

from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.report.models import Reader
from kiosk.roles import Role
from kiosk.start import closing_databases
from tests.factories import make_staff
from tests.faults.school import make_school


def make_staffed_school(folder: Path) -> Config:
    """What make_school makes, and the people whose roles and keys its readers have."""
    config = make_school(folder)
    with closing_databases(config) as databases, databases.school.write() as school:
        with databases.reports.session(write=False) as reports:
            readers = reports.scalars(select(Reader)).all()
        for reader in readers:
            if school.get(StaffMember, reader.id) is None:
                roles = [Role(role) for role in reader.roles.split()]
                make_staff(school, *roles, id=reader.id, name=reader.name, email=reader.email, teaches=False)
    return config
