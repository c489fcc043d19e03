"""The schema of the calendar file, and the calendar that is made from it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kiosk.calendar.school import LEAST_HOURS, LONGEST_CLOSURE_DAYS, KeptDay, SchoolCalendar
from kiosk.config import Config
from kiosk.host.clock import CLOCK

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
# Clocks change at night: a school day that began earlier could repeat or lack an hour.
EARLIEST, LATEST = time(5), time(23)
FIRST_YEAR, LAST_YEAR = 2000, 2199
MOST_LISTED = 200  # of each kind
MOST_LETTERS = 60


def _whole_minute(moment: time) -> time:
    if moment.second or moment.microsecond or moment.tzinfo:
        raise ValueError("write a time as hours and minutes, like 08:30:00")
    return moment


def _sensible_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _one_line(name: str) -> str:
    if not name.isprintable():
        raise ValueError("a name is one line")
    return name


def _as_stretch(value: Any) -> Any:
    """A holiday of one day may be written as that day alone."""
    return {"first": value, "last": value} if type(value) is date else value


Minute = Annotated[time, AfterValidator(_whole_minute)]
Day = Annotated[date, AfterValidator(_sensible_year)]
Name = Annotated[str, Field(max_length=MOST_LETTERS), AfterValidator(_one_line)]


class _FilePart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Stretch(_FilePart):
    """A term or a holiday: its first and its last day, and what people call it."""

    first: Day
    last: Day
    name: Name = ""


class Term(Stretch):
    """A term; weekdays in it are school days unless they are holidays."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("a term ends before it begins")
        return self


class Holiday(Stretch):
    """Days on which the school is closed; one day, or a stretch."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta() <= self.last - self.first <= timedelta(days=LONGEST_CLOSURE_DAYS):
            raise ValueError("a holiday ends before it begins, or is longer than a year")
        return self


class HalfDay(_FilePart):
    """A day on which the school closes early."""

    day: Day
    closes: Minute
    name: Name = ""


class Today(_FilePart):
    """The day of the last change, as it was before: a change holds from the next day on.

    Made out of school, it leaves the bell that ends the slot of then where it was as well.
    """

    day: Day
    school: bool
    opens: Minute
    closes: Minute
    next_day: Day | None = None
    next_opens: Minute | None = None


class CalendarFile(_FilePart):
    """Everything that the file can set; the defaults suit most schools."""

    opens: Minute = SchoolCalendar.opens
    closes: Minute = SchoolCalendar.closes
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, strict=False)] = WEEKDAYS[:5]
    terms: Annotated[tuple[Term, ...], Field(max_length=MOST_LISTED, strict=False)] = ()
    holidays: Annotated[
        tuple[Annotated[Holiday, BeforeValidator(_as_stretch)], ...],
        Field(max_length=MOST_LISTED, strict=False),
    ] = ()
    half_days: Annotated[tuple[HalfDay, ...], Field(max_length=MOST_LISTED, strict=False)] = ()
    today: Today | None = None

    @model_validator(mode="after")
    def _check_hours_and_terms(self) -> Self:
        if self.opens < EARLIEST or self.closes > LATEST:
            raise ValueError(f"a school opens after {EARLIEST:%H:%M} and closes before {LATEST:%H:%M}")
        if span(self.opens, self.closes) < LEAST_HOURS:
            raise ValueError("the school closes before it has been open for an hour")
        if any(half.closes <= self.opens for half in self.half_days):
            raise ValueError("a half day closes before the school opens")
        if any(half.closes > self.closes for half in self.half_days):
            raise ValueError("a half day closes later than other days")
        if clash := next(overlaps(self.terms), None):
            raise ValueError(f"the term that begins on {clash[1].first} begins before the one before it ends")
        return self


def span(opens: time, closes: time) -> timedelta:
    """How long a school with these hours is open."""
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)


def overlaps(stretches: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    """Pairs of stretches that overlap: the later begins before the earlier has ended."""
    for earlier, later in pairwise(sorted(stretches, key=lambda one: one.first)):
        if later.first <= earlier.last:
            yield earlier, later


def calendar_from(config: Config, written: CalendarFile) -> SchoolCalendar:
    """The calendar that the file describes; raises ValueError if it has no school day for more than a year."""
    calendar = SchoolCalendar(
        config.zone,
        config.slot_minutes,
        opens=written.opens,
        closes=written.closes,
        weekdays=frozenset(WEEKDAYS.index(day) for day in written.weekdays),
        holidays=frozenset(day for holiday in written.holidays for day in days_of(holiday)),
        terms=tuple((term.first, term.last) for term in written.terms),
        half_days={half.day: half.closes for half in written.half_days},
        kept=KeptDay(**dict(written.today)) if written.today else None,
    )
    _check_closures(calendar)
    return calendar


def from_tomorrow(changed: CalendarFile, calendar: SchoolCalendar, now: datetime) -> CalendarFile:
    """The changed calendar, in which today and the slot that runs stay as they were before, so that no slot moves."""
    return changed.model_copy(update={"today": Today(**vars(calendar.kept_at(now)))})


def days_of(stretch: Stretch) -> Iterator[date]:
    """Every day of a stretch."""
    return (stretch.first + timedelta(days=count) for count in range((stretch.last - stretch.first).days + 1))


def _check_closures(calendar: SchoolCalendar) -> None:
    """Check that each closure (after a term, on a holiday or from today) is followed by a school day."""
    begins = {last + timedelta(days=1) for _, last in calendar.terms}
    begins |= {day for day in calendar.holidays if day - timedelta(days=1) not in calendar.holidays}
    begins.add(CLOCK.now().astimezone(calendar.zone).date())
    for day in begins:
        opening = calendar.next_opening(datetime.combine(day, time(), calendar.zone))
        if (opening.date() - day).days > LONGEST_CLOSURE_DAYS:
            raise ValueError(f"no school day in the {LONGEST_CLOSURE_DAYS} days after {day}")
