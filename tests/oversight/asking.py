"""Asking the leadership team in tests."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.people import end_account
from kiosk.audit.log import Acting, LogEntry
from kiosk.oversight.consents import ask_for_consent, read_asking
from kiosk.oversight.models import Consent, ConsentState
from kiosk.roles import Role
from kiosk.storage.db import Databases, now_utc
from tests.factories import SITE_KEY, at_the_machine, make_staff, today
from tests.sites import change_site, site_of

NEW = "/staff/consents/new"


def typed(**changed: str) -> dict[str, str]:
    """The form, filled in."""
    return {
        "kind": "technology",
        "what": "Open the video site for Year 9",
        "why": "They make a film about kindness.",
        "years": "Year 9",
        "risks": "Comments by strangers.",
        "care": "Only in the room, comments are off.",
        "holds_until": (today() + timedelta(days=60)).isoformat(),
        "review_on": (today() + timedelta(days=30)).isoformat(),
    } | changed


def ask_for(session: Session, staff: StaffMember, **changed: Any) -> Consent:
    """Somebody has asked, and it waits."""
    filled = read_asking(typed(**changed), today())
    assert not filled.errors
    return ask_for_consent(
        session, Acting(SITE_KEY, staff.id, now_utc()), staff, uuid.uuid4(), filled, today()
    )


def name_leadership(app: Flask, roles: str) -> None:
    """The setting says who is of the leadership team."""
    config = site_of(app).config
    change_site(app, config=config.model_copy(update={"leadership": roles}))


class Staff:
    """A head with two deputies, who also holds another role, and a teacher."""

    def __init__(self, session: Session) -> None:
        self.head = make_staff(session, Role.PRINCIPAL, Role.DSL, name="Mrs Head")
        self.deputy = make_staff(session, Role.PRINCIPAL, name="Mr Deputy")
        self.second = make_staff(session, Role.PRINCIPAL, name="Ms Second")
        self.teacher = make_staff(session, name="Miss Teacher")
        session.commit()


def asked_by(client: FlaskClient, **changed: str) -> str:
    """The address of a request that somebody has sent."""
    answer = client.post(NEW, data=typed(**changed) | {"once": uuid.uuid4().hex})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def state_of(databases: Databases, address: str) -> ConsentState:
    """What became of a request."""
    with databases.school.session(write=False) as reading:
        return reading.get_one(Consent, uuid.UUID(address.rsplit("/", 1)[1])).state


def acts(databases: Databases) -> list[str]:
    """The lines about consent in the log of powers, the first first."""
    with databases.school.session(write=False) as reading:
        wanted = select(LogEntry.act).where(LogEntry.act.like("consent%")).order_by(LogEntry.seq)
        return list(reading.scalars(wanted))


def gone(databases: Databases, person: StaffMember) -> None:
    """Somebody gave up their roles and left."""
    with databases.school.write() as writing:
        writing.execute(delete(RoleHolder).where(RoleHolder.staff_id == person.id))
        end_account(writing, at_the_machine(), writing.get_one(StaffMember, person.id), today())
