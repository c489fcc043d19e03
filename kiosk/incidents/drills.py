"""Drills: how soon a practice report was seen, for governors; no child's report is ever in them (promise S8)."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.content.readability import words
from kiosk.incidents.clock import school_minutes
from kiosk.incidents.models import Drill
from kiosk.report.opening import OpenedReport
from kiosk.report.reading_routes import HOUR_MINUTES, PRACTICE

GOAL_MINUTES = HOUR_MINUTES  # as for the most urgent kinds of worry that have no clock of their own
MOST_SHOWN = 12
TITLES = frozenset({"Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Sir"})


@dataclass(frozen=True)
class DrillLine:
    """A drill as governors may see it: how many minutes of school time it took, and never whose they were."""

    drill: Drill
    minutes: int | None  # None: nobody else has opened it yet

    @property
    def missed(self) -> bool:
        """Whether nobody else opened it within the goal."""
        return self.minutes is None or self.minutes > self.drill.goal_minutes


def start_drill(
    session: Session, report_id: uuid.UUID, by: StaffMember, calendar: SchoolCalendar, now: datetime
) -> None:
    """Note that a practice report is about to be sent, so that its first opening is not missed."""
    session.add(
        Drill(
            day=now.astimezone(calendar.zone).date(),
            in_school_time=calendar.is_open(now),
            goal_minutes=GOAL_MINUTES,
            report_id=report_id,
            started_at=now,
            started_by_id=by.id,
        )
    )


def cancel_drill(session: Session, report_id: uuid.UUID) -> None:
    """Forget a drill whose report was not accepted: nobody could have seen it."""
    session.execute(delete(Drill).where(Drill.report_id == report_id))


def note_seen(
    session: Session, report: OpenedReport, staff_id: uuid.UUID, calendar: SchoolCalendar, now: datetime
) -> None:
    """Keep after how many minutes of school time somebody other than who started it opened a practice report.

    It goes by the route in the sealed text: of a report by a child nothing is looked up and nothing kept, whatever
    anybody wrote into the rows.
    """
    if report.route.id != PRACTICE:
        return
    drill = session.scalar(select(Drill).where(Drill.report_id == report.id).with_for_update())
    if drill is None or drill.started_at is None or drill.started_by_id == staff_id:
        return
    drill.minutes = school_minutes(calendar, drill.started_at, now)
    drill.report_id = drill.started_at = drill.started_by_id = None


def last_drills(session: Session, calendar: SchoolCalendar, now: datetime) -> list[DrillLine]:
    """The last drills that were seen, or that should have been by now, the oldest first.

    One that waits within its goal is in nobody's list: the others must not know of it.
    """
    rows = session.scalars(select(Drill).order_by(Drill.day.desc(), Drill.id))
    lines: list[DrillLine] = []
    for row in rows:
        if len(lines) == MOST_SHOWN:
            break
        if not _waits(row, calendar, now):
            lines.append(DrillLine(row, row.minutes))
    return lines[::-1]


def waits_within_goal(session: Session, calendar: SchoolCalendar, now: datetime) -> dict[uuid.UUID, uuid.UUID]:
    """Practice reports of which the others must not know yet, and who started each."""
    waiting = session.scalars(select(Drill).where(Drill.started_at.is_not(None)))
    return {
        one.report_id: one.started_by_id
        for one in waiting
        if one.report_id and one.started_by_id and _waits(one, calendar, now)
    }


def drill_of(session: Session, drill_id: uuid.UUID, calendar: SchoolCalendar, now: datetime) -> DrillLine | None:
    """One drill of `last_drills`' kind, locked where this session writes; None if there is none like it."""
    drill = session.scalar(select(Drill).where(Drill.id == drill_id).with_for_update())
    return None if drill is None or _waits(drill, calendar, now) else DrillLine(drill, drill.minutes)


def write_about(line: DrillLine, reason: str, changed: str) -> None:
    """Say in words why it was missed, where it was, and what changed since."""
    line.drill.reason = reason if line.missed else ""
    line.drill.changed = changed


def names_of_staff(text: str, people: Iterable[StaffMember]) -> list[str]:
    """The names of these people that stand in a text; governors are told how the school works, not who was slow."""
    names = {part for one in people for part in _parts(one.name)}
    return list(dict.fromkeys(word for word in words(text) if word in names))


def _parts(name: str) -> Collection[str]:
    return {part for part in words(name) if part not in TITLES and part[:1].isupper() and len(part) > 1}


def _waits(drill: Drill, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether nobody else has opened it, and there is still time."""
    if drill.started_at is None:
        return False
    return school_minutes(calendar, drill.started_at, now) <= drill.goal_minutes
