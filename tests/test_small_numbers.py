"""No count of people under five stands alone, and two pages never differ by one person."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.small_numbers import FEWEST, about, in_fives, is_small, per_cent


@pytest.mark.parametrize(
    ("count", "total", "words"),
    [
        (0, 120, "none"),
        (1, 120, "a few"),
        (4, 120, "a few"),
        (5, 120, "about 5"),
        (113, 120, "about 110"),
        (116, 120, "all but a few"),
        (120, 120, "all"),
        (3, 4, "too few to say"),
        (0, 0, "too few to say"),
    ],
)
def test_people_are_counted_down_to_the_next_five(count: int, total: int, words: str) -> None:
    assert about(count, total) == words


@given(st.integers(0, 400), st.integers(0, 400))
def test_no_words_give_a_count_under_five_or_who_is_missing(count: int, missing: int) -> None:
    words = about(count, count + missing)
    numbers = [int(one) for one in re.findall(r"\d+", words)]
    assert all(one % FEWEST == 0 and one >= FEWEST for one in numbers)
    assert not numbers or numbers[0] <= count < numbers[0] + FEWEST
    if is_small(count) or is_small(missing):
        assert not numbers


@given(st.integers(FEWEST, 400), st.data())
def test_one_person_more_changes_a_page_by_one_step_at_most(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, total - 1))
    steps = ["none", "a few", *(f"about {one}" for one in range(5, total, 5)), "all but a few", "all"]
    before, after = (steps.index(about(one, total)) for one in (count, count + 1))
    said = {about(one, total) for one in range(total + 1)}
    between = [one for one in steps[before + 1 : after] if one in said]
    assert after >= before and between == []


def test_a_total_stands_in_fives_too() -> None:
    assert [in_fives(one) for one in (0, 4, 5, 14, 120)] == [0, 0, 5, 10, 120]


@pytest.mark.parametrize(("part", "whole", "share"), [(0, 30, 0), (1, 900, 1), (899, 900, 99), (7, 7, 100)])
def test_nothing_and_everything_are_only_said_when_true(part: int, whole: int, share: int) -> None:
    assert per_cent(part, whole) == share
