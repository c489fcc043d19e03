"""Who can open which report: access ends at once when people leave or step aside, and only readers can give it."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from kiosk import outbox
from kiosk.outbox import OutboxRow
from kiosk.report.intake import RECOVERY_ID, wraps_for
from kiosk.report.keyring import Keyholder, read_keyring
from kiosk.report.models import KeyDue, Reader, Report, ReportReader, ReportState
from kiosk.report.opening import (
    EARLIER_KEYS,
    KeyNotGranted,
    OpenedReport,
    Opener,
    ReportNotYours,
    opened_row,
)
from kiosk.report.reading_routes import EVERY_READER, FEWEST_READERS, ROUTES, may_read, readers_for
from kiosk.sealing.envelope import EnvelopeBroken, new_case_key, seal
from kiosk.sealing.reader_key import mark_of

ASIDE = "aside"  # inside the envelope: who stepped aside and must never get access again
MOST_AT_ONCE = 100  # reports renewed in one request


class NobodyLeft(Exception):
    """The last person who can read a report cannot step aside, because nobody would read it then."""


def step_aside(session: Session, report_id: uuid.UUID, opener: Opener) -> list[Keyholder]:
    """Remove the opener, who may be involved, and renew the case key; returns the remaining readers.

    Raises NobodyLeft; the caller then rolls back.
    """
    row = session.get_one(Report, report_id, with_for_update=True)
    opened = opened_row(session, row, opener)
    opened.body[ASIDE] = sorted({*opened.body.get(ASIDE, []), opener.id.hex})
    left = _renew(session, row, opened)
    if not left:
        raise NobodyLeft
    return left


def replace_readers(session: Session, readers: Iterable[Reader]) -> None:
    """Update the copy of who can receive reports to the school's roles and keys.

    Somebody who may no longer read a report loses access at once. Reports that need a new key or which somebody
    should get access to are noted for the next reader, as only somebody who can open a report can give access.
    """
    everybody = list(readers)
    session.execute(delete(Reader))
    session.flush()
    session.add_all(everybody)
    session.flush()
    session.execute(delete(OutboxRow).where(OutboxRow.address.not_in([reader.email for reader in everybody])))
    by_id = {reader.id: reader for reader in everybody}
    marks = {reader.id: mark_of(reader.public_key) for reader in everybody if reader.public_key}
    due: set[uuid.UUID] = set()
    able: dict[uuid.UUID, set[uuid.UUID]] = {}
    routes = _routes_at_work(session)
    for one in session.execute(
        select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark).where(
            ReportReader.reader_id != RECOVERY_ID
        )
    ):
        reader = by_id.get(one.reader_id)
        report = routes.get(one.report_id)
        if report is None:
            continue
        if reader is None or not may_read(ROUTES[report.route], reader.roles.split()):
            session.execute(
                delete(ReportReader).where(
                    ReportReader.report_id == one.report_id, ReportReader.reader_id == one.reader_id
                )
            )
            due.add(one.report_id)
        elif marks.get(one.reader_id) == one.key_mark:
            able.setdefault(one.report_id, set()).add(one.reader_id)
        elif one.reader_id in marks:
            due.add(one.report_id)
    for report_id, report in routes.items():
        has = able.get(report_id, set())
        if len(has) < FEWEST_READERS or any(_is_new(reader, report, has) for reader in everybody):
            due.add(report_id)
    if any(
        not able.get(report_id) for report_id in due
    ):  # only recovery sheets can give access now (promise S4)
        outbox.queue_alarm(session, _to_alarm(everybody))
    known = set(session.scalars(select(KeyDue.report_id)))
    session.add_all(KeyDue(report_id=report_id) for report_id in due - known)
    session.flush()


def _to_alarm(everybody: Sequence[Reader]) -> list[str]:
    """The addresses of the chair and deputy, or of all readers if there is no chair."""
    chairs = [reader.email for reader in everybody if "chair" in reader.roles.split()]
    return chairs or [reader.email for reader in everybody]


def keys_due(session: Session) -> bool:
    """Whether a report waits for a reader to renew its key."""
    return bool(session.scalar(select(exists().where(KeyDue.report_id.is_not(None)))))


def renew_due(session: Session, opener: Opener) -> int:
    """Renew the key of every noted report that the opener can open, and give access as noted; returns how many."""
    rows = session.scalars(
        select(Report)
        .join(KeyDue, KeyDue.report_id == Report.id)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(ReportReader.reader_id == opener.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(
            of=Report, skip_locked=True
        )  # if two readers do this at once, each report is renewed once
    ).all()
    return sum(_renew_if_open(session, row, opener) for row in rows)


def renew_with_recovery(session: Session, private_key: bytes) -> int:
    """Give the readers of each route access to every open report, with the recovery key; returns how many.

    Nobody whom a child ticked or who stepped aside gets access.
    """
    opener = Opener(RECOVERY_ID, EVERY_READER, private_key)
    rows = session.scalars(select(Report).where(Report.state != ReportState.CLOSED).with_for_update()).all()
    return sum(_renew_if_open(session, row, opener) for row in rows)


def _renew_if_open(session: Session, row: Report, opener: Opener) -> bool:
    if opener.id != RECOVERY_ID and not may_read(ROUTES[row.route], opener.roles):
        return False
    try:
        opened = opened_row(session, row, opener)
    except (ReportNotYours, KeyNotGranted, EnvelopeBroken):
        return False
    _renew(session, row, opened)
    return True


def _renew(session: Session, row: Report, opened: OpenedReport) -> list[Keyholder]:
    """A new case key for those who may read this report from now on; returns them."""
    ring = read_keyring(session)
    had = set(session.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == row.id)))
    kept_out = {*opened.body.get("exclude", []), *opened.body.get(ASIDE, [])}
    chosen = _readers_from_now_on(session, row, ring.readers, had, kept_out)
    case_key = new_case_key()
    body = opened.body | {EARLIER_KEYS: [key.hex() for key in opened.case_keys]}
    row.envelope = seal(row.id, row.route, body, case_key)
    session.execute(delete(ReportReader).where(ReportReader.report_id == row.id))
    session.execute(delete(KeyDue).where(KeyDue.report_id == row.id))
    session.add_all(
        ReportReader(report_id=row.id, reader_id=one.reader_id, key_mark=one.key_mark, wrapped=one.wrapped)
        for one in wraps_for(row.id, case_key, chosen, ring.recovery)
    )
    session.flush()
    new = [reader.email for reader in chosen if reader.id not in had]
    outbox.queue_alert(session, row.id, new, due=row.urgent or row.state != ReportState.NEW)
    return list(chosen)


def _readers_from_now_on(
    session: Session,
    row: Report,
    everybody: Sequence[Keyholder],
    had: Collection[uuid.UUID],
    kept_out: Collection[str],
) -> list[Keyholder]:
    route = ROUTES[row.route]
    able = [reader for reader in everybody if reader.able and reader.id.hex not in kept_out]
    own = readers_for(route, able, kept_out)
    new = set(
        session.scalars(select(Reader.id).where(Reader.reads_from.is_not(None), Reader.reads_from <= row.day))
    )
    chosen = [
        reader
        for reader in able
        if may_read(route, reader.roles.split())
        and (reader.id in had or (reader.id in new and reader in own))
    ]
    if len(chosen) < FEWEST_READERS:
        chosen += [reader for reader in own if reader not in chosen]
    return chosen


def _is_new(reader: Reader, report: Report, has: Collection[uuid.UUID]) -> bool:
    """Whether a new reader should have access to this report, by role and day, and does not have it yet."""
    return (
        reader.public_key is not None
        and reader.reads_from is not None
        and reader.reads_from <= report.day
        and reader.id not in has
        and bool(set(reader.roles.split()) & set(ROUTES[report.route].readers))
        and may_read(ROUTES[report.route], reader.roles.split())
    )


def _routes_at_work(session: Session) -> dict[uuid.UUID, Report]:
    rows = session.execute(
        select(Report.id, Report.route, Report.day).where(Report.state != ReportState.CLOSED)
    )
    return {row.id: row for row in rows}  # type: ignore[misc]
