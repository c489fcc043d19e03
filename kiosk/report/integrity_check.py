"""With a reader's key, compares the plaintext columns with the sealed text, once for each state of a row
(promise S10)."""

import secrets
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row, bindparam, select, update
from sqlalchemy.orm import Session

from kiosk.report.access.integrity_columns import Altered, HasColumns, columns_of, put_back
from kiosk.report.access.opening import (
    KeyNotGranted,
    OpenedRow,
    Opener,
    ReportNotYours,
    in_savepoints,
    opened_row,
)
from kiosk.report.models import Report, ReportReader
from kiosk.report.replies.threads import answers_were_tampered
from kiosk.sealing.boxes import public_of
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.sealing.reader_key import mark_of

MOST_LOOKED_AT = 150  # rows compared at every look: a few milliseconds
LOOKED_AT_LASTS = timedelta(minutes=5)
MOST_AT_ONCE = 400  # reports opened for this in one request: about a tenth of a second

_COLUMNS = (
    select(
        Report.id,
        Report.day,
        Report.slot,
        Report.route,
        Report.urgent,
        Report.retention,
        Report.altered,
        Report.state,
        ReportReader.checked,
    )
    .join(ReportReader, ReportReader.report_id == Report.id)
    .where(ReportReader.reader_id == bindparam("reader"), ReportReader.key_mark == bindparam("mark"))
)
_SOME = _COLUMNS.order_by(Report.id).limit(bindparam("most"))
_FROM_START = _SOME.where(Report.id >= bindparam("start"))
_BEFORE_START = _SOME.where(Report.id < bindparam("start"))

# When each reader's key last compared every row of a database, of those who have very many; in this process.
_looked_at: WeakKeyDictionary[Engine, dict[uuid.UUID, float]] = WeakKeyDictionary()


def unchecked_reports(session: Session, opener: Opener) -> list[uuid.UUID]:
    """The reports whose clear columns this reader's key has not compared yet, or that were changed since.

    One short digest a row; no envelope is opened. Where there are more than MOST_LOOKED_AT, all of them are looked at
    once in LOOKED_AT_LASTS, and in between a limited number, from a random starting point.
    """
    looked = _looked_at.setdefault(session.get_bind().engine, {})
    lately = looked.get(opener.id)
    key = _digest_key(opener)
    if lately is not None and time.monotonic() - lately < LOOKED_AT_LASTS.total_seconds():
        rows = _from_anywhere(session, opener)
        return [row.id for row in rows if row.checked != _columns_digest(key, row.id, row)]
    rows = list(session.execute(_COLUMNS, _reader_parameters(opener)))
    found = [row.id for row in rows if row.checked != _columns_digest(key, row.id, row)]
    if len(rows) > MOST_LOOKED_AT and len(found) <= MOST_AT_ONCE:  # otherwise the next check continues
        looked[opener.id] = time.monotonic()
    return found


def _from_anywhere(session: Session, opener: Opener) -> list[Row[*tuple[Any, ...]]]:
    """A limited number of rows in the order of their ids, from a random one on, wrapping around."""
    asked = {**_reader_parameters(opener), "start": uuid.uuid4(), "most": MOST_LOOKED_AT}
    rows = list(session.execute(_FROM_START, asked))
    rest = MOST_LOOKED_AT - len(rows)
    return [*rows, *session.execute(_BEFORE_START, asked | {"most": rest})] if rest else rows


def _reader_parameters(opener: Opener) -> dict[str, Any]:
    return {"reader": opener.id, "mark": mark_of(public_of(opener.private_key))}


def check_reports(session: Session, opener: Opener, report_ids: Sequence[uuid.UUID]) -> bool:
    """Compare these reports, put back what differs, and tell every reader; whether anything had been changed.

    Chosen at random if there are very many, so that an attacker cannot choose which are checked last.
    """
    if len(report_ids) > MOST_AT_ONCE:
        report_ids = secrets.SystemRandom().sample(list(report_ids), MOST_AT_ONCE)
    found = in_savepoints(session, report_ids, lambda report_id: _check_one(session, opener, report_id))
    return sum(found) > 0


def new_tampering(session: Session, opened: OpenedRow) -> list[Altered]:
    """What was tampered with about an opened report that is not noted in its sealed text yet."""
    found = [Altered.COLUMNS] if opened.differs else []
    if Altered.ANSWERS not in opened.altered and answers_were_tampered(session, opened.body):
        found.append(Altered.ANSWERS)
    return found


def note_change(session: Session, opener: Opener, report_id: uuid.UUID, kind: Altered) -> None:
    """Note of a report, inside and outside, that somebody changed this by hand, and tell every reader.

    Raises as `opened_row` does.
    """
    row = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise ReportNotYours
    opened = opened_row(session, row, opener)
    put_back(session, row, opened.route.id, opened.body, opened.case_keys[0], kind)


def _check_one(session: Session, opener: Opener, report_id: uuid.UUID) -> bool:
    row = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if row is None:
        return False
    try:
        opened = opened_row(session, row, opener)
    except (ReportNotYours, KeyNotGranted, EnvelopeBroken):  # opening it says so on a page
        return False
    found = new_tampering(session, opened)
    for kind in found:
        put_back(session, row, opened.route.id, opened.body, opened.case_keys[0], kind)
    session.execute(
        update(ReportReader)
        .where(ReportReader.report_id == report_id, ReportReader.reader_id == opener.id)
        .values(checked=_columns_digest(_digest_key(opener), report_id, row))
    )
    return bool(found)


def _digest_key(opener: Opener) -> bytes:
    return blake2b(key=opener.private_key, person=b"clear-columns", digest_size=32).digest()


def _columns_digest(key: bytes, report_id: uuid.UUID, row: HasColumns) -> uuid.UUID:
    """The digest of a report's plaintext columns, in the form of the random ids stored before the first check."""
    text = repr((report_id.hex, *vars(columns_of(row)).values())).encode()
    return uuid.UUID(bytes=blake2b(text, key=key, digest_size=16).digest(), version=4)
