"""Practice runs: how soon a practice report was seen, for governors; no child's report is ever in them (promise S8)."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from unicodedata import category, normalize

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.deadlines import school_minutes
from kiosk.incidents.models import PracticeRun
from kiosk.report.access.opening import OpenedReport
from kiosk.report.access.routes import HOUR_MINUTES, PRACTICE

GOAL_MINUTES = HOUR_MINUTES  # as for the most urgent kinds of worry that have no clock of their own
MOST_SHOWN = 12
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir"})


def start_run(
    session: Session, report_id: uuid.UUID, by: StaffMember, calendar: SchoolCalendar, now: datetime
) -> None:
    """Note that a practice report is about to be sent, so that its first opening is not missed."""
    session.add(
        PracticeRun(
            day=now.astimezone(calendar.zone).date(),
            in_school_time=calendar.is_open(now),
            goal_minutes=GOAL_MINUTES,
            report_id=report_id,
            started_at=now,
            started_by_id=by.id,
        )
    )


def cancel_run(session: Session, report_id: uuid.UUID) -> None:
    """Forget a practice run whose report was not accepted: nobody could have seen it."""
    session.execute(delete(PracticeRun).where(PracticeRun.report_id == report_id))


def note_seen(
    session: Session, report: OpenedReport, staff_id: uuid.UUID, calendar: SchoolCalendar, now: datetime
) -> None:
    """Keep after how many minutes of school time somebody other than who started it opened a practice report.

    It goes by the route in the sealed text: nothing is looked up or stored for a report by a child, whatever the rows
    say.
    """
    if report.route.id != PRACTICE:
        return
    run = session.scalar(select(PracticeRun).where(PracticeRun.report_id == report.id).with_for_update())
    if run is None or run.started_at is None or run.started_by_id == staff_id:
        return
    run.minutes = school_minutes(calendar, run.started_at, now)
    run.report_id = run.started_at = run.started_by_id = None


def last_runs(session: Session, calendar: SchoolCalendar, now: datetime) -> list[PracticeRun]:
    """The last practice runs that were seen, or that should have been by now, the oldest first.

    One that is still within its goal is not listed, as the others must not know of it.
    """
    rows = session.scalars(select(PracticeRun).order_by(PracticeRun.day.desc(), PracticeRun.id))
    return list(islice((row for row in rows if not _waits(row, calendar, now)), MOST_SHOWN))[::-1]


def waits_within_goal(
    session: Session, calendar: SchoolCalendar, now: datetime
) -> dict[uuid.UUID, uuid.UUID]:
    """Practice reports that the others must not know of yet, and who started each."""
    waiting = session.scalars(select(PracticeRun).where(PracticeRun.started_at.is_not(None)))
    return {
        one.report_id: one.started_by_id
        for one in waiting
        if one.report_id and one.started_by_id and _waits(one, calendar, now)
    }


def run_of(
    session: Session, run_id: uuid.UUID, calendar: SchoolCalendar, now: datetime, for_update: bool = False
) -> PracticeRun | None:
    """One practice run as `last_runs` has them; `held`: locked against other writers. None if there is none like it."""
    query = select(PracticeRun).where(PracticeRun.id == run_id)
    run = session.scalar(query.with_for_update() if for_update else query)
    return None if run is None or _waits(run, calendar, now) else run


def write_about(run: PracticeRun, reason: str, changed: str) -> None:
    """Say in words why it was missed, where it was, and what changed since."""
    run.reason, run.changed = reason if run.missed else "", changed


def names_of_staff(text: str, people: Iterable[StaffMember]) -> list[str]:
    """The names of these people that stand in a text, however they are written there; a word may be a name by chance.

    Governors are told how the school works, not who was slow.
    """
    names = {part.casefold() for one in people for part in _parts(one.name)}
    found = {word.casefold(): word for word in _split_words(text)}
    return [word for plain, word in found.items() if plain in names]


def _parts(name: str) -> list[str]:
    """What tells somebody from others in a name: no title, and of "van Dyke" only "Dyke"."""
    parts = [part for part in _split_words(name) if part.casefold() not in TITLES and len(part) > 1]
    return [part for part in parts if not part.islower()] or parts


def _split_words(text: str) -> list[str]:
    """The words of a text in any script; what an apostrophe or a hyphen joins to one is a word of its own.

    Invisible characters such as a soft hyphen do not split words.
    """
    seen = [one for one in normalize("NFKC", text) if category(one) != "Cf"]
    return "".join(one if category(one)[0] in "LM" else " " for one in seen).split()


def _waits(run: PracticeRun, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether nobody else has opened it, and there is still time."""
    if run.started_at is None:
        return False
    return school_minutes(calendar, run.started_at, now) <= run.goal_minutes
