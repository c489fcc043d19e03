"""A queue of any length: reports that wait for one reader, and are never opened."""

import uuid
from datetime import timedelta

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from kiosk.bench.school import Signed
from kiosk.bench.sealing import READERS, seal_one
from kiosk.config import Config
from kiosk.db import now_utc
from kiosk.outbox import chunks
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.report.opening import waiting_reports
from kiosk.sealing.envelope import ENVELOPE_VERSION
from kiosk.start import opened

MARK = "bench"  # the retention of reports made here
ROUTE = "friend"
DAYS, SLOTS, FIRST_SLOT, SLOT_MINUTES = 20, 12, 9 * 60, 30
OTHERS = [uuid.UUID(int=number) for number in range(1, READERS + 1)]  # a reader's is one row of several


def fill_queue(config: Config, reader: Signed, waiting: int) -> None:
    """Let so many reports wait for a reader of safeguarding, or as few as there really are."""
    with opened(config) as databases, databases.reports.write() as session:
        session.execute(delete(Report).where(Report.retention == MARK))
        found = len(waiting_reports(session, reader.id, {"dsl"}))
        _add(session, reader.id, max(waiting - found, 0))


def _add(session: Session, reader_id: uuid.UUID, count: int) -> None:
    """Half of them from a flood in one slot, half spread over the days before."""
    envelope, yesterday = seal_one(), now_utc().date() - timedelta(days=1)
    ids = [uuid.uuid4() for _ in range(count)]
    for some in chunks(ids):
        session.execute(
            insert(Report),
            [
                {
                    "id": id,
                    "day": yesterday - timedelta(days=id.int % DAYS if id.int % 2 else 0),
                    "slot": FIRST_SLOT + SLOT_MINUTES * (id.int % SLOTS if id.int % 2 else 0),
                    "route": ROUTE,
                    "urgent": False,
                    "state": ReportState.RELEASED,
                    "retention": MARK,
                    "envelope_version": ENVELOPE_VERSION,
                    "envelope": envelope,
                }
                for id in some
            ],
        )
        wraps = [(id, one) for id in some for one in (reader_id, *OTHERS)]
        session.execute(
            insert(ReportReader),
            [
                {"report_id": id, "reader_id": one, "key_mark": bytes(8), "wrapped": bytes(80)}
                for id, one in wraps
            ],
        )
