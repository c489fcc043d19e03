"""The school's calendar: slots, opening hours, and clocks that count only school time."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

LONGEST_CLOSURE_DAYS = 400
SEARCHED_DAYS = LONGEST_CLOSURE_DAYS + 14  # the longest closure in which a next school day is searched for
SUMMER_DAYS = 45
BEFORE_SCHOOL_MINUTE = 0
LEAST_HOURS = timedelta(hours=1)
# Out of school nothing waits longer to be passed on: no setting, so that nobody can hold it back
MOST_DAYS = 5


@dataclass(frozen=True, order=True)
class Slot:
    """All that is kept of when a report came: a school day and the minute of the day its slot starts."""

    day: date
    minute: int


@dataclass(frozen=True)
class KeptDay:
    """A day as the calendar had it before it was changed on that very day: changes hold from the next one on.

    Out of school it keeps the bell that ends the slot of then too: moved by minutes, it gave each report its own.
    """

    day: date
    school: bool
    opens: time
    closes: time
    next_day: date | None = None
    next_opens: time | None = None


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
    half_days: dict[date, time] = field(default_factory=dict, hash=False)
    kept: KeptDay | None = None

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
        if self.kept and day == self.kept.day:
            return self.kept.school
        if day.weekday() not in self.weekdays or day in self.holidays:
            return False
        return self.outside_listed_terms(day) or any(first <= day <= last for first, last in self.terms)

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """The instants at which the school opens and closes on a school day."""
        opens, closes = self.opens, self.half_days.get(day, self.closes)
        if self.kept and day == self.kept.day:
            opens, closes = self.kept.opens, self.kept.closes
        elif self.kept and self.kept.next_opens and day == self.kept.next_day:
            bell = datetime.combine(day, self.kept.next_opens, self.zone)
            return bell, max(bell + LEAST_HOURS, datetime.combine(day, closes, self.zone))
        return datetime.combine(day, opens, self.zone), datetime.combine(day, closes, self.zone)

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
            return Slot(self._passed_on(local), BEFORE_SCHOOL_MINUTE)
        minute = _minute_of(local.time())
        return Slot(local.date(), max(start for start in self._starts(local.date()) if start <= minute))

    def slot_start(self, slot: Slot) -> datetime:
        """The instant at which a slot starts."""
        return datetime.combine(slot.day, time(slot.minute // 60, slot.minute % 60), self.zone)

    def slot_end(self, slot: Slot) -> datetime:
        """First instant after a slot; the one before school ends as the day starts, the last as it closes."""
        opens, closes = self.hours(slot.day)
        if self.slot_start(slot) < opens:
            return opens
        ends = next((start for start in self._starts(slot.day) if start > slot.minute), None)
        return closes if ends is None else self.slot_start(Slot(slot.day, ends))

    def _starts(self, day: date) -> list[int]:
        """The minutes of a school day at which slots begin: its opening, then multiples of their length from midnight.

        They lie on the clock, so that nobody moves them with the hours; a shorter piece at either end joins its
        neighbour.
        """
        opens, closes = (_minute_of(moment.time()) for moment in self.hours(day))
        first = -(-(opens + self.slot_minutes) // self.slot_minutes) * self.slot_minutes
        return [opens, *range(first, closes - self.slot_minutes + 1, self.slot_minutes)]

    def _passed_on(self, local: datetime) -> date:
        """The day that ends a slot out of school: the next school day, or every fifth day since school was over.

        It is counted from there, not from now, so that the day tells nothing finer of when something was told.
        """
        opening = self.next_opening(local).date()
        if (kept := self.kept) and kept.next_day and kept.day <= local.date():
            first = datetime.combine(kept.day + timedelta(days=1), time(), self.zone)
            left = self.hours(kept.next_day)[0] - local
            # Until school has opened again, and no longer than that, whatever somebody writes into the file.
            if opening == self.next_opening(first).date() and timedelta() < left <= timedelta(days=MOST_DAYS):
                return kept.next_day
        over = local.date() - timedelta(
            days=local.date().toordinal() % MOST_DAYS
        )  # used if nobody knows since when the worker has stood still
        for back in range(SEARCHED_DAYS):
            day = local.date() - timedelta(days=back)
            if self.is_school_day(day) and self.hours(day)[1] <= local:
                over = day
                break
        while over + timedelta(days=MOST_DAYS) < opening:
            over += timedelta(days=MOST_DAYS)
            if self.hours(over)[0] > local:
                return over
        return opening

    def kept_at(self, now: datetime) -> KeptDay:
        """The day of `now` and the slot that runs, as they are in this calendar, for one that takes its place then."""
        day = now.astimezone(self.zone).date()
        opens, closes = self.hours(day)
        kept = KeptDay(day, self.is_school_day(day), opens.time(), closes.time())
        if self.is_open(now):
            return kept
        slot = self.slot_of(now)
        return replace(kept, next_day=slot.day, next_opens=self.slot_end(slot).time())

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

    def add_school_days(self, day: date, count: int) -> date:
        """The school day that comes `count` school days after a day, or before it where the number is negative."""
        step, left, found = timedelta(days=1 if count >= 0 else -1), abs(count), day
        for _ in range(SEARCHED_DAYS * 2):
            if not left:
                break
            found += step
            left -= self.is_school_day(found)
        return found

    def school_days_between(self, day: date, until: date) -> int:
        """How many school days come after a day, with the last one."""
        return sum(self.is_school_day(day + timedelta(days=at + 1)) for at in range((until - day).days))

    def school_day_minutes(self) -> int:
        """How long a whole school day lasts, in minutes."""
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
