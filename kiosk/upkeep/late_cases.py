"""A case whose next step is late: its owner is told by mail, and a school day later the others who can read it.

Nobody is told who has no key to the report: whoever stepped aside, left or was never to know has none. Where the owner
is away, has left or lost the key, the others are told at once, so that no case is left to nobody (promise D11).
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from kiosk.calendar.school import SchoolCalendar
from kiosk.db import Databases
from kiosk.incidents.models import Incident
from kiosk.incidents.open_cases import IS_OPEN
from kiosk.mails import MailKind
from kiosk.outbox import chunks, queue_mail
from kiosk.report.keyring import Keyholder, read_keyring
from kiosk.report.models import Climbed, Report, ReportReader
from kiosk.report.reading_routes import PRACTICE, ROUTES, Route, may_read
from kiosk.upkeep.climbing import is_hour_to_tell
from kiosk.upsert import insert_or_keep

STEPS = 2  # the owner, then the others


def tell_of_late_cases(
    databases: Databases, calendar: SchoolCalendar, root: bytes | None, now: datetime
) -> None:
    """Queue the mails of every case that is late, each step once for each day on which a next step was due."""
    if not is_hour_to_tell(calendar, now):
        return
    late = select(Incident.report_id, Incident.owner_id, Incident.next_step_by).where(
        IS_OPEN, Incident.next_step_by < now
    )
    with databases.school.session(write=False) as school:
        cases = {row.report_id: row for row in school.execute(late)}
    if not cases:
        return
    with databases.reports.session(write=False) as reports:
        people = read_keyring(reports, root, now.astimezone(calendar.zone).date()).readers
    for ids in chunks(sorted(cases)):
        with databases.reports.write() as reports:
            holders: dict[uuid.UUID, set[uuid.UUID]] = {}
            wraps = (
                select(ReportReader.report_id, ReportReader.reader_id, Report.route)
                .join(Report, Report.id == ReportReader.report_id)
                .where(ReportReader.report_id.in_(ids), Report.route != PRACTICE)
            )
            routes: dict[uuid.UUID, Route] = {}
            for report_id, reader_id, route in reports.execute(wraps):
                holders.setdefault(report_id, set()).add(reader_id)
                routes[report_id] = ROUTES[route]
            addresses: set[str] = set()
            for id in sorted(holders):
                case = cases[id]
                have = [
                    one for one in people if one.id in holders[id] and may_read(routes[id], one.roles.split())
                ]
                due_on = case.next_step_by.astimezone(calendar.zone).date()
                for step in range(1, _steps(calendar, case.next_step_by, now) + 1):
                    told = whom_to_tell(step, case.owner_id, have)
                    mark = due_on.toordinal() * STEPS + step
                    if told and insert_or_keep(reports, Climbed, {"report_id": id, "step": mark}):
                        addresses |= told
            queue_mail(reports, MailKind.LATE, addresses)


def whom_to_tell(step: int, owner: uuid.UUID, have: Sequence[Keyholder]) -> set[str]:
    """The addresses of one step, the first is 1; `have` are those who can read the case."""
    here = [one for one in have if not one.absent]
    owners = [one for one in here if one.id == owner]
    told: Collection[Keyholder] = owners if step == 1 and owners else [one for one in here if one.id != owner]
    return {one.email for one in told or owners or have if one.email}


def _steps(calendar: SchoolCalendar, due: datetime, now: datetime) -> int:
    """How many steps are due: one from the moment on which the next step was due, one more a school day later."""
    return STEPS if calendar.add_school_time(due, calendar.school_day_minutes()) <= now else 1
