"""What a teacher sets for a child so that pages fit: six switches in one number, and never a reason
(promise E14)."""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

IDLE_MINUTES, LONGER_IDLE_MINUTES = 10, 20
LARGER_SIZE = "1.5"


class Adjustments(NamedTuple):
    """What is set for one child. The order is that of the stored bits: a new one goes to the end."""

    aloud: bool = False  # every card can be read aloud, for older pupils too
    simpler: bool = False  # steps, questions and rules in fewer words, with a picture at key words
    symbols: bool = False  # pictures beside words, wherever a lesson or the Code has them
    larger: bool = False
    longer: bool = False  # before an idle tablet asks, and signs out
    beside: bool = False  # an adult is there when the Code is signed, as with the youngest

    @property
    def number(self) -> int:
        """As it is stored; nothing set is 0."""
        return sum(1 << place for place, is_set in enumerate(self) if is_set)

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without a tap a sign-in ends."""
        return LONGER_IDLE_MINUTES if self.longer else IDLE_MINUTES


NONE_SET = Adjustments()


@lru_cache
def read_adjustments(number: int) -> Adjustments:
    """What a stored number says; unknown bits are ignored."""
    return Adjustments(*(bool(number >> place & 1) for place in range(len(NONE_SET))))


def adjustments_named(names: Collection[str]) -> Adjustments:
    """The adjustments of these names; unknown names are ignored."""
    return Adjustments(**{name: name in names for name in Adjustments._fields})
