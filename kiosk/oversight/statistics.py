"""Figures from which nobody can be picked out: counts under five are never printed alone (promise A12)."""

from collections.abc import Iterable
from dataclasses import dataclass

FEWEST = 5


@dataclass(frozen=True)
class Merged:
    """Counts as they may be printed; `rest` stands for all small ones together."""

    shown: tuple[tuple[str, int], ...]
    rest: tuple[str, ...]  # what was put together
    rest_count: int | None  # None: even together fewer than five

    @property
    def largest(self) -> int:
        """The highest printed count, 1 where there is none: what bars are measured against."""
        return max([count for _, count in self.shown] + [self.rest_count or 0, 1])


def is_small(count: int) -> bool:
    """Whether a count says too much about the few it counts; none at all says nothing about anybody."""
    return 0 < count < FEWEST


def merge_small(counts: Iterable[tuple[str, int]]) -> Merged:
    """Counts of five and more, and zeros, as they are; the small ones together with as many as make it five.

    Else whoever knows the total could work out by subtraction what was left unsaid.
    """
    everything = list(counts)
    small = [(label, count) for label, count in everything if is_small(count)]
    larger = sorted((one for one in everything if one[1] >= FEWEST), key=lambda one: one[1], reverse=True)
    while small and larger and sum(count for _, count in small) < FEWEST:
        small.append(larger.pop())
    together = sum(count for _, count in small)
    return Merged(
        shown=tuple(one for one in everything if one not in small),
        rest=tuple(label for label, _ in everything if label in dict(small)),
        rest_count=together if together >= FEWEST else None,
    )


def per_cent(part: int, whole: int) -> int:
    """A share of 0 to 100; 0 only for nobody and 100 only for everybody."""
    if part == 0 or whole == 0:
        return 0
    return 100 if part == whole else min(max(round(100 * part / whole), 1), 99)
