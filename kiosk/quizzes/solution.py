"""A good answer and the reason for it, shown when a child has tried often enough."""

from dataclasses import dataclass

from markupsafe import Markup

_NOTHING = Markup("")


@dataclass(frozen=True)
class Solved:
    """One part of a good answer: the part, where it belongs (only for sorting), and why."""

    label: Markup
    box: Markup = _NOTHING
    why: Markup = _NOTHING


@dataclass(frozen=True)
class Solution:
    """A good answer; `ordered` where its parts have places, with one reason for all of them."""

    parts: tuple[Solved, ...]
    ordered: bool = False
    why: Markup | None = None
