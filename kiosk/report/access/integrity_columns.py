"""What stands in clear about a report is repeated in its sealed text: a change by hand is put back (promise S10)."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import Slot
from kiosk.mail.outbox import queue_alarm
from kiosk.report.access.keyring import read_keyring
from kiosk.report.models import KeyDue, Report, ReportState
from kiosk.sealing.envelope import seal

IN_BODY = "clear"  # inside the envelope: the columns that stand in clear as well


class Altered(enum.StrEnum):
    """What somebody changed by hand."""

    COLUMNS = "columns"
    ANSWERS = "answers"
    CASE = "case"  # what stands in clear beside the log of its case


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
class ClearColumns:
    """The columns that anybody can read who has the database file, and that must say what the sealed text says."""

    day: str
    slot: int
    route: str
    urgent: bool
    retention: str
    altered: bool
    closed: bool  # the only state that takes a report out of renewals


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


def columns_of(row: HasColumns) -> ClearColumns:
    """The columns as they stand in the database."""
    closed = row.state is ReportState.CLOSED
    return ClearColumns(
        row.day.isoformat(), row.slot, row.route, row.urgent, row.retention, row.altered, closed
    )


def true_columns(route: str, body: Mapping[str, Any]) -> ClearColumns:
    """The columns as the sealed text has them."""
    part = body[IN_BODY]
    return ClearColumns(
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
    true = true_columns(route, body)
    row.day, row.slot, row.route = date.fromisoformat(true.day), true.slot, true.route
    row.urgent, row.retention, row.altered = true.urgent, true.retention, true.altered
    if true.closed:
        row.state = ReportState.CLOSED
    elif row.state is ReportState.CLOSED:
        row.state = ReportState.OPENED
        session.merge(KeyDue(report_id=row.id))  # nothing was renewed for it while it seemed closed
    row.envelope = seal(row.id, route, body, case_key)
    queue_alarm(session, [reader.email for reader in read_keyring(session).readers])
    session.flush()


def altered_by_hand(session: Session) -> bool:
    """Whether a report that staff still work at was changed by hand; says neither which nor how many."""
    found = exists().where(Report.altered, Report.state != ReportState.CLOSED)
    return bool(session.scalar(select(found)))
