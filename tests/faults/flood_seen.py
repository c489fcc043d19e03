"""Whether readers find the genuine ones in a flood: in the lists of every state, and on the page."""

import time
import uuid

from flask.testing import FlaskClient
from sqlalchemy import select, update

from kiosk.report.access.listing import every_row
from kiosk.report.access.routes import ROUTES, may_read
from kiosk.report.models import Reader, Report, ReportReader, ReportState
from kiosk.storage.db import Databases

STATES = (ReportState.RELEASED, ReportState.OPENED, ReportState.CLOSED)


def seen_in_every_state(databases: Databases, ids: list[uuid.UUID]) -> int:
    """How many of the reports every one of their readers finds in the list of each state, and nobody else does."""
    seen = set(ids)
    for state in STATES:
        with databases.reports.write() as session:
            for report_id in ids:
                session.execute(update(Report).where(Report.id == report_id).values(state=state))
        seen &= {report_id for report_id in ids if _found(databases, state)[report_id]}
    with databases.reports.write() as session:
        for report_id in ids:
            session.execute(update(Report).where(Report.id == report_id).values(state=ReportState.RELEASED))
    return len(seen)


def _found(databases: Databases, state: ReportState) -> dict[uuid.UUID, bool]:
    with databases.reports.session(write=False) as session:
        readers = session.scalars(select(Reader)).all()
        lists = {
            reader.id: {
                row.id
                for row in every_row(session, reader.id).values()
                if row.mine and row.state is state and may_read(ROUTES[row.key.route], reader.roles.split())
            }
            for reader in readers
        }
        able: dict[uuid.UUID, set[uuid.UUID]] = {}
        for row in session.execute(select(ReportReader.report_id, ReportReader.reader_id)):
            able.setdefault(row.report_id, set()).update({row.reader_id} & set(lists))  # not the recovery key
    return {
        report_id: bool(whose)
        and {reader for reader, listed in lists.items() if report_id in listed} == whose
        for report_id, whose in able.items()
    }


def look_at_queue(browser: FlaskClient) -> str:
    """Open the queue as a member of staff does; how long it took and how long it is."""
    started = time.monotonic()
    answer = browser.get("/staff/incidents/?show=all")
    seconds = time.monotonic() - started
    if answer.status_code != 200:
        raise AssertionError(f"the queue answered with {answer.status}")
    return f"{seconds:.2f} s, {len(answer.data) // 1024} KiB"
