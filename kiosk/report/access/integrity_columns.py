"""The plaintext columns of a report are repeated in its sealed text, so that tampering is detected and undone
(promise S10)."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import Slot
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.access.keyring import read_keyring
from kiosk.report.models import KeyDue, Report, ReportState
from kiosk.sealing.envelope import seal

IN_BODY = "clear"  # inside the sealed text: the values of the plaintext columns


class Altered(enum.StrEnum):
    """The kind of thing that was tampered with."""

    COLUMNS = "columns"
    ANSWERS = "answers"
    CASE = "case"  # the unencrypted rows beside the log of its case


class HasColumns(Protocol):
    """A row of reports, whole or with these columns alone."""

    day: date
    slot: int
    route: str
    urgent: bool
    retention: str
    altered: bool
    state: ReportState


@dataclass(frozen=True)
class PlaintextColumns:
    """The columns that anybody with the database file can read; they must agree with the sealed text."""

    day: str
    slot: int
    route: str
    urgent: bool
    retention: str
    altered: bool
    # Sealed too, as a closed report gets no new readers and its keys are renewed only for new recovery sheets.
    closed: bool


def sealed_part(slot: Slot, urgent: bool, retention: str) -> dict[str, Any]:
    """What the sealed text repeats; the route stands beside the body already."""
    return {
        "day": slot.day.isoformat(),
        "slot": slot.minute,
        "urgent": urgent,
        "retention": retention,
        "altered": [],
        "closed": False,
    }


def with_closed(body: Mapping[str, Any], closed: bool) -> dict[str, Any]:
    """The body that says whether staff have closed the report."""
    return {**body, IN_BODY: body[IN_BODY] | {"closed": closed}}


def with_retention(body: Mapping[str, Any], retention: str) -> dict[str, Any]:
    """The body that says of which retention class the report is from now on."""
    return {**body, IN_BODY: body[IN_BODY] | {"retention": retention}}


def columns_of(row: HasColumns) -> PlaintextColumns:
    """The columns as they stand in the database."""
    closed = row.state is ReportState.CLOSED
    return PlaintextColumns(
        row.day.isoformat(), row.slot, row.route, row.urgent, row.retention, row.altered, closed
    )


def columns_in_sealed_text(route: str, body: Mapping[str, Any]) -> PlaintextColumns:
    """The columns as the sealed text has them."""
    part = body[IN_BODY]
    return PlaintextColumns(
        part["day"],
        part["slot"],
        route,
        part["urgent"],
        part["retention"],
        bool(part["altered"]),
        part.get("closed", False),
    )


def altered_in(body: Mapping[str, Any]) -> Sequence[str]:
    """What the sealed text says was changed by hand at some time."""
    return tuple(body[IN_BODY]["altered"])


def put_back(
    session: Session, row: Report, route: str, body: dict[str, Any], case_key: bytes, kind: Altered
) -> None:
    """Write the true columns again, note inside and outside that somebody changed this, and tell every reader.

    `body` is changed too, so that whoever seals it again keeps the note.
    """
    part = body[IN_BODY]
    body[IN_BODY] = part | {"altered": sorted({*part["altered"], kind.value})}
    true = columns_in_sealed_text(route, body)
    row.day, row.slot, row.route = date.fromisoformat(true.day), true.slot, true.route
    row.urgent, row.retention, row.altered = true.urgent, true.retention, true.altered
    if true.closed:
        row.state = ReportState.CLOSED
    elif row.state is ReportState.CLOSED:
        row.state = ReportState.OPENED
        session.merge(KeyDue(report_id=row.id))  # its keys were not renewed while it seemed closed
    row.envelope = seal(row.id, route, body, case_key)
    queue_mail(session, MailKind.STOP, [reader.email for reader in read_keyring(session).readers])
    session.flush()


def altered_by_hand(session: Session) -> bool:
    """Whether a report that staff still work at was changed by hand; says neither which nor how many."""
    found = exists().where(Report.altered, Report.state != ReportState.CLOSED)
    return bool(session.scalar(select(found)))
