"""A school whose keys stand in the log as kiosk writes it, for tests of the page of keys."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.staff.reader_keys import fingerprint_of
from kiosk.audit.log import KEY_ACTS, Acting, LogAct, lines
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.recovery.setup import open_page
from kiosk.readers.recovery.sheets import make_sheets, prove_sheets
from kiosk.readers.signed_list.versions import Signer
from kiosk.report.access.reader_chain import verified_chain
from kiosk.roles import Role
from kiosk.sealing.boxes import public_of
from kiosk.sealing.list_statements import Version
from kiosk.sealing.reader_key import ReaderSecret, fingerprint
from tests.accounts.doors import password_hash
from tests.factories import RECOVERY_PRIVATE, close_zone, make_staff, secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.roots import note_root

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHEET_FIELDS = ("first", "second")


def acting_as(school: School, person: StaffMember) -> Acting:
    """Somebody of this school who uses a power."""
    return Acting(school.key, person.id, NOW)


def log_key(session: Session, school: School, act: LogAct, row: ReaderKey) -> None:
    """Somebody has signed in, which made keys."""
    acting_as(school, row.staff).note(session, act, row.staff_id, mark=fingerprint_of(row))


def log_keys(school: School) -> None:
    """Everybody's keys and the recovery key stand in the log, and everybody has a password."""
    with school.databases.school.write() as session:
        lead = session.get_one(StaffMember, school.dsl.id)
        for row in session.scalars(select(ReaderKey)):
            log_key(session, school, LogAct.KEYS_MADE, row)
        recovery = fingerprint(public_of(RECOVERY_PRIVATE))
        acting_as(school, lead).note(session, LogAct.SHEETS_PROVEN, mark=recovery)
        for person in session.scalars(select(StaffMember)):
            person.password_hash = password_hash()


def renew_key(session: Session, school: School, person: StaffMember) -> ReaderSecret:
    """Somebody chose a new password, which has made new keys; the list still has the old ones."""
    row, secret = session.get_one(ReaderKey, person.id), ReaderSecret(person.id.bytes * 2)
    row.public_key, row.verify_key, row.pin = secret.public_key, secret.verify_key, None
    log_key(session, school, LogAct.KEYS_RENEWED, row)
    return secret


def new_reader(school: School, name: str, role: Role = Role.COORDINATOR) -> StaffMember:
    """Somebody who has a role and keys of their own that no list has yet."""
    with school.databases.school.write() as session:
        person = make_staff(session, role, name=f"Ms {name}", email=f"{name}@school.example")
        person.password_hash = password_hash()
        row = session.get_one(ReaderKey, person.id)
        log_key(session, school, LogAct.KEYS_MADE, row)
    school.people[name] = person
    return person


def found(school: School, day: date) -> tuple[str, ...]:
    """Open the report page as people do: one reader makes and types the sheets, another signs too; the sheets."""
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        close_zone(reports)
        lead, chair = school.dsl, school.chair
        made = make_sheets(session, reports, acting_as(school, lead), lead, secret_of(lead.id), day)
        note_root(made.root)
        sheets = made.recovery.sheets
        prove_sheets(session, reports, acting_as(school, lead), secret_of(lead.id), sheets[:2], day)
        by_chair = acting_as(school, chair)
        first = open_page(session, reports, by_chair, Signer(chair, secret_of(chair.id)), False, day)
        assert first is not None
        assert first.hash == made.root
        reports.query(OutboxRow).delete()
    return sheets


def chain_of(school: School) -> tuple[Version, ...]:
    """The list of readers as it is stored, every version that counts."""
    with school.databases.reports.session(write=False) as reports:
        return verified_chain(reports)


def proposals_of(school: School) -> list[Proposal]:
    """Every change that waits."""
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(Proposal).order_by(Proposal.asked_on, Proposal.id)))


def alarmed(school: School) -> set[str]:
    """Who is told by mail that something about keys has happened."""
    with school.databases.reports.session(write=False) as reports:
        told = OutboxRow.kind.in_((MailKind.CHANGE, MailKind.LATE, MailKind.STOP, MailKind.POWER))
        return set(reports.scalars(select(OutboxRow.address).where(told)))


def role_holders(school: School) -> set[tuple[str, str, bool]]:
    """Who holds which role: name, role, and whether as a deputy."""
    with school.databases.school.session(write=False) as session:
        return {(one.staff.name, one.role.value, one.deputy) for one in session.scalars(select(RoleHolder))}


def key_of(school: School, person: StaffMember) -> ReaderKey:
    """The row of somebody's key as it is stored now."""
    with school.databases.school.session(write=False) as session:
        return session.get_one(ReaderKey, person.id)


def acts(school: School) -> list[tuple[LogAct, str]]:
    """What the log tells of keys and readers: what happened, and who did it; the oldest first."""
    with school.databases.school.session(write=False) as session:
        names = {person.id: person.name for person in session.scalars(select(StaffMember))}
        found = lines(session, acts=KEY_ACTS)[::-1]
        return [(LogAct(one.act), names[one.by_id] if one.by_id else "") for one in found]


def keys_page(app: Flask, school: School, name: str) -> Page:
    """The page of keys as somebody sees it."""
    answer = school.browser(app, school.people[name]).get("/staff/keys")
    assert answer.status_code == 200
    return Page(answer.text)


def errors_of(page: Page) -> dict[str, str]:
    """What stands beside each field that is to be mended."""
    shown = {one.attrs.get("id", ""): one.text for one in page.all("p")}
    found = {}
    for control in page.all("input", "textarea", "select", "fieldset"):
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
