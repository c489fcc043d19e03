"""Four practice runs of the demo school, one of them missed; every word is invented."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.models import PracticeRun
from kiosk.incidents.practice_runs import GOAL_MINUTES

# How many days ago, whether in school time, after how many minutes of it, why it was missed, what changed.
RUNS = (
    (96, True, 41, "", ""),
    (61, True, 190, "The holder and the deputy were both away.", "Absences are entered beforehand."),
    (33, False, 24, "", ""),
    (12, True, 17, "", ""),
)


def add_practice_runs(session: Session, calendar: SchoolCalendar, today: date) -> None:
    """Practice runs of the last months, each on a school day or on the evening before one."""
    for days_ago, in_school_time, minutes, reason, changed in RUNS:
        day = today - timedelta(days=days_ago)
        while not calendar.is_school_day(day):
            day -= timedelta(days=1)
        session.add(
            PracticeRun(
                day=day,
                in_school_time=in_school_time,
                goal_minutes=GOAL_MINUTES,
                minutes=minutes,
                reason=reason,
                changed=changed,
            )
        )
