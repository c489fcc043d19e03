"""Long lists page by page."""

from collections.abc import Sequence
from typing import TypeVar

ON_A_PAGE = 30
T = TypeVar("T")


def pages_for(count: int) -> int:
    """How many pages so many lines take; one where there is none."""
    return max(1, -(-count // ON_A_PAGE))


def on_page(lines: Sequence[T], number: int) -> Sequence[T]:
    """The lines of a page, counted from 1, or all of them for 0; behind the last page there are none."""
    return lines[(number - 1) * ON_A_PAGE : number * ON_A_PAGE] if number else lines
