"""A queue of any length: reports that wait for one reader, that are worked at, and that are closed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from kiosk.calendar.school import Slot
from kiosk.config import Config
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level
from kiosk.mail.outbox import chunks
from kiosk.report.access.integrity_columns import IN_BODY, sealed_part
from kiosk.report.access.keyring import Keyholder, Keyring, able_readers, read_keyring
from kiosk.report.access.opening import count_waiting
from kiosk.report.access.routes import ROUTES, readers_for
from kiosk.report.access.sealed_report import KEPT_OUT, READERS, access_marks, wraps_for
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.sealing.envelope import ENVELOPE_VERSION, new_case_key, seal
from kiosk.start import closing_databases
from kiosk.storage.db import now_utc
from tools.bench.school import Signed
from tools.bench.sealing import BODY

MARK = "bench"  # the retention of reports made here
ROUTE = "friend"
DAYS, SLOTS, FIRST_SLOT, SLOT_MINUTES = 20, 12, 9 * 60, 30
FIRST_NUMBER = 2_000_000  # of incidents made here


@dataclass(frozen=True)
class Filling:
    """How many reports wait, how many incidents are open, and how many are closed."""

    waiting: int
    open: int = 0
    closed: int = 0


def fill_queue(config: Config, reader: Signed, filling: Filling) -> None:
    """Fill the queue of a reader of safeguarding; of what waits there are at least as many as there really are.

    Cases can be made once in a school: nobody takes the lines of their logs away again.
    """
    with (
        closing_databases(config) as databases,
        databases.reports.write() as reports,
        databases.school.write() as school,
    ):
        reports.execute(delete(Report).where(Report.retention == MARK))
        found = count_waiting(reports, reader.id, {"dsl"}, filling.waiting)
        ring = read_keyring(reports)
        _add(reports, ring, ReportState.RELEASED, max(filling.waiting - found, 0))
        at_work = _add(reports, ring, ReportState.OPENED, filling.open)
        done = _add(reports, ring, ReportState.CLOSED, filling.closed)
        owners = [one.id for one in _readers(ring)]
        _add_incidents(school, owners, at_work, done)


def _readers(ring: Keyring) -> list[Keyholder]:
    return readers_for(ROUTES[ROUTE], able_readers(ring.readers), ())


def _add(session: Session, ring: Keyring, state: ReportState, count: int) -> list[uuid.UUID]:
    """Half of them from a flood in one slot, half spread over the days before; sealed as a child's are."""
    yesterday = now_utc().date() - timedelta(days=1)
    chosen = _readers(ring)
    ids = [uuid.uuid4() for _ in range(count)]
    for some in chunks(ids):
        reports, keys = [], []
        for id in some:
            day = yesterday - timedelta(days=id.int % DAYS if id.int % 2 else 0)
            slot = Slot(day, FIRST_SLOT + SLOT_MINUTES * (id.int % SLOTS if id.int % 2 else 0))
            case_key = new_case_key()
            wraps = wraps_for(id, case_key, chosen, ring.recovery)
            clear = sealed_part(slot, False, MARK) | {"closed": state is ReportState.CLOSED}
            body = BODY | {KEPT_OUT: [], IN_BODY: clear, READERS: access_marks(wraps)}
            reports.append(
                {
                    "id": id,
                    "day": slot.day,
                    "slot": slot.minute,
                    "route": ROUTE,
                    "urgent": False,
                    "state": state,
                    "retention": MARK,
                    "envelope_version": ENVELOPE_VERSION,
                    "envelope": seal(id, ROUTE, body, case_key),
                }
            )
            keys += [{"report_id": id, **vars(one)} for one in wraps]
        session.execute(insert(Report), reports)
        session.execute(insert(ReportReader), keys)
    return ids


def _add_incidents(
    session: Session, owners: Sequence[uuid.UUID], at_work: Sequence[uuid.UUID], done: Sequence[uuid.UUID]
) -> None:
    """The incidents, each of one of the owners in turn, and the lines of their logs.

    Without a line that says so, a row that calls an incident closed closes nothing.
    """
    now = now_utc()
    rows, lines = [], []
    for place, report_id in enumerate([*at_work, *done]):
        id, owner_id = uuid.uuid4(), owners[place % len(owners)]
        # One an hour: a school has as many over years, and not all of them are of this month.
        closed_at = now - timedelta(hours=place) if place >= len(at_work) else None
        opened_at = (closed_at or now) - timedelta(days=1)
        rows.append(
            {
                "id": id,
                "number": FIRST_NUMBER + place,
                "report_id": report_id,
                "route": ROUTE,
                "level": Level.SOON,
                "opened_at": opened_at,
                "owner_id": owner_id,
                "next_step_by": now + timedelta(hours=report_id.int % 200 - 20),
                "outcome": CaseOutcome.RESOLVED if closed_at else None,
                "closed_at": closed_at,
            }
        )
        acts = [(Act.OPENED, opened_at), (Act.READ, opened_at), (Act.DID, opened_at)]
        acts += [(Act.CLOSED, closed_at)] if closed_at else []
        lines += [
            {"id": uuid.uuid4(), "incident_id": id, "seq": seq, "at": at, "staff_id": owner_id, "act": act}
            for seq, (act, at) in enumerate(acts, 1)
        ]
    if rows:
        session.execute(insert(Incident), rows)
        session.execute(insert(IncidentEntry), lines)
