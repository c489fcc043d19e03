"""The school's own calendar: slots, opening hours, and clocks that count school time only."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.config import Config, SettingError

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
SCHOOL_WEEK = WEEKDAYS[:5]
LEAST_HOURS = timedelta(hours=1)

LONGEST_CLOSURE_DAYS = 400
SUMMER_DAYS = 45
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

    @property
    def ends_on(self) -> date | None:
        """The last day that the terms tell of; None where no terms are listed and every week is alike."""
        return max((last for _, last in self.terms), default=None)

    def is_school_day(self, day: date) -> bool:
        """Whether the school is open on `day` at all.

        Where nobody has listed the next year's terms, weekdays count again after a summer: a child's report
        must find a day on which it is passed on.
        """
        in_term = self.ends_on is None or any(first <= day <= last for first, last in self.terms)
        forgotten = self.ends_on is not None and day > self.ends_on + timedelta(days=SUMMER_DAYS)
        return (in_term or forgotten) and day.weekday() in self.weekdays and day not in self.holidays

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
        raise ValueError(f"no school day in the {LONGEST_CLOSURE_DAYS} days after {local.date()}")

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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Term(_Part):
    """First and last day of one term."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("a term ends before it begins")
        return self


class _HalfDay(_Part):
    """A day on which the school closes early."""

    day: date
    closes: time


class _Calendar(_Part):
    """Everything the file may say; what it leaves out is as in most schools."""

    opens: time = SchoolCalendar.opens
    closes: time = SchoolCalendar.closes
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = list(SCHOOL_WEEK)
    holidays: list[date] = []
    terms: list[_Term] = []
    half_days: list[_HalfDay] = []

    @model_validator(mode="after")
    def _open_for_a_while(self) -> Self:
        if _span(self.opens, self.closes) < LEAST_HOURS:
            raise ValueError("the school closes before it has been open for an hour")
        if any(half.closes <= self.opens for half in self.half_days):
            raise ValueError("a half day closes before the school opens")
        return self


def load_calendar(config: Config) -> SchoolCalendar:
    """The calendar of CALENDAR_FILE, or weekdays 8:30 to 15:30; raises SettingError in one line."""
    if not config.calendar_file:
        return SchoolCalendar(config.zone, config.slot_minutes)
    path = config.calendar_file
    try:
        written = _Calendar.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        return _checked(_calendar_of(config, written))
    except ValidationError as error:
        said = "; ".join(_one_line(problem) for problem in error.errors())
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())
    raise SettingError(f"KIOSK_CALENDAR_FILE: {path}: {said}")


def _calendar_of(config: Config, written: _Calendar) -> SchoolCalendar:
    return SchoolCalendar(
        config.zone,
        config.slot_minutes,
        opens=written.opens,
        closes=written.closes,
        weekdays=frozenset(WEEKDAYS.index(day) for day in written.weekdays),
        holidays=frozenset(written.holidays),
        terms=tuple((term.first, term.last) for term in written.terms),
        half_days={half.day: half.closes for half in written.half_days},
    )


def _checked(calendar: SchoolCalendar) -> SchoolCalendar:
    """The same calendar, once it is sure that a school day follows today and every term."""
    ends = [datetime.combine(last, calendar.closes, calendar.zone) for _, last in calendar.terms]
    for moment in (datetime.now(UTC), *ends):
        calendar.next_opening(moment)
    return calendar


def _span(opens: time, closes: time) -> timedelta:
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)


def _one_line(problem: Any) -> str:
    name = " ".join(str(part + 1 if isinstance(part, int) else part) for part in problem["loc"])
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message
