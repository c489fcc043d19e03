"""A class of one child, its teacher, and the teacher's browser."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, StaffMember
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_pupil, make_staff


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    return make_staff(session, name="Ms Okafor")


@pytest.fixture
def group(session: Session, teacher: StaffMember) -> ClassGroup:
    """5B, with Amira in it."""
    made = make_class_group(session, teacher=teacher, name="5B")
    make_pupil(session, made, first_name="Amira")
    session.commit()
    return made


@pytest.fixture
def browser(app: Flask, teacher: StaffMember, group: ClassGroup) -> FlaskClient:
    """In which the teacher has signed in."""
    return staff_browser(app, teacher)
