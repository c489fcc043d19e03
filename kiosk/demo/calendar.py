"""The calendar of the demo school: a year of terms in which this week is always a school week."""

from datetime import date, time, timedelta

from kiosk.calendar.file import write_calendar
from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.config import Config

# The halves of terms in a school year: name of the term, weeks of school, weeks of holidays afterwards.
HALVES = (
    ("Autumn term", 7, 1),
    ("Autumn term", 7, 2),
    ("Spring term", 6, 1),
    ("Spring term", 6, 2),
    ("Summer term", 6, 1),
    ("Summer term", 7, 6),
)
BEGINS = ((9, 2), (11, 1), (1, 4), (2, 20), (4, 12), (6, 1))  # month and day near which each of them begins
HALF_BY_MONTH = (2, 3, 3, 4, 4, 5, 5, 5, 0, 0, 1, 1)  # January first
LEAST_GONE, LEAST_LEFT = 3, 2  # weeks of the half term around today
FRIDAY = timedelta(days=4)
ENDS_EARLY = time(13, 30)


def add_calendar(config: Config, today: date) -> None:
    """Write the calendar file into the demo's folder; a file that the settings name is left alone."""
    if config.calendar_file is None:
        write_calendar(config, demo_calendar(today))


def demo_calendar(today: date) -> CalendarFile:
    """Three terms with half-terms, training days and early ends, placed so that today is inside one."""
    half = HALF_BY_MONTH[today.month - 1]
    gone = (today - date(today.year, *BEGINS[half])).days // 7
    gone = min(max(gone, LEAST_GONE), HALVES[half][1] - LEAST_LEFT)
    start = today - timedelta(days=today.weekday(), weeks=gone)
    if half % 2:
        half -= 1
        start -= timedelta(weeks=sum(HALVES[half][1:]))
    terms, holidays, halves = [], [], []
    for number in range(half, half + len(HALVES), 2):
        (name, weeks, rest), (_, more, after) = (HALVES[(number + step) % len(HALVES)] for step in (0, 1))
        break_on = start + timedelta(weeks=weeks)
        last = break_on + timedelta(weeks=rest + more - 1) + FRIDAY
        terms.append(Term(first=start, last=last, name=name))
        holidays.append(Holiday(first=start, last=start, name="Training day"))
        holidays.append(
            Holiday(first=break_on, last=break_on + timedelta(weeks=rest - 1) + FRIDAY, name="Half-term")
        )
        halves.append(HalfDay(day=last, closes=ENDS_EARLY, name=f"Last day of the {name.lower()}"))
        start = break_on + timedelta(weeks=rest + more + after)
    return CalendarFile(terms=tuple(terms), holidays=tuple(holidays), half_days=tuple(halves))
