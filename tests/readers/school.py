"""A school whose keys stand in the log as kiosk writes it, for tests of the page of keys."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, KeyEvent, ReaderKey, StaffMember
from kiosk.accounts.reader_keys import add_event
from kiosk.sealing.boxes import public_of
from tests.accounts.doors import password_hash
from tests.factories import RECOVERY_PRIVATE
from tests.incidents.school import School
from tests.pages import Page

DAY = date(2026, 3, 2)
SHEET_FIELDS = ("first", "second")


def log_keys(school: School) -> None:
    """Everybody's key and the recovery key stand in the log, and everybody has a password."""
    with school.databases.school.write() as session:
        lead = session.get_one(StaffMember, school.dsl.id)
        for row in session.scalars(select(ReaderKey)):
            add_event(session, school.key, KeyAct.MADE, row.staff, None, row.public_key, DAY)
            add_event(session, school.key, KeyAct.ACTIVATED, row.staff, None, row.public_key, DAY)
        recovery = public_of(RECOVERY_PRIVATE)
        add_event(session, school.key, KeyAct.SHEETS_PROVEN, None, lead, recovery, DAY)
        for person in session.scalars(select(StaffMember)):
            person.password_hash = password_hash()


def keep_waiting(session: Session, school: School, person: StaffMember, renewed: bool) -> None:
    """Somebody's key is new and waits to be let in, as after a first sign-in or a forgotten password."""
    row = session.get_one(ReaderKey, person.id)
    row.approved, row.renewed = False, renewed
    row.public_key = public_of(bytes(range(32)))
    act = KeyAct.RENEWED if renewed else KeyAct.MADE
    add_event(session, school.key, act, person, None, row.public_key, DAY)


def key_of(school: School, person: StaffMember) -> ReaderKey:
    """The row of somebody's key as it is stored now."""
    with school.databases.school.session(write=False) as session:
        return session.get_one(ReaderKey, person.id)


def acts(school: School) -> list[tuple[KeyAct, str]]:
    """The keys' log: what happened, and who did it."""
    with school.databases.school.session(write=False) as session:
        names = {person.id: person.name for person in session.scalars(select(StaffMember))}
        events = session.scalars(select(KeyEvent).order_by(KeyEvent.seq)).all()
        return [(event.act, names.get(event.by_id or event.staff_id, "")) for event in events]  # type: ignore[arg-type]


def keys_page(app: Flask, school: School, name: str) -> Page:
    """The page of keys as somebody sees it."""
    answer = school.browser(app, school.people[name]).get("/staff/keys")
    assert answer.status_code == 200
    return Page(answer.text)


def errors_of(page: Page) -> dict[str, str]:
    """What stands beside each field that is to be mended."""
    shown = {one.attrs.get("id", ""): one.text for one in page.all("p")}
    found = {}
    for control in page.all("input", "textarea", "fieldset"):
        for id in control.attrs.get("aria-describedby", "").split():
            if id.endswith("-error"):
                found[control.attrs.get("id", "")] = shown[id]
    return found


def browser(app: Flask, school: School, name: str) -> FlaskClient:
    """Somebody's browser."""
    return school.browser(app, school.people[name])


@pytest.fixture
def keyed(school: School) -> School:
    """A school in which every key is in use and in the log."""
    log_keys(school)
    return school
