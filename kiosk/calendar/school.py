"""The school's calendar: slots, opening hours, and clocks that count only school time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

LONGEST_CLOSURE_DAYS = 400
SEARCHED_DAYS = LONGEST_CLOSURE_DAYS + 14  # the longest closure in which a next school day is searched for
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

    @cached_property
    def starts_on(self) -> date | None:
        """The first day of the first term; None if no terms are listed."""
        return min((first for first, _ in self.terms), default=None)

    @cached_property
    def ends_on(self) -> date | None:
        """The last day of the last term; None if no terms are listed and every week is the same."""
        return max((last for _, last in self.terms), default=None)

    def is_school_day(self, day: date) -> bool:
        """Whether `day` is a school day.

        If nobody has listed the next year's terms, weekdays count again after a summer: a child's report
        needs a day on which it is passed on. The same goes for days before the first listed term: a clock
        that started last year must not jump into this one.
        """
        if day.weekday() not in self.weekdays or day in self.holidays:
            return False
        return self.outside_listed_terms(day) or any(first <= day <= last for first, last in self.terms)

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """The instants at which the school opens and closes on a school day."""
        closes = self.half_days.get(day, self.closes)
        return datetime.combine(day, self.opens, self.zone), datetime.combine(day, closes, self.zone)

    def is_open(self, now: datetime) -> bool:
        """Whether the school is open at this instant."""
        local = now.astimezone(self.zone)
        if not self.is_school_day(local.date()):
            return False
        opens, closes = self.hours(local.date())
        return opens <= local < closes

    def next_opening(self, now: datetime) -> datetime:
        """The next time, not before `now`, at which the school opens."""
        local = now.astimezone(self.zone)
        for day in self._days_from(local.date()):
            if self.is_school_day(day) and self.hours(day)[0] >= local:
                return self.hours(day)[0]
        raise ValueError(f"no school day in the {SEARCHED_DAYS} days after {local.date()}")

    def slot_of(self, now: datetime) -> Slot:
        """The slot that holds `now`; out of hours, the one before the next school day starts (promise A4)."""
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

    def outside_listed_terms(self, day: date) -> bool:
        """Whether a day is more than a summer away from every listed term, or no terms are listed."""
        if self.starts_on is None or self.ends_on is None:
            return True
        summer = timedelta(days=SUMMER_DAYS)
        return day < self.starts_on - summer or day > self.ends_on + summer

    def _days_from(self, day: date) -> Iterator[date]:
        return (day + timedelta(days=count) for count in range(SEARCHED_DAYS))


def _minute_of(moment: time) -> int:
    return moment.hour * 60 + moment.minute
