"""Who can open which report: access ends at once when people leave or step aside, and only readers can give it."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from kiosk.outbox import MailKind, OutboxRow, queue_alarm, queue_alert
from kiosk.report.chain import contains
from kiosk.report.clear_columns import Altered, put_back
from kiosk.report.intake import KEPT_OUT, RECOVERY_ID, wraps_for
from kiosk.report.keyring import Keyholder, Keyring, read_keyring
from kiosk.report.models import KeyDue, Reader, Report, ReportReader, ReportState
from kiosk.report.opening import (
    EARLIER_KEYS,
    KeyNotGranted,
    OpenedReport,
    Opener,
    ReportNotYours,
    is_reader,
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

    If fewer than two of them are there, every reader is told (promise G5). Raises NobodyLeft; the caller then rolls
    back.
    """
    row = session.get_one(Report, report_id, with_for_update=True)
    opened = opened_row(session, row, opener)
    opened.body[ASIDE] = sorted({*opened.body.get(ASIDE, []), opener.id.hex})
    left = _renew(session, row, opened, read_keyring(session, today=opener.today), taken_out=True)
    if not left:
        raise NobodyLeft
    if sum(not one.absent for one in left) < FEWEST_READERS:
        queue_alarm(session, session.scalars(select(Reader.email)))
    return left


def replace_readers(session: Session, readers: Iterable[Reader], today: date | None = None) -> None:
    """Update the copy of who can receive reports, and note every report whose key has to be renewed.

    Access ends at once for somebody who may no longer read: nobody opens a report who is not in the list with a role
    of its route. What was wrapped for them is deleted only when two others have the renewed key (promise G5). If a
    report has fewer than two able readers now, those who were readers before and those who are now are all told.
    """
    everybody = list(readers)
    before = list(session.scalars(select(Reader.email)))
    session.execute(delete(Reader))
    session.flush()
    session.add_all(everybody)
    session.flush()
    addresses = {reader.email for reader in everybody}
    session.execute(
        delete(OutboxRow).where(OutboxRow.address.not_in(addresses), OutboxRow.kind == MailKind.ALERT)
    )
    if note_due(session, today):
        queue_alarm(session, sorted({*before, *addresses}))


def note_due(session: Session, today: date | None = None) -> bool:
    """Note every open report that needs a new key or another reader; whether one has fewer than two able readers."""
    ring = read_keyring(session, today=today)
    holders = {one.id: one for one in ring.readers}
    able: dict[uuid.UUID, set[uuid.UUID]] = {}
    due: set[uuid.UUID] = set()
    routes = _routes_at_work(session)
    for one in session.execute(select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark)):
        report, reader = routes.get(one.report_id), holders.get(one.reader_id)
        if report is None:
            continue
        if one.reader_id == RECOVERY_ID:  # new sheets have to open what was sealed for the old ones
            if ring.recovery and one.key_mark != mark_of(ring.recovery):
                due.add(one.report_id)
            continue
        if reader and can_read(reader, report.route) and mark_of(reader.public_key or b"") == one.key_mark:
            able.setdefault(one.report_id, set()).add(one.reader_id)
        elif reader is None or not reader.waits:
            due.add(one.report_id)
    short = False
    for report_id, report in routes.items():
        has = able.get(report_id, set())
        present = sum(not holders[id].absent for id in has)
        if present < FEWEST_READERS or any(_is_new(reader, report, has) for reader in ring.readers):
            due.add(report_id)
        short |= present < FEWEST_READERS
    known = set(session.scalars(select(KeyDue.report_id)))
    session.add_all(KeyDue(report_id=report_id) for report_id in due - known)
    session.flush()
    return short


def can_read(reader: Keyholder, route: str) -> bool:
    """Whether somebody with a key may be a reader of this route."""
    return reader.able and may_read(ROUTES[route], reader.roles.split())


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
    ring = read_keyring(session, today=opener.today)
    if opener.seen and not contains(ring.chain, *opener.seen):
        return 0  # not the list that this reader has seen: nothing is sealed anew for whoever stands in it
    return sum(_renew_if_open(session, row, opener, ring) for row in rows)


def renew_with_recovery(session: Session, private_key: bytes, today: date | None = None) -> int:
    """Give the readers of each route access to every open report, with the recovery key; returns how many.

    Nobody whom a child ticked, who is kept out or who stepped aside gets access.
    """
    opener = Opener(RECOVERY_ID, EVERY_READER, private_key, today=today)
    rows = session.scalars(select(Report).where(Report.state != ReportState.CLOSED).with_for_update()).all()
    ring = read_keyring(session, today=today)
    return sum(_renew_if_open(session, row, opener, ring) for row in rows)


def _renew_if_open(session: Session, row: Report, opener: Opener, ring: Keyring) -> bool:
    if opener.id != RECOVERY_ID and not is_reader(ring, opener.id, row.route):
        return False
    try:
        opened = opened_row(session, row, opener)
    except (ReportNotYours, KeyNotGranted, EnvelopeBroken):
        return False
    _renew(session, row, opened, ring)
    return True


def _renew(
    session: Session, row: Report, opened: OpenedReport, ring: Keyring, taken_out: bool = False
) -> list[Keyholder]:
    """A new case key for those who may read this report from now on; returns them.

    While fewer than two of them are able, the case keeps its key: nothing that was wrapped for somebody is deleted
    then, and the report stays noted (promise G5). Only where somebody was taken out, the key changes all the same.
    """
    if opened.differs:
        put_back(session, row, opened.route.id, opened.body, opened.case_keys[0], Altered.COLUMNS)
    had = set(session.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == row.id)))
    chosen = _readers_from_now_on(row, ring.readers, had, kept_out_of(opened.body))
    whole = sum(not one.absent for one in chosen) >= FEWEST_READERS
    case_key = new_case_key() if whole or taken_out else opened.case_keys[0]
    if whole or taken_out:
        body = opened.body | {EARLIER_KEYS: [key.hex() for key in opened.case_keys]}
        row.envelope = seal(row.id, row.route, body, case_key)
    if whole:
        session.execute(delete(KeyDue).where(KeyDue.report_id == row.id))
    elif session.get(KeyDue, row.id) is None:
        session.add(KeyDue(report_id=row.id))
    session.flush()
    wraps = wraps_for(row.id, case_key, chosen, ring.recovery)
    old = ReportReader.report_id == row.id
    if case_key is opened.case_keys[0]:  # what others have under this key stays
        old &= ReportReader.reader_id.in_([one.reader_id for one in wraps])
    session.execute(delete(ReportReader).where(old))
    session.execute(insert(ReportReader), [{"report_id": row.id, **vars(one)} for one in wraps])
    new = [reader.email for reader in chosen if reader.id not in had]
    queue_alert(session, row.id, new, due=row.urgent or row.state != ReportState.NEW)
    return list(chosen)


def kept_out_of(body: Mapping[str, Any]) -> set[str]:
    """Everybody who must never read a report with this content, by id (promise G1)."""
    return {*body.get("exclude", []), *body.get(KEPT_OUT, []), *body.get(ASIDE, [])}


def _readers_from_now_on(
    row: Report, everybody: Sequence[Keyholder], had: Collection[uuid.UUID], out: Collection[str]
) -> list[Keyholder]:
    able = [reader for reader in everybody if reader.able and reader.id.hex not in out]
    own = readers_for(ROUTES[row.route], able, out)
    new = {reader.id for reader in able if reader.reads_from <= row.day}
    chosen = [
        reader
        for reader in able
        if can_read(reader, row.route) and (reader.id in had or (reader.id in new and reader in own))
    ]
    if sum(not one.absent for one in chosen) < FEWEST_READERS:
        chosen += [reader for reader in own if reader not in chosen]
    return chosen


def _is_new(reader: Keyholder, report: Report, has: Collection[uuid.UUID]) -> bool:
    """Whether a new reader should have access to this report, by role and day, and does not have it yet."""
    return (
        reader.listed
        and reader.reads_from <= report.day
        and reader.id not in has
        and bool(set(reader.roles.split()) & set(ROUTES[report.route].readers))
        and can_read(reader, report.route)
    )


def _routes_at_work(session: Session) -> dict[uuid.UUID, Report]:
    rows = session.execute(
        select(Report.id, Report.route, Report.day).where(Report.state != ReportState.CLOSED)
    )
    return {row.id: row for row in rows}  # type: ignore[misc]
