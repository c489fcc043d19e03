"""The consequences of the calendar, so that somebody who changes it can see whether it is right."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kiosk.calendar.school import SUMMER_DAYS, SchoolCalendar
from kiosk.calendar.watcher import TermDates
from kiosk.report.access.routes import ROUTES
from kiosk.wording.messages import N_, Message

WARNED_DAYS = 60  # early enough to list next year's terms before a child is told a wrong day
ORDINARY = ROUTES["other"]
NOON = time(12)
SEARCHED_DAYS = 60


@dataclass(frozen=True)
class Outlook:
    """The calendar's consequences at one moment; instants are in the school's time."""

    now: datetime
    open_until: datetime | None
    next_day: tuple[datetime, datetime]  # when the next school day after today begins and ends
    sent: datetime | None  # noon on the next day without school
    passed_on: datetime | None  # when a report that is sent then reaches its readers
    read_by: datetime | None  # by when that report is to be read
    ends_on: date | None
    ends_soon: bool
    forgotten_from: date | None  # the day from which weekdays count as school days although no term is listed


def outlook(calendar: SchoolCalendar, now: datetime) -> Outlook:
    """The times that children and staff are told with this calendar."""
    local = now.astimezone(calendar.zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), calendar.zone)
    sent = next(
        (
            datetime.combine(day, NOON, calendar.zone)
            for day in (local.date() + timedelta(days=count) for count in range(1, SEARCHED_DAYS))
            if not calendar.is_school_day(day)
        ),
        None,
    )
    passed_on = calendar.slot_end(calendar.slot_of(sent)) if sent else None
    minutes = ORDINARY.acknowledge_minutes or calendar.school_day_minutes()
    ends_on = calendar.ends_on
    return Outlook(
        now=local,
        open_until=calendar.hours(local.date())[1] if calendar.is_open(now) else None,
        next_day=calendar.hours(calendar.next_opening(tomorrow).date()),
        sent=sent,
        passed_on=passed_on,
        read_by=calendar.add_school_time(passed_on, minutes) if passed_on else None,
        ends_on=ends_on,
        ends_soon=ends_on is not None and ends_on < local.date() + timedelta(days=WARNED_DAYS),
        forgotten_from=ends_on + timedelta(days=SUMMER_DAYS + 1) if ends_on else None,
    )


def calendar_task(term_dates: TermDates, now: datetime) -> Message | None:
    """A task about the calendar, for the home page of people who can change it."""
    if term_dates.problem:
        return Message(
            N_("The calendar file has a mistake; the last good version is used until it is corrected.")
        )
    found = outlook(term_dates.calendar, now)
    if found.ends_on is None:
        return Message(N_("No terms are listed, so every week of the year counts as a school week."))
    if found.ends_soon:
        return Message(N_("The listed terms end soon. List the next ones."))
    return None
