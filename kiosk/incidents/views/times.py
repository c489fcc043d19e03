"""Days, slots and clocks in words; a report's arrival is never given more exactly than its slot."""

from datetime import date, datetime

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.clock import Clock
from kiosk.report.reading_routes import HOUR_MINUTES

DAYS_BY_NAME = 6


def day_words(day: date, today: date) -> str:
    """Today, yesterday, tomorrow, a weekday within six days, else the date."""
    near: dict[int, str] = {0: _("Today"), -1: _("Yesterday"), 1: _("Tomorrow")}
    distance = (day - today).days
    if distance in near:
        return near[distance]
    if abs(distance) <= DAYS_BY_NAME:
        return _weekday(day)
    return date_words(day, today)


def date_words(day: date, today: date) -> str:
    """A day of the month, with its year where that is another one."""
    return str(format_date(day, "d MMMM" if day.year == today.year else "d MMMM y"))


def slot_words(slot: Slot, calendar: SchoolCalendar, now: datetime) -> str:
    """When a report came, as coarse as it is kept: 'Today, 9 to 10', 'Monday, before school'."""
    today = now.astimezone(calendar.zone).date()
    if slot.day > today:
        return str(_("Since school closed"))
    day = day_words(slot.day, today)
    start, end = calendar.slot_start(slot), calendar.slot_end(slot)
    if start < calendar.hours(slot.day)[0]:
        return str(_("%(day)s, before school", day=day))
    return str(_("%(day)s, %(start)s to %(end)s", day=day, start=_hour(start), end=_hour(end)))


def by_words(moment: datetime, calendar: SchoolCalendar, now: datetime) -> str:
    """A deadline, less exact the further away it is: '15:30', 'tomorrow, 9:30', 'Thursday' or '2 December'."""
    local, today = moment.astimezone(calendar.zone), now.astimezone(calendar.zone).date()
    distance = (local.date() - today).days
    if distance == 0:
        return _clock(local)
    if distance == 1:
        return str(_("tomorrow, %(time)s", time=_clock(local)))
    return day_words(local.date(), today)


def moment_words(moment: datetime, calendar: SchoolCalendar, now: datetime) -> str:
    """When staff did something: 'Today 9:58', '2 December 14:03'."""
    local, today = moment.astimezone(calendar.zone), now.astimezone(calendar.zone).date()
    return f"{day_words(local.date(), today)} {_clock(local)}"


def late_words(clock: Clock, calendar: SchoolCalendar) -> str:
    """How late something is, in school time."""
    day = calendar.school_day_minutes()
    if clock.late_minutes < 1:
        return str(_("Late"))
    if clock.late_minutes < HOUR_MINUTES:
        return str(_("Late by %(count)s min", count=clock.late_minutes))
    if clock.late_minutes < day:
        return str(_("Late by %(count)s h", count=clock.late_minutes // HOUR_MINUTES))
    days = clock.late_minutes // day
    return str(ngettext("Late by %(num)s school day", "Late by %(num)s school days", days))


def _weekday(day: date) -> str:
    return str(format_date(day, "EEEE"))


def _hour(moment: datetime) -> str:
    return str(moment.hour) if moment.minute == 0 else _clock(moment)


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"
