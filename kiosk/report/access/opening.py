"""What a reader may see of reports: which ones wait, and the words of a report that their key opens."""

import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, false, func, literal, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import Slot
from kiosk.report.access.integrity_columns import (
    Altered,
    altered_in,
    columns_in_sealed_text,
    columns_of,
    put_back,
    with_closed,
)
from kiosk.report.access.keyring import Keyring, read_keyring
from kiosk.report.access.routes import ROUTES, Route, may_read
from kiosk.report.access.sealed_report import ID_LETTERS, READERS, SELF_TEST
from kiosk.report.models import Reader, Report, ReportReader, ReportState
from kiosk.report.release import WAITING
from kiosk.sealing.envelope import EnvelopeBroken, seal, unseal, unwrap
from kiosk.storage.outages import is_away
from kiosk.storage.prepared import PreparedStatement

DAY_MINUTES = 24 * 60
NO_REPORT = uuid.UUID(int=0)  # an id that no report has
EARLIER_KEYS = "keys"  # inside the sealed text: earlier keys of the case, for notes sealed with them
Item = TypeVar("Item")
Result = TypeVar("Result")
log = logging.getLogger(__name__)


class ReportNotYours(Exception):
    """There is no such report, or this person may not know of it; both look the same."""


class KeyNotGranted(Exception):
    """A reader of this report with a new key that no other reader has approved yet."""


@dataclass(frozen=True)
class Opener:
    """A reader with their roles and the private key of this session."""

    id: uuid.UUID
    roles: Collection[str]
    private_key: bytes
    today: date | None = None  # the school's day, which decides whose waiting time is over
    # The list of readers that this key was compared with: version and hash
    seen: tuple[int, bytes] | None = None
    # the list version seen at the last unlocking; later changes are new to this reader
    knows: int | None = None


@dataclass(frozen=True)
class WaitingReport:
    """What a list may show of a report, without the child's words."""

    id: uuid.UUID
    slot: Slot
    route: Route
    urgent: bool
    state: ReportState
    altered: bool = False  # somebody changed it by hand


@dataclass(frozen=True)
class OpenedRow:
    """The words of a report, whoever else may read it; `case_keys` open its notes, the newest first."""

    id: uuid.UUID
    slot: Slot
    route: Route
    urgent: bool
    body: dict[str, Any]
    access: list[uuid.UUID]  # who has access, as the sealed text says it
    case_keys: list[bytes]
    altered: Sequence[str] = ()  # what somebody changed by hand at some time (`Altered`)
    differs: bool = False  # the plaintext columns do not say what the sealed text says
    closed: bool = False
    envelope: bytes = b""  # as it was opened


@dataclass(frozen=True)
class OpenedReport(OpenedRow):
    """A report opened by somebody who may read it, with the people who may read it as well."""

    readers: Sequence[Reader] = ()


def readable(
    session: Session, report_ids: Collection[uuid.UUID], reader_id: uuid.UUID, roles: Collection[str]
) -> set[uuid.UUID]:
    """Which of these reports this person may open."""
    rows = session.execute(
        select(Report.id, Report.route)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(Report.id.in_(report_ids), ReportReader.reader_id == reader_id)
    )
    return {row.id for row in rows if may_read(ROUTES[row.route], roles)}


def count_waiting(
    session: Session | Connection, reader_id: uuid.UUID, roles: Collection[str], most: int
) -> int:
    """How many reports wait to be read by this person, counted up to `most`: the price does not grow with a flood."""
    counted, values = _waiting_count(frozenset(roles)), {"reader_id": reader_id, "most": most}
    found = counted.seen_by(session, values) if isinstance(session, Session) else counted.all(session, values)
    return int(found[0][0])


@cache
def _waiting_count(roles: frozenset[str]) -> PreparedStatement:
    """Counts waiting reports for people with these roles; prepared once for each such set, as every staff page asks."""
    routes = [literal(route.id) for route in ROUTES.values() if may_read(route, roles)]
    waiting = (
        select(Report.id)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(
            Report.state.in_([literal(one, Report.state.type) for one in WAITING]),
            Report.route.in_(routes) if routes else false(),
            ReportReader.reader_id == bindparam("reader_id"),
        )
        .limit(bindparam("most"))
    )
    return PreparedStatement(select(func.count()).select_from(waiting.subquery()))


def open_report(session: Session, report_id: uuid.UUID, opener: Opener) -> OpenedReport:
    """The whole report, for one of its readers; it becomes opened.

    Plaintext columns that somebody changed by hand are put back. Raises ReportNotYours, KeyNotGranted, or
    EnvelopeBroken if the envelope was changed.
    """
    row, recipients = _row_of(session, report_id, opener)
    opened = _opened_by(session, row, opener, recipients)
    if opened.differs:
        put_back(session, row, opened.route.id, opened.body, opened.case_keys[0], Altered.COLUMNS)
        opened = _opened_by(session, row, opener, recipients)
    if row.state in WAITING:
        row.state = ReportState.OPENED
    return _with_readers(session, opened)


def read_report(session: Session, report_id: uuid.UUID, opener: Opener) -> OpenedReport:
    """The whole report of an incident, for one of its readers; changes nothing; raises as `open_report` does.

    As there is an incident, the report was passed on, whatever its state says.
    """
    row, recipients = _row_of(session, report_id, opener)
    return _with_readers(session, _opened_by(session, row, opener, recipients))


def _row_of(session: Session, report_id: uuid.UUID, opener: Opener) -> tuple[Report, Keyring]:
    """A row that this person may read by its plaintext columns, and the keyring; raises ReportNotYours."""
    # Always the same queries: the response time must not reveal whether the report exists (promise S9).
    recipients = read_keyring(session, today=opener.today)
    found = session.execute(
        select(Report, ReportReader)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(Report.id == report_id, ReportReader.reader_id == opener.id)
    ).first()
    if found is None or not may_read(ROUTES[found.Report.route], opener.roles):
        raise ReportNotYours
    if not is_reader(recipients, opener.id, found.Report.route):
        raise ReportNotYours
    return found.Report, recipients


def _opened_by(session: Session, row: Report, opener: Opener, recipients: Keyring) -> OpenedRow:
    opened = opened_row(session, row, opener)
    if not (may_read(opened.route, opener.roles) and is_reader(recipients, opener.id, opened.route.id)):
        raise ReportNotYours  # the route in the sealed text is the one that counts
    if opened.body.get(SELF_TEST):
        raise ReportNotYours  # no child sent it: there must never be a case of it
    return opened


def _with_readers(session: Session, opened: OpenedRow) -> OpenedReport:
    return OpenedReport(**vars(opened), readers=readers_of(session, opened.id, opened.access))


def is_reader(recipients: Keyring, person: uuid.UUID, route: str) -> bool:
    """Whether somebody is a reader of this route by the list of readers, with the waiting time over."""
    return any(
        one.id == person and one.able and may_read(ROUTES[route], one.roles.split())
        for one in recipients.readers
    )


def opened_row(session: Session, row: Report, opener: Opener) -> OpenedRow:
    """The words of a row, whatever its plaintext columns; raises ReportNotYours, KeyNotGranted or EnvelopeBroken."""
    mine = session.get(ReportReader, (row.id, opener.id))
    if mine is None:
        raise ReportNotYours
    try:
        case_key = unwrap(row.id, mine.wrapped, opener.private_key)
    except EnvelopeBroken:
        raise KeyNotGranted from None
    route, body = unseal(row.id, row.envelope_version, row.envelope, case_key)
    try:
        true = columns_in_sealed_text(route, body)
        earlier = [bytes.fromhex(key) for key in body.get(EARLIER_KEYS, [])]
        slot = Slot(date.fromisoformat(true.day), true.slot)
        if not 0 <= slot.minute < DAY_MINUTES:
            raise ValueError("no minute of a day")
        altered = altered_in(body)
        access = [uuid.UUID(one[:ID_LETTERS]) for one in body.get(READERS, [])]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EnvelopeBroken("not what kiosk seals") from None
    return OpenedRow(
        row.id,
        slot,
        ROUTES[route],
        true.urgent,
        body,
        access,
        [case_key, *earlier],
        altered,
        differs=columns_of(row) != true,
        closed=true.closed,
        envelope=row.envelope,
    )


def set_closed(session: Session, opened: OpenedRow, closed: bool) -> None:
    """Record that staff closed or reopened a report, in its row and in its sealed text.

    Raises EnvelopeBroken if the case has another key by now.
    """
    session.flush()
    row = session.get(Report, opened.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise ReportNotYours
    body, case_key = opened.body, opened.case_keys[0]
    # the key was renewed meanwhile: never seal with an old key that nobody has
    if row.envelope != opened.envelope:
        _, body = unseal(row.id, row.envelope_version, row.envelope, case_key)
    row.envelope = seal(row.id, opened.route.id, with_closed(body, closed), case_key)
    row.state = ReportState.CLOSED if closed else ReportState.OPENED


def readers_of(session: Session, report_id: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Reader]:
    """Who of these has a row of a report as well, so that they may open it, by name."""
    return list(
        session.scalars(
            select(Reader)
            .join(ReportReader, ReportReader.reader_id == Reader.id)
            .where(ReportReader.report_id == report_id, Reader.id.in_(ids))
            .order_by(Reader.name)
        )
    )


def in_savepoints(
    session: Session, items: Iterable[Item], work: Callable[[Item], Result]
) -> Iterator[Result]:
    """The result for each item; where work on one fails, what it has written is undone, and the next one follows."""
    for item in items:
        try:
            with session.begin_nested():
                result = work(item)
        except Exception as error:
            if is_away(error):
                raise  # the database has gone, or its disk is full: nothing of this transaction is left
            # The message could contain a child's words, so only the kind of error is logged.
            log.error("work on one report failed: %s", type(error).__name__)
            continue
        yield result
