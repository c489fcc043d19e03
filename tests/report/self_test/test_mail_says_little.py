"""Whoever reads a year of the mail server's log guesses the day of a report about the head hardly better than by lot.

The guesser counts, weighs hours and gaps, and has seen hundreds of years of the same schedule with their answer. So it
wins against no tests at all, and against exactly one a week, which the log of a quiet school gives away.
"""

from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from kiosk.report.self_test.lots import LONG, draw_person_and_answers, lot_falls
from tests.report.self_test.year_of_mail import HOUR, MOMENTS, Fields, guessed, in_school

YEARS_DRAWN = 400
WEEK_HOURS = 7 * 24
QUIET, USUAL = 0, 60  # other reports in the year


@cache
def drawn(number: int) -> list[tuple[datetime, Fields]]:
    """The self-tests of a year, as the worker draws them."""
    lots, tests, last = Random(number), [], MOMENTS[0]
    for hour, moment in enumerate(MOMENTS):
        if lot_falls(HOUR, in_school(hour), moment - last > LONG, lots):
            tests.append((moment + HOUR * lots.random(), dict(draw_person_and_answers(lots).answers)))
            last = moment
    return tests


def by_lot(lots: Random) -> list[tuple[datetime, Fields]]:
    return drawn(lots.randrange(YEARS_DRAWN))


def none_at_all(_lots: Random) -> list[tuple[datetime, Fields]]:
    return []


def one_each_week(lots: Random) -> list[tuple[datetime, Fields]]:
    """The same lots, but never two or none in a week."""
    tests = []
    for monday in range(6 * 24, len(MOMENTS) - WEEK_HOURS, WEEK_HOURS):
        wanted = lots.random() < 0.6 and any(in_school(monday + hour) for hour in range(WEEK_HOURS))
        hours = [hour for hour in range(monday, monday + WEEK_HOURS) if in_school(hour) == wanted]
        tests.append(
            (MOMENTS[lots.choice(hours)] + HOUR * lots.random(), dict(draw_person_and_answers(lots).answers))
        )
    return tests


@pytest.mark.main(1)
@pytest.mark.parametrize(("others", "school_share"), [(QUIET, 0.4), (QUIET, 0.6), (QUIET, 0.8), (USUAL, 0.6)])
def test_the_day_of_a_report_about_the_head_is_guessed_at_most_twice_as_well_as_by_chance(
    others: int, school_share: float
) -> None:
    hits, chance = guessed(by_lot, others, school_share)
    assert hits <= 2 * chance
    assert hits < 0.2, "and chance is small"


def test_without_tests_the_day_is_known() -> None:
    assert guessed(none_at_all, USUAL, seen=20, years=20)[0] == 1


def test_exactly_one_test_a_week_would_give_away_a_quiet_schools_week() -> None:
    hits, chance = guessed(one_each_week, QUIET, seen=100, years=100)
    assert hits > 3 * chance


def test_there_is_about_one_a_week_and_never_none_for_long() -> None:
    years = [drawn(number) for number in range(YEARS_DRAWN)]
    assert 40 < sum(len(year) for year in years) / YEARS_DRAWN < 60
    gaps = [later[0] - earlier[0] for year in years for earlier, later in pairwise(year)]
    assert max(gaps) < LONG + timedelta(days=14)


def test_lots_drawn_often_and_lots_drawn_once_for_a_day_fall_alike() -> None:
    """So whoever restarts the worker makes tests neither more nor fewer."""
    lots, days = Random(1), 4_000
    at_once = sum(lot_falls(24 * HOUR, False, False, lots) for _ in range(days)) / days
    in_portions = sum(lot_falls(HOUR / 6, False, False, lots) for _ in range(24 * 6 * days)) / days
    assert abs(at_once - in_portions) < 0.02
