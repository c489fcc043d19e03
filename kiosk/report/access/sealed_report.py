"""A sealed report, and how it is stored: in one transaction with its keys, its reply thread and its alerts."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from kiosk.mail import outbox
from kiosk.mail.messages import MailKind
from kiosk.report.access.keyring import Keyholder, Keyring
from kiosk.report.access.routes import Route
from kiosk.report.models import Report, ReportReader, ReportState, Thread
from kiosk.sealing.envelope import ENVELOPE_VERSION, wrap
from kiosk.sealing.reader_key import mark_of
from kiosk.storage.db import ReportsBase
from kiosk.storage.upsert import insert_if_new

KEPT_OUT = "kept_out"  # inside the sealed text: ids of people who must never read it
# Inside the sealed text, and nowhere else: kiosk sent it, to see whether it is opened
SELF_TEST = "self_test"
READERS = "readers"  # inside the sealed text: for whom, and for which of their keys, the case key is wrapped
ID_LETTERS = 32  # the length of the id with which such an entry begins; the mark of the key follows
RECOVERY_ID = uuid.UUID(int=0)  # the reader id of the recovery key


@dataclass(frozen=True)
class Wrap:
    """A case key encrypted for one reader."""

    reader_id: uuid.UUID
    key_mark: bytes
    wrapped: bytes


@dataclass(frozen=True)
class SealedReport:
    """Everything that is stored of a report; its content cannot be read without a reader's key."""

    id: uuid.UUID
    day: date
    slot: int
    due: datetime  # when it is passed on, by the calendar as it was sealed; later calendars do not move it
    route: str
    urgent: bool
    retention: str
    envelope: bytes
    wraps: tuple[Wrap, ...]
    alerts: tuple[str, ...]
    thread_id: bytes = b""
    thread_key: bytes = b""
    ring_mark: bytes = b""  # the mark of the keyring for which it was sealed


def kept_out(route: Route, readers: Sequence[Keyholder], ticked: Sequence[str]) -> list[str]:
    """Who must never read a report, by person and for good, whatever roles they hold later (promise G1).

    Everybody ticked, known or not, every present holder and deputy of a role that the route excludes, and whoever is to
    take over from one of these and has not begun.
    """
    never = {reader.id.hex for reader in readers if set(reader.roles.split()) & set(route.never)}
    out = never | set(ticked)
    return sorted(out | {one.id.hex for one in readers if one.listed and not one.email and one.follows & out})


def wraps_for(
    report_id: uuid.UUID, case_key: bytes, readers: Sequence[Keyholder], recovery: bytes | None
) -> list[Wrap]:
    """The case key for each of these readers, and for the recovery key."""
    keys = [(reader.id, reader.public_key) for reader in readers] + [(RECOVERY_ID, recovery)]
    return [
        Wrap(reader_id, mark_of(public_key), wrap(report_id, case_key, public_key))
        for reader_id, public_key in keys
        if public_key
    ]


def access_marks(wraps: Iterable[Wrap]) -> list[str]:
    """Who has access by these, as the sealed text repeats it: a forged row makes nobody a reader."""
    return sorted(access_mark(one.reader_id, one.key_mark) for one in wraps)


def access_mark(reader_id: uuid.UUID, key_mark: bytes) -> str:
    """A reader and the mark of their key, as the sealed text names who has access; it begins with the id."""
    return reader_id.hex + key_mark.hex()


def whom_to_alert_instead(recipients: Keyring, excluded: Sequence[str]) -> list[Keyholder]:
    """Who is alerted to a report that nobody can open yet: the chair, or else readers not ticked (promise S4)."""
    left = [reader for reader in recipients.readers if reader.id.hex not in excluded]
    return [reader for reader in left if "chair" in reader.roles.split()] or left


def store_report(session: Session | Connection, sealed: SealedReport) -> None:
    """Add a report with its wrapped keys, its thread and its alerts; a report that exists already is left alone.

    Durable once the caller has committed.
    """
    if session.execute(_SAME_REPORT, {"id": sealed.id}).first() is not None:
        return
    session.execute(
        _ADD_REPORT,
        {
            "id": sealed.id,
            "day": sealed.day,
            "slot": sealed.slot,
            "route": sealed.route,
            "urgent": sealed.urgent,
            "state": ReportState.RELEASED,
            "retention": sealed.retention,
            "envelope_version": ENVELOPE_VERSION,
            "envelope": sealed.envelope,
        },
    )
    if sealed.wraps:
        session.execute(
            _ADD_READERS,
            [
                {
                    "report_id": sealed.id,
                    "reader_id": one.reader_id,
                    "key_mark": one.key_mark,
                    "wrapped": one.wrapped,
                }
                for one in sealed.wraps
            ],
        )
    if sealed.thread_id:
        insert_if_new(session, Thread, {"id": sealed.thread_id, "public_key": sealed.thread_key})
    outbox.queue_alert(session, sealed.id, sealed.alerts, MailKind.NOW if sealed.urgent else MailKind.NEWS)


def _insert_rows(model: type[ReportsBase]) -> Table:
    """Insert rows without ORM objects, so that a burst of reports is fast."""
    return ReportsBase.metadata.tables[model.__tablename__]


# Built once, as building a statement costs as much as executing it.
_SAME_REPORT = select(Report.id).where(Report.id == bindparam("id"))
_ADD_REPORT, _ADD_READERS = (insert(_insert_rows(model)) for model in (Report, ReportReader))
