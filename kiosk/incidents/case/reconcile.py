"""Repairs the unencrypted rows that repeat a case log (tasks, complaint deadlines, tags) from the log. The queue and
the mails use these rows, as they cannot open a case. A log line that cannot be opened leaves its row unchanged.
"""

import uuid
from datetime import tzinfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.complaints import complaints_in
from kiosk.incidents.case.tags import tags_in
from kiosk.incidents.case.tasks import SETTING, tasks_in
from kiosk.incidents.case_log.entries import note_if_whole
from kiosk.incidents.models import Act, CaseTag, CaseTask, ComplaintClock, RiskTag

Row = CaseTask | ComplaintClock | CaseTag
Place = tuple[type[Row], uuid.UUID | RiskTag]  # which row it is: by the line that it belongs to, or the tag


def differing_rows(session: Session, case: CaseFile, zone: tzinfo) -> tuple[list[Row], list[Row]]:
    """The rows of a case that do not say what its log says, and those that would; three queries, changes nothing."""
    there = {_place_of(row): row for row in _rows_there(session, case)}
    wanted = {_place_of(row): row for row in _rows_by_log(case, zone)}
    unread = {one.id: one.act for one in case.entries if note_if_whole(one, case.report.case_keys) is None}

    def is_unsure(place: Place) -> bool:
        return Act.TAGGED in unread.values() if place[0] is CaseTag else place[1] in unread

    both = there.keys() & wanted.keys()
    same = {place for place in both if _compared_values(there[place]) == _compared_values(wanted[place])}
    stale, missing = (
        [row for place, row in rows.items() if place not in same and not is_unsure(place)]
        for rows in (there, wanted)
    )
    return stale, missing


def repair_rows(session: Session, case: CaseFile, zone: tzinfo) -> bool:
    """Make the rows of a case agree with its log; returns whether any differed. The caller holds the incident."""
    stale, missing = differing_rows(session, case, zone)
    for row in stale:
        session.delete(row)
    session.flush()
    session.add_all(missing)
    session.flush()
    return bool(stale or missing)


def _rows_by_log(case: CaseFile, zone: tzinfo) -> list[Row]:
    id = case.incident.id
    rows: list[Row] = [CaseTag(incident_id=id, tag=tag) for tag in tags_in(case)]
    for task in tasks_in(case):
        done_on = task.done.at.astimezone(zone).date() if task.done else None
        rows.append(
            CaseTask(id=task.id, incident_id=id, owner_id=task.owner_id, due_on=task.due_on, done_on=done_on)
        )
    for one in complaints_in(case):
        known = {"due_on": one.due_on, "answered_on": one.answered_on}
        rows.append(ComplaintClock(entry_id=one.id, incident_id=id, **known))
    return rows


def _rows_there(session: Session, case: CaseFile) -> list[Row]:
    """The rows of this case, and those of its lines that somebody moved to another one."""
    id, lines = case.incident.id, [one.id for one in case.entries if one.act in (*SETTING, Act.COMPLAINT)]
    return [
        *session.scalars(select(CaseTask).where(or_(CaseTask.incident_id == id, CaseTask.id.in_(lines)))),
        *session.scalars(
            select(ComplaintClock).where(
                or_(ComplaintClock.incident_id == id, ComplaintClock.entry_id.in_(lines))
            )
        ),
        *session.scalars(select(CaseTag).where(CaseTag.incident_id == id)),
    ]


def _place_of(row: Row) -> Place:
    if isinstance(row, CaseTag):
        return CaseTag, row.tag
    return type(row), row.id if isinstance(row, CaseTask) else row.entry_id


def _compared_values(row: Row) -> tuple[object, ...]:
    """The values of a row that are compared with the log: all but the day on which something was done."""
    if isinstance(row, CaseTask):
        return row.incident_id, row.owner_id, row.due_on, row.done_on is None
    if isinstance(row, ComplaintClock):
        return row.incident_id, row.due_on, row.answered_on is None
    return (row.incident_id,)
