"""Small counts: a count under five could identify somebody, so figures of people stand in fives (promise A12)."""

FEWEST = 5
SMALL_SCHOOL = 100  # pupils; with fewer, figures of cases stand in tens, once a year


def is_small(count: int) -> bool:
    """Whether a count is too small to print; zero can be printed, as it is about nobody."""
    return 0 < count < FEWEST


def about(count: int, total: int) -> str:
    """How many of some people, in words by which two pages never differ by one person; under five, nothing is said."""
    if total < FEWEST:
        return "too few to say"
    if count in {0, total}:
        return "all" if count else "none"
    if is_small(count):
        return "a few"
    return "all but a few" if is_small(total - count) else f"about {in_fives(count)}"


def in_fives(count: int) -> int:
    """A number of people, down to the next five."""
    return count // FEWEST * FEWEST


def per_cent(part: int, whole: int) -> int:
    """A share of 0 to 100; 0 only for nobody and 100 only for everybody."""
    if part == 0 or whole == 0:
        return 0
    return 100 if part == whole else min(max(round(100 * part / whole), 1), 99)
