"""Days, times, roles and years in words, formatted in one place for all pages."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from flask_babel import format_date
from flask_babel import gettext as _

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.roles import Role
from kiosk.wording.messages import N_
from kiosk.wording.years import class_words as class_words
from kiosk.wording.years import year_words as year_words

DAYS_BY_NAME = 6
ROLES: Mapping[Role, str] = {
    Role.TEACHER: N_("Teacher"),
    Role.COORDINATOR: N_("e-Safety Coordinator"),
    Role.DSL: N_("Safeguarding lead"),
    Role.PRINCIPAL: N_("Principal"),
    Role.CHAIR: N_("Chair of governors"),
    Role.NETWORK: N_("Network manager"),
    Role.OFFICE: N_("School office"),
    Role.DATA: N_("Data protection lead"),
}


def day_and_year(day: date) -> str:
    """A day that may be long ago: '25 November 2026'."""
    return str(format_date(day, "d MMMM y"))


def month_and_year(day: date) -> str:
    """A month that may be long ago: 'November 2026'."""
    return str(format_date(day, "LLLL y"))


def day_and_weekday(day: date) -> str:
    """A day of the school's calendar: 'Wednesday 25 November 2026'."""
    return str(format_date(day, "EEEE d MMMM y"))


def date_words(day: date, today: date) -> str:
    """A day of the month, with its year where that is another one."""
    return str(format_date(day, "d MMMM")) if day.year == today.year else day_and_year(day)


def short_day(day: date, today: date) -> str:
    """A day as a grid has room for it: 10 Nov, and with its year where that is another one."""
    return str(format_date(day, "d MMM" if day.year == today.year else "d MMM y"))


def near_day(day: date, today: date) -> str:
    """A day for which somebody waits, with its weekday: 'Thursday 3 December'; with its year where that is another."""
    return str(format_date(day, "EEEE d MMMM")) if day.year == today.year else day_and_weekday(day)


def day_words(day: date, today: date) -> str:
    """Today, yesterday, tomorrow, a weekday within six days, else the date."""
    near: dict[int, str] = {0: _("Today"), -1: _("Yesterday"), 1: _("Tomorrow")}
    distance = (day - today).days
    if distance in near:
        return near[distance]
    if abs(distance) <= DAYS_BY_NAME:
        return str(format_date(day, "EEEE"))
    return date_words(day, today)


def clock(moment: datetime | time) -> str:
    """A time of day, on the clock that the moment itself has: '8:30'."""
    return f"{moment.hour}:{moment.minute:02}"


def moment(at: datetime) -> str:
    """A day and a time of it: 'Wednesday 25 November 2026, 8:30'."""
    return f"{day_and_weekday(at.date())}, {clock(at)}"


def moment_words(at: datetime, calendar: SchoolCalendar, now: datetime) -> str:
    """When staff did something: 'Today 9:58', '2 December 14:03'."""
    local, today = at.astimezone(calendar.zone), now.astimezone(calendar.zone).date()
    return f"{day_words(local.date(), today)} {clock(local)}"


def by_words(due: datetime, calendar: SchoolCalendar, now: datetime) -> str:
    """A deadline, less exact the further away it is: '15:30', 'tomorrow, 9:30', 'Thursday' or '2 December'."""
    local, today = due.astimezone(calendar.zone), now.astimezone(calendar.zone).date()
    distance = (local.date() - today).days
    if distance == 0:
        return clock(local)
    if distance == 1:
        return str(_("tomorrow, %(time)s", time=clock(local)))
    return day_words(local.date(), today)


def slot_words(slot: Slot, calendar: SchoolCalendar, now: datetime) -> str:
    """When a report came, no more exactly than its slot: 'Today, 9 to 10', 'Monday, before school'."""
    today = now.astimezone(calendar.zone).date()
    if slot.day > today:
        return str(_("Since school closed"))
    day = day_words(slot.day, today)
    start, end = calendar.slot_start(slot), calendar.slot_end(slot)
    if start < calendar.hours(slot.day)[0]:
        return str(_("%(day)s, before school", day=day))
    return str(_("%(day)s, %(start)s to %(end)s", day=day, start=_hour_words(start), end=_hour_words(end)))


def role_words(role: Role, deputy: bool = False, say: Callable[[str], str] = _) -> str:
    """A role, and whether as the deputy: 'Principal', 'Safeguarding lead, deputy'."""
    return say(N_("%(role)s, deputy")) % {"role": say(ROLES[role])} if deputy else say(ROLES[role])


def _hour_words(at: datetime) -> str:
    return str(at.hour) if at.minute == 0 else clock(at)


# What templates may put behind a value: {{ line.decided_on | day_and_year }}.
FILTERS: Mapping[str, Callable[..., str]] = {
    "class_words": class_words,
    "clock": clock,
    "date_words": date_words,
    "day_and_weekday": day_and_weekday,
    "day_and_year": day_and_year,
    "month_and_year": month_and_year,
    "moment": moment,
    "role": role_words,
    "short_day": short_day,
    "school_year": year_words,
}
