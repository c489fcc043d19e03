"""Steps of a missed clock, over every route, absence and calendar: when one is due, and whom it tells."""

import itertools
import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.deadlines import acknowledge_by, school_minutes
from kiosk.report.access.keyring import Keyholder
from kiosk.report.access.opening import WaitingReport
from kiosk.report.access.routes import ROUTES, Route, readers_for
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import ReportState
from kiosk.upkeep.chores.escalation import MAY_NAME, steps_due, whom_to_tell
from tests.faults.figures import trials

LONDON = ZoneInfo("Europe/London")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CHILDRENS = list(ROUTES.values())
ROLES = ("dsl", "coordinator", "principal", "chair")


def london(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type,misc]


def people(away: Collection[int] = ()) -> list[Keyholder]:
    """A holder and a deputy of every role that reads, some of them away."""
    return [
        Keyholder(
            uuid.UUID(int=number + 1),
            f"{role}{place}",
            f"{role}{place}@school.example",
            role,
            b"key",
            absent=number in away,
        )
        for number, (role, place) in enumerate(itertools.product(ROLES, ("", "2")))
    ]


def some(count: int, most: int) -> Iterator[tuple[int, ...]]:
    return itertools.chain.from_iterable(
        itertools.combinations(range(count), size) for size in range(most + 1)
    )


def here(group: Sequence[Keyholder], roles: Collection[str]) -> set[str]:
    return {one.email for one in group if one.roles in roles and not one.absent}


@pytest.mark.parametrize("route", CHILDRENS, ids=lambda route: route.id)
def test_whoever_is_away_somebody_is_told_and_never_somebody_kept_out(route: Route) -> None:
    """Every route: whoever of eight is away; where a child can tick, every three ticked and every two away."""
    can_tick = route.id in MAY_NAME
    for away, ticked in itertools.product(some(8, 2 if can_tick else 8), some(8, 3 if can_tick else 0)):
        group = people(away)
        out = [group[number].id.hex for number in ticked]
        chosen = readers_for(route, group, out)
        holders = {RECOVERY_ID, *(one.id for one in chosen)}
        for step in range(1, max(len(route.escalates_to), 1) + 1):
            told = whom_to_tell(route, step, group, holders)
            kept_out = {one.email for one in group if one.id.hex in out or one.roles in route.never}
            assert not told & kept_out
            assert told or not chosen, "none is lost"
            allowed = {*route.readers, *route.escalates_to, "chair"}
            assert all(address.rstrip("2").partition("@")[0].rstrip("2") in allowed for address in told)
            if route.id in MAY_NAME:
                assert told <= {one.email for one in chosen}, "by the key that they have, never by a role"
            elif step <= len(route.escalates_to):
                assert told >= here(group, {route.escalates_to[step - 1]})
            assert told >= here(chosen, set(route.readers)), "those who read it first, once more"


def test_away_people_are_passed_over_for_the_next_and_told_only_where_nobody_is_here() -> None:
    danger, group = ROUTES["danger"], people(away=(4, 5))
    holders = {one.id for one in group if one.roles == "dsl"}
    assert whom_to_tell(danger, 1, group, holders) == {
        "dsl@school.example", "dsl2@school.example", "chair@school.example", "chair2@school.example"
    }  # fmt: skip
    nobody = people(away=range(8))
    assert whom_to_tell(danger, 1, nobody, holders) == {"dsl@school.example", "dsl2@school.example"}


CALENDAR = SchoolCalendar(
    LONDON,
    holidays=frozenset(date(2026, 12, 21) + DAY * day for day in range(14)),
    half_days={date(2026, 12, 18): time(12)},
)


@pytest.mark.parametrize(
    ("route", "start", "due"),
    [
        ("danger", london(2026, 11, 23, 9, 41), london(2026, 11, 23, 10, 11)),
        ("danger", london(2026, 11, 23, 22, 40), london(2026, 11, 24, 9, 0)),
        (
            "danger",
            london(2026, 10, 23, 15, 20),
            london(2026, 10, 26, 8, 50),
        ),  # the clocks go back on Sunday
        ("danger", london(2027, 3, 26, 15, 20), london(2027, 3, 29, 8, 50)),  # and forward
        ("images", london(2028, 2, 28, 15, 0), london(2028, 2, 29, 9, 0)),  # a leap day is a school day
        (
            "images",
            london(2026, 12, 18, 11, 40),
            london(2027, 1, 4, 9, 10),
        ),  # the last day of term, a half one
        ("bullying", london(2026, 12, 17, 12, 30), london(2027, 1, 4, 9, 0)),
    ],
)
def test_a_clock_runs_out_in_school_time_and_not_a_minute_before(
    route: str, start: datetime, due: datetime
) -> None:
    assert steps_due(CALENDAR, ROUTES[route], start, due - MINUTE) == 0
    assert steps_due(CALENDAR, ROUTES[route], start, due) == 1
    assert steps_due(CALENDAR, ROUTES[route], start, due + 400 * DAY) == max(
        len(ROUTES[route].escalates_to), 1
    )


MINUTES = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
)


@settings(max_examples=trials(150, 5_000))
@given(route=st.sampled_from(CHILDRENS), start=MINUTES, passed=st.integers(0, 20 * 24 * 60))
def test_over_three_years_the_steps_are_those_that_counting_every_minute_of_school_gives(
    route: Route, start: datetime, passed: int
) -> None:
    now = start + passed * MINUTE
    minutes = route.acknowledge_minutes or CALENDAR.school_day_minutes()
    counted = school_minutes(CALENDAR, start, now) // minutes
    assert steps_due(CALENDAR, route, start, now) == min(counted, max(len(route.escalates_to), 1))


@given(route=st.sampled_from(CHILDRENS), moment=MINUTES)
@settings(max_examples=trials(100, 2_000))
def test_what_is_not_urgent_climbs_first_when_the_queue_calls_it_late(route: Route, moment: datetime) -> None:
    slot = CALENDAR.slot_of(moment)
    due = acknowledge_by(CALENDAR, WaitingReport(uuid.uuid4(), slot, route, False, ReportState.RELEASED))
    ends = CALENDAR.slot_end(slot)
    assert steps_due(CALENDAR, route, ends, due - MINUTE) == 0
    assert steps_due(CALENDAR, route, ends, due) == 1
