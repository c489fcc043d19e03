"""The school's own calendar: slots, opening hours, and clocks that count school time only."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.config import Config, SettingError

LONGEST_CLOSURE_DAYS = 400
BEFORE_SCHOOL_MINUTE = 0


@dataclass(frozen=True, order=True)
class Slot:
    """All that is kept of when a report came: a school day and the minute of the day its slot starts."""

    day: date
    minute: int


@dataclass(frozen=True)
class SchoolCalendar:
    """When the school is open; every answer is in the school's own time."""

    zone: ZoneInfo
    slot_minutes: int = 60
    opens: time = time(8, 30)
    closes: time = time(15, 30)
    weekdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()
    terms: tuple[tuple[date, date], ...] = ()
    half_days: dict[date, time] = field(default_factory=dict)

    def is_school_day(self, day: date) -> bool:
        """Whether the school is open on `day` at all."""
        in_term = not self.terms or any(first <= day <= last for first, last in self.terms)
        return in_term and day.weekday() in self.weekdays and day not in self.holidays

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """First and last instant of an open day."""
        closes = self.half_days.get(day, self.closes)
        return datetime.combine(day, self.opens, self.zone), datetime.combine(day, closes, self.zone)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is at school at this instant."""
        local = now.astimezone(self.zone)
        if not self.is_school_day(local.date()):
            return False
        opens, closes = self.hours(local.date())
        return opens <= local < closes

    def next_opening(self, now: datetime) -> datetime:
        """The next first instant of a school day that is not before `now`."""
        local = now.astimezone(self.zone)
        for day in self._days_from(local.date()):
            if self.is_school_day(day) and self.hours(day)[0] >= local:
                return self.hours(day)[0]
        raise SettingError(
            f"KIOSK_CALENDAR_FILE: no school day in the {LONGEST_CLOSURE_DAYS} days after {local.date()}"
        )

    def slot_of(self, now: datetime) -> Slot:
        """The slot that holds `now`; out of hours, the one before the next school day starts (privacy.md A4)."""
        local = now.astimezone(self.zone)
        if not self.is_open(now):
            return Slot(self.next_opening(now).date(), BEFORE_SCHOOL_MINUTE)
        start = _minute_of(self.opens)
        return Slot(
            local.date(), start + (_minute_of(local.time()) - start) // self.slot_minutes * self.slot_minutes
        )

    def slot_start(self, slot: Slot) -> datetime:
        """First instant of a slot."""
        return datetime.combine(slot.day, time(slot.minute // 60, slot.minute % 60), self.zone)

    def slot_end(self, slot: Slot) -> datetime:
        """First instant after a slot; the one before school ends as the day starts, the last as it closes."""
        opens, closes = self.hours(slot.day)
        if self.slot_start(slot) < opens:
            return opens
        return min(self.slot_start(slot) + timedelta(minutes=self.slot_minutes), closes)

    def add_school_time(self, start: datetime, minutes: int) -> datetime:
        """The instant by which `minutes` of school time have passed since `start`."""
        left = timedelta(minutes=minutes)
        moment = start if self.is_open(start) else self.next_opening(start)
        while True:
            closes = self.hours(moment.astimezone(self.zone).date())[1]
            if moment + left <= closes:
                return moment + left
            left -= closes - moment
            moment = self.next_opening(closes)

    def school_day_minutes(self) -> int:
        """Length of a whole school day, in minutes."""
        return _minute_of(self.closes) - _minute_of(self.opens)

    def _days_from(self, day: date) -> Iterator[date]:
        return (day + timedelta(days=count) for count in range(LONGEST_CLOSURE_DAYS))


def _minute_of(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def load_calendar(config: Config) -> SchoolCalendar:
    """The calendar of CALENDAR_FILE, or weekdays 8:30 to 15:30; raises SettingError in one line."""
    if not config.calendar_file:
        return SchoolCalendar(config.zone, config.slot_minutes)
    try:
        return _read(config, config.calendar_file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"KIOSK_CALENDAR_FILE: {config.calendar_file}: {error}") from None


def _read(config: Config, path: Path) -> SchoolCalendar:
    head = tomllib.loads(path.read_text(encoding="utf-8"))
    plain = SchoolCalendar(config.zone, config.slot_minutes)
    calendar = SchoolCalendar(
        config.zone,
        config.slot_minutes,
        opens=head.get("opens", plain.opens),
        closes=head.get("closes", plain.closes),
        weekdays=frozenset(head.get("weekdays", plain.weekdays)),
        holidays=frozenset(head.get("holidays", [])),
        terms=tuple((term["first"], term["last"]) for term in head.get("terms", [])),
        half_days={half["day"]: half["closes"] for half in head.get("half_days", [])},
    )
    if not calendar.opens < calendar.closes:
        raise ValueError("the school closes before it opens")
    return calendar
