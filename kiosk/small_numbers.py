"""How many are so few that a count of them would be about somebody (promise A12)."""

FEWEST = 5


def is_small(count: int) -> bool:
    """Whether a count is too small to print; zero is not, as it is about nobody."""
    return 0 < count < FEWEST
