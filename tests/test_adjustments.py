"""What is set for a child is six switches in one number."""

from kiosk.adjustments import NONE_SET, Adjustments, adjustments_named, read_adjustments


def test_every_combination_is_a_number_of_its_own_and_comes_back() -> None:
    numbers = range(1 << len(Adjustments._fields))
    assert [read_adjustments(number).number for number in numbers] == list(numbers)
    assert read_adjustments(0) == NONE_SET


def test_the_stored_bits_keep_their_meaning() -> None:
    bits = [
        adjustments_named([name]).number
        for name in ("aloud", "simpler", "symbols", "larger", "longer", "beside")
    ]
    assert bits == [1, 2, 4, 8, 16, 32]


def test_what_nobody_knows_counts_for_nothing() -> None:
    assert read_adjustments(64) == NONE_SET
    assert adjustments_named(["because of", "number", ""]) == NONE_SET


def test_more_time_is_twice_as_long() -> None:
    assert (NONE_SET.idle_minutes, Adjustments(longer=True).idle_minutes) == (10, 20)
