"""A school of two leads, two coordinators, a principal and a chair, as the report zone knows it."""

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import KeyNotGranted, Opener, ReportNotYours, read_report
from kiosk.report.access.reader_chain import add_version, verified_chain
from kiosk.report.access.renewals_due import replace_readers
from kiosk.report.access.sealed_report import RECOVERY_ID, SealedReport, store_report
from kiosk.report.models import KeyDue, Reader, Report, ReportReader
from kiosk.sealing.boxes import public_of
from kiosk.sealing.list_statements import RECOVERY, write
from tests.factories import RECOVERY_SECRET, entry_of, found_list, open_zone, private_key_of
from tests.report.sealed import MONDAY_TEN, sealed_report

TOLD_ON = MONDAY_TEN.date()
ROLES = ("dsl", "dsl", "coordinator", "coordinator", "principal", "chair")
ALL_NAMES = {f"{role}{ROLES[:place].count(role) + 1}": role for place, role in enumerate(ROLES)}


@pytest.fixture
def session(reports_session: Session) -> Session:
    """A school of two leads, two coordinators, a principal and a chair."""
    open_zone(reports_session)
    change(reports_session, staff())
    return reports_session


def reader(name: str, role: str, **changes: object) -> Reader:
    """Somebody who reads, with the own key."""
    person_id = id_of(name)
    values = {"public_key": public_of(private_key_of(person_id)), "email": f"{name}@school.example"}
    return Reader(**{"id": person_id, "name": name, "roles": role} | values | changes)


def id_of(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, name)


def staff(*left_out: str, **more: Reader) -> list[Reader]:
    """Everybody of the school but those named: dsl1, dsl2, coordinator1 ... principal1, chair1."""
    people = {name: reader(name, role) for name, role in ALL_NAMES.items() if name not in left_out}
    return list((people | more).values())


def away(*names: str) -> dict[str, Reader]:
    """These people, absent."""
    return {name: reader(name, ALL_NAMES[name], absent=True) for name in names}


def listed(session: Session, people: Sequence[Reader], **each: dict[str, Any]) -> None:
    """A list of exactly these people, as it could have been agreed; `each` changes the entry of one, by name."""
    found_list(
        session,
        {one.id.hex: entry_of(one, **each.get(one.name, {})) for one in people if one.public_key},
    )


def change(session: Session, people: Sequence[Reader], **each: dict[str, Any]) -> None:
    """Readers have agreed that these people read, the copy follows, and what is due is noted."""
    listed(session, people, **each)
    replace_readers(session, people, TOLD_ON)


def go_on(session: Session, people: Sequence[Reader]) -> None:
    """The same as `change`, with a list that still says who read before."""
    last = verified_chain(session)[-1]
    entries = {one.id.hex: entry_of(one) for one in people}
    keys = {RECOVERY: RECOVERY_SECRET.signing_key}
    add_version(session, write(last, TOLD_ON, entries, last.recovery, {"kind": "recovered"}, keys))
    replace_readers(session, people, TOLD_ON)


def opener(name: str, *roles: str) -> Opener:
    return Opener(id_of(name), roles or {name.rstrip("0123456789")}, private_key_of(id_of(name)))


def add_released_report(session: Session, ticked: Sequence[str] = (), **given: Any) -> SealedReport:
    """Add a report by a child that was released to its readers."""
    exclude = [opener(name).id.hex for name in ticked]
    sealed = sealed_report(read_keyring(session), exclude=exclude, **({"concern": "friend"} | given))
    store_report(session, sealed)
    session.flush()
    return sealed


def holders(session: Session, report_id: uuid.UUID) -> set[str]:
    """Names of everybody who has a wrap of a report."""
    ids = set(session.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == report_id)))
    names = {id_of(name): name for name in (*ALL_NAMES, "dsl3")}
    return {"recovery" if one == RECOVERY_ID else names[one] for one in ids}


def envelope_of(session: Session, sealed: SealedReport) -> bytes:
    return session.scalars(select(Report.envelope).where(Report.id == sealed.id)).one()


def readable(session: Session, report_id: uuid.UUID, name: str) -> bool:
    """Whether somebody can open a report with the own key."""
    try:
        read_report(session, report_id, opener(name))
    except (ReportNotYours, KeyNotGranted):
        return False
    return True


def addresses(session: Session, kind: MailKind = MailKind.NEWS) -> set[str]:
    rows = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == kind))
    return {address.partition("@")[0] for address in rows}


def note(session: Session, sealed: SealedReport) -> None:
    """A report waits for a renewed key, whatever the reason."""
    session.merge(KeyDue(report_id=sealed.id))
    session.flush()
