"""A school with many closed cases: one that readers closed, copied row by row in both databases."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import DeclarativeBase, Session

from kiosk.incidents.models import (
    Act,
    CaseTag,
    CaseTask,
    ColleagueMessage,
    ComplaintClock,
    Incident,
    IncidentEntry,
    RiskTag,
)
from kiosk.report.models import EscalationStep, Report, ReportReader
from tests.incidents.school import School

YEAR = timedelta(days=365)  # since the copies were opened and closed, and later ones before them
LONG_AGO = date(2025, 10, 13)
DONE = (Act.PLANNED, Act.TASK_SET, Act.TASK_DONE, Act.COMPLAINT, Act.PASSED_WORD, Act.CLOSE_ASKED)
Row = dict[str, Any]


def copy_closed(school: School, report_id: uuid.UUID, count: int) -> list[uuid.UUID]:
    """Copies of a closed case, each told, escalated, planned, asked about and ended; the ids of their reports."""
    ids = [uuid.uuid4() for _ in range(count)]
    with school.databases.reports.write() as session:
        (report,) = _rows(session, Report, "id", report_id)
        readers = _rows(session, ReportReader, "report_id", report_id)
        session.execute(insert(Report), [report | {"id": id} for id in ids])
        session.execute(insert(ReportReader), [row | {"report_id": id} for id in ids for row in readers])
        steps = [{"report_id": id, "step": step} for id in ids for step in (1, 2)]
        session.execute(insert(EscalationStep), steps)
    with school.databases.school.write() as session:
        (case,) = _rows(session, Incident, "report_id", report_id)
        log = sorted(_rows(session, IncidentEntry, "incident_id", case["id"]), key=lambda line: line["seq"])
        first = (session.scalar(select(func.max(Incident.number))) or 0) + 1
        rows: dict[type[DeclarativeBase], list[Row]] = defaultdict(list)
        for number, id in enumerate(ids, first):
            back = YEAR + timedelta(minutes=number)
            at = {name: case[name] - back for name in ("opened_at", "closed_at", "next_step_by")}
            copied = case | at | {"id": uuid.uuid4(), "report_id": id, "number": number}
            for table, row in _rows_of_case(school, copied, log):
                rows[table].append(row)
        for table, found in rows.items():
            session.execute(insert(table), found)
    return ids


def _rows_of_case(school: School, copied: Row, log: list[Row]) -> Iterator[tuple[type[DeclarativeBase], Row]]:
    """A copied case and its log, with all that staff can do before the last line, and the rows beside them."""
    yield Incident, copied
    *before, closing = log
    done = {act: before[-1] | {"act": act, "id": uuid.uuid4(), "sealed_note": b""} for act in DONE}
    lines = [
        *(line | {"id": uuid.uuid4()} for line in before),
        *done.values(),
        closing | {"id": uuid.uuid4()},
    ]
    for seq, line in enumerate(lines, 1):
        yield IncidentEntry, line | {"incident_id": copied["id"], "seq": seq}
    who, over = closing["staff_id"], {"incident_id": copied["id"], "due_on": LONG_AGO}
    yield CaseTag, {"incident_id": copied["id"], "tag": RiskTag.CONTACT}
    yield CaseTask, over | {"id": done[Act.TASK_SET]["id"], "owner_id": who, "done_on": LONG_AGO}
    yield ComplaintClock, over | {"entry_id": done[Act.COMPLAINT]["id"], "answered_on": LONG_AGO}
    told = {"by_id": who, "to_id": school.teacher.id, "words": "", "read_on": LONG_AGO}
    yield ColleagueMessage, told | {"id": done[Act.PASSED_WORD]["id"]}


def _rows(session: Session, table: type[DeclarativeBase], column: str, value: uuid.UUID) -> list[Row]:
    found = session.execute(select(table.__table__).where(table.__table__.c[column] == value))
    return [dict(row._mapping) for row in found]
