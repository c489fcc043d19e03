"""Figures that identify nobody: counts under five are never printed alone (promise A12)."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.small_numbers import FEWEST, is_small


@dataclass(frozen=True)
class MergedCounts:
    """Counts that may be printed; `rest` is the sum of all small ones."""

    shown: tuple[tuple[str, int], ...]
    rest: tuple[str, ...]  # the labels that were merged
    rest_count: int | None  # None if all small counts together are still fewer than five

    @property
    def largest(self) -> int:
        """The highest printed count (1 if there is none), as the length of the longest bar."""
        return max([count for _, count in self.shown] + [self.rest_count or 0, 1])


def merge_small(counts: Iterable[tuple[str, int]]) -> MergedCounts:
    """Keep zeros and counts of five or more; merge the small ones, with others if needed to reach five.

    Otherwise the hidden count could be calculated from the total.
    """
    everything = list(counts)
    small = [(label, count) for label, count in everything if is_small(count)]
    larger = sorted((one for one in everything if one[1] >= FEWEST), key=lambda one: one[1], reverse=True)
    while small and larger and sum(count for _, count in small) < FEWEST:
        small.append(larger.pop())
    together = sum(count for _, count in small)
    return MergedCounts(
        shown=tuple(one for one in everything if one not in small),
        rest=tuple(label for label, _ in everything if label in dict(small)),
        rest_count=together if together >= FEWEST else None,
    )


def per_cent(part: int, whole: int) -> int:
    """A share of 0 to 100; 0 only for nobody and 100 only for everybody."""
    if part == 0 or whole == 0:
        return 0
    return 100 if part == whole else min(max(round(100 * part / whole), 1), 99)
