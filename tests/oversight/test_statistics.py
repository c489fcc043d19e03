"""No count under five stands alone, and none can be worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.oversight.statistics import merge_small, per_cent
from kiosk.small_numbers import FEWEST, is_small


def test_counts_under_five_are_put_together() -> None:
    merged = merge_small([("agreed", 60), ("question", 3), ("not yet", 4), ("older", 0)])
    assert merged.shown == (("agreed", 60), ("older", 0))
    assert merged.rest == ("question", "not yet")
    assert merged.rest_count == 7


def test_a_lone_small_count_takes_the_next_one_with_it() -> None:
    merged = merge_small([("agreed", 64), ("not yet", 6), ("question", 4), ("none", 46)])
    assert merged.rest == ("not yet", "question")
    assert merged.rest_count == 10


def test_where_everybody_together_is_under_five_no_number_is_given() -> None:
    merged = merge_small([("agreed", 2), ("question", 1), ("none", 0)])
    assert merged.shown == (("none", 0),)
    assert merged.rest_count is None
    assert merged.largest == 1


@given(st.lists(st.integers(0, 40), max_size=6))
def test_no_small_count_is_printed_or_left_to_subtraction(counts: list[int]) -> None:
    merged = merge_small((str(place), count) for place, count in enumerate(counts))
    printed = [count for _, count in merged.shown] + [merged.rest_count or 0]
    assert not any(is_small(count) for count in printed)
    missing = sum(counts) - sum(printed)
    assert missing == 0 or sum(counts) < FEWEST
    assert sorted([int(label) for label, _ in merged.shown] + [int(label) for label in merged.rest]) == list(
        range(len(counts))
    )


@pytest.mark.parametrize(("part", "whole", "share"), [(0, 30, 0), (1, 900, 1), (899, 900, 99), (7, 7, 100)])
def test_nothing_and_everything_are_only_said_when_true(part: int, whole: int, share: int) -> None:
    assert per_cent(part, whole) == share
