"""Small counts: a count under five could identify somebody (promise A12)."""

FEWEST = 5
SMALL_SCHOOL = 100  # pupils; with fewer, figures of cases stand in tens, once a year


def is_small(count: int) -> bool:
    """Whether a count is too small to print; zero can be printed, as it is about nobody."""
    return 0 < count < FEWEST
