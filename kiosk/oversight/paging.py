"""Divides long lists into pages."""

from collections.abc import Sequence
from typing import TypeVar

ON_A_PAGE = 30
T = TypeVar("T")


def pages_for(count: int) -> int:
    """How many pages this number of lines takes; at least one."""
    return max(1, -(-count // ON_A_PAGE))


def on_page(lines: Sequence[T], number: int, before: int = 0) -> Sequence[T]:
    """The lines of a page, counted from 1; all lines for page 0, none after the last page.

    `before`: so many lines, all of pages before it, are left out of `lines`.
    """
    return lines[(number - 1) * ON_A_PAGE - before : number * ON_A_PAGE - before] if number else lines
