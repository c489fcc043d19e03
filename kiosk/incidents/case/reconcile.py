"""Repairs the unencrypted rows that repeat a case log (tasks, complaint deadlines, tags) from the log. The queue and
the mails use these rows, as they cannot open a case. A log line that cannot be opened leaves its row unchanged.
"""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.complaints import complaints_in
from kiosk.incidents.case.tags import tags_in
from kiosk.incidents.case.tasks import tasks_in
from kiosk.incidents.case_log.entries import note_if_whole
from kiosk.incidents.models import Act, CaseTag, CaseTask, ComplaintClock

Row = TypeVar("Row", CaseTask, ComplaintClock, CaseTag)
Differing = tuple[
    list[Any], list[Any]
]  # rows that say something else than the log, and rows that should be there


def differing_rows(session: Session, case: CaseFile, zone: tzinfo) -> Differing:
    """The rows of a case that do not say what its log says, and those that would; three queries, changes nothing."""
    unread = {one for one in case.entries if note_if_whole(one, case.report.case_keys) is None}
    unsure = {one.id for one in unread}
    found = [_of_tasks(session, case, zone), _of_complaints(session, case), _of_tags(session, case)]
    if any(one.act is Act.TAGGED for one in unread):
        found.pop()
    stale, missing = ([row for part in side for row in part] for side in zip(*found, strict=True))
    return (
        [row for row in stale if _line_of(row) not in unsure],
        [row for row in missing if _line_of(row) not in unsure],
    )


def repair_rows(session: Session, case: CaseFile, zone: tzinfo) -> bool:
    """Make the rows of a case agree with its log; returns whether any differed. The caller holds the incident."""
    stale, missing = differing_rows(session, case, zone)
    for row in stale:
        session.delete(row)
    session.flush()
    session.add_all(missing)
    session.flush()
    return bool(stale or missing)


def _of_tasks(session: Session, case: CaseFile, zone: tzinfo) -> Differing:
    wanted = {
        one.id: CaseTask(
            id=one.id,
            incident_id=case.incident.id,
            owner_id=one.owner_id,
            due_on=one.due_on,
            done_on=one.done.at.astimezone(zone).date() if one.done else None,
        )
        for one in tasks_in(case)
    }
    mine = or_(CaseTask.incident_id == case.incident.id, CaseTask.id.in_(wanted))
    there = {row.id: row for row in session.scalars(select(CaseTask).where(mine))}
    return _differing(
        there, wanted, lambda row: (row.incident_id, row.owner_id, row.due_on, row.done_on is None)
    )


def _of_complaints(session: Session, case: CaseFile) -> Differing:
    wanted = {
        one.id: ComplaintClock(
            entry_id=one.id, incident_id=case.incident.id, due_on=one.due_on, answered_on=one.answered_on
        )
        for one in complaints_in(case)
    }
    mine = or_(ComplaintClock.incident_id == case.incident.id, ComplaintClock.entry_id.in_(wanted))
    there = {row.entry_id: row for row in session.scalars(select(ComplaintClock).where(mine))}
    return _differing(there, wanted, lambda row: (row.incident_id, row.due_on, row.answered_on is None))


def _of_tags(session: Session, case: CaseFile) -> Differing:
    wanted = {tag: CaseTag(incident_id=case.incident.id, tag=tag) for tag in tags_in(case)}
    there = {
        row.tag: row
        for row in session.scalars(select(CaseTag).where(CaseTag.incident_id == case.incident.id))
    }
    return _differing(there, wanted, lambda row: (row.incident_id, row.tag))


def _differing(
    there: Mapping[Any, Row], wanted: Mapping[Any, Row], said: Callable[[Row], tuple[object, ...]]
) -> Differing:
    same = {id for id, row in wanted.items() if id in there and said(row) == said(there[id])}
    return (
        [row for id, row in there.items() if id not in same],
        [row for id, row in wanted.items() if id not in same],
    )


def _line_of(row: CaseTask | ComplaintClock | CaseTag) -> object:
    """The id of the line that a row belongs to; a tag belongs to none alone."""
    return row.id if isinstance(row, CaseTask) else getattr(row, "entry_id", None)
