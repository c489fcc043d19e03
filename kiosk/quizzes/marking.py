"""What marking an answer finds out, by each kind of question; the good answer shown when a child has tried enough."""

from dataclasses import dataclass, field

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


class Unanswered(Exception):
    """Nothing that can be marked was sent; `missing` says what to do, and is translated where it is shown."""

    def __init__(self, missing: str) -> None:
        self.missing = missing
        super().__init__(missing)


@dataclass(frozen=True)
class Detail:
    """The marking of one card, part or option of an answer, with the reason."""

    id: str
    right: bool
    feedback: Markup


@dataclass(frozen=True)
class Marked:
    """A marked answer: right, not right, or not sure (which is never counted as not right)."""

    right: bool
    unsure: bool
    chosen: tuple[str, ...]
    feedback: Markup
    misconceptions: tuple[str, ...]
    details: tuple[Detail, ...] = field(default=())
    unfinished: bool = False  # every card so far is right, and more cards follow

    @property
    def not_right(self) -> frozenset[str]:
        """Ids of what was chosen and is not right."""
        if self.details:
            return frozenset(detail.id for detail in self.details if not detail.right)
        return frozenset() if self.right else frozenset(self.chosen)
