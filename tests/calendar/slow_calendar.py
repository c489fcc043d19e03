"""A school's time counted in another way than the code's: minute by minute. And schools and instants to try."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kiosk.calendar.school import SUMMER_DAYS, SchoolCalendar

ZONES = tuple(
    ZoneInfo(name)
    for name in (
        "Europe/London",
        "Pacific/Auckland",  # the other half of the year, and a day ahead
        "America/St_Johns",  # half an hour beside everybody
        "Asia/Karachi",  # clocks never change
        "Australia/Lord_Howe",  # clocks change by half an hour
    )
)
FIRST, LAST = datetime(2026, 9, 1, tzinfo=UTC), datetime(2028, 8, 31, tzinfo=UTC)  # holds 29 February 2028
TERMS = (
    (date(2026, 9, 7), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 7, 2)),
    (date(2027, 9, 6), date(2028, 7, 20)),
)
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)


def clock_changes(zone: ZoneInfo) -> list[datetime]:
    """Every hour in UTC after which a zone's clocks differ from before."""
    found, moment = [], FIRST
    while moment < LAST:
        later = moment + timedelta(hours=1)
        if moment.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            found.append(later)
        moment = later
    return found


CHANGES = {zone: clock_changes(zone) for zone in ZONES}
EDGES = sorted(
    {change for changes in CHANGES.values() for change in changes}
    | {datetime(2028, 2, 29, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)}
    | {datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)}
    | {datetime.combine(day, time(), UTC) for term in TERMS for day in term}
)

days = st.dates(FIRST.date(), LAST.date())
_anywhere = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
_near_an_edge = st.builds(
    lambda edge, away: edge + away,
    st.sampled_from(EDGES),
    st.timedeltas(timedelta(days=-4), timedelta(days=4)),
)
instants = st.one_of(_anywhere, _near_an_edge)  # to the microsecond


# Every so many days, so that most instants have some beside them; not every week: a school of Sundays would be shut.
often = st.builds(
    lambda every, since: [FIRST.date() + timedelta(days=count) for count in range(since, 730, every)],
    st.sampled_from([2, 3, 4, 5, 6, 8, 9]),
    st.integers(0, 8),
)


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """Schools with odd hours, on Sundays, with holidays, half days and terms."""
    opens = draw(st.integers(6 * 4, 10 * 4)) * 15
    closes = opens + draw(st.integers(4, 36)) * 15
    halves = draw(often | st.lists(days, max_size=20, unique=True))
    return SchoolCalendar(
        draw(st.sampled_from(ZONES)),
        draw(st.sampled_from([15, 45, 60, 240])),
        opens=time(opens // 60, opens % 60),
        closes=time(closes // 60, closes % 60),
        weekdays=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        holidays=frozenset(draw(often | st.sets(days, max_size=40))),
        terms=draw(st.sampled_from([(), TERMS])),
        half_days={half: time((opens + 30) // 60, (opens + 30) % 60) for half in halves},
    )


def open_at(calendar: SchoolCalendar, moment: datetime) -> bool:
    """Whether a school is open, from what was listed alone."""
    local = moment.astimezone(calendar.zone)
    day, now = local.date(), local.time()
    if day in calendar.holidays or day.weekday() not in calendar.weekdays:
        return False
    away = min((max((first - day).days, (day - last).days, 0) for first, last in calendar.terms), default=0)
    outside = calendar.terms and (day < calendar.terms[0][0] or day > calendar.terms[-1][1])
    if away and not (outside and away > SUMMER_DAYS):
        return False
    return calendar.opens <= now < calendar.half_days.get(day, calendar.closes)


def counted_on(calendar: SchoolCalendar, start: datetime, minutes: int) -> datetime:
    """When so many minutes of school have passed since a whole minute, by looking at every minute in UTC."""
    moment, left = start.astimezone(UTC), minutes
    while left or not open_at(calendar, moment):
        if open_at(calendar, moment):
            left -= 1
            moment += MINUTE
            if not left:
                return moment
        else:  # every bell of these schools rings at a quarter of an hour
            moment += QUARTER if moment.minute % 15 == 0 else MINUTE
    return moment
