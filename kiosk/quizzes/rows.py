"""The rows of a question's page: what a pupil chooses, sorts, puts in order or ticks."""

from dataclasses import dataclass, replace

from markupsafe import Markup


@dataclass(frozen=True)
class SheetRow:
    """One option, card, step or part; `chosen` is what the form held for it: ticked, a box, a place, or ""."""

    id: str
    label: Markup
    picture: str = ""
    image: str = ""
    alt: str = ""
    chosen: str = ""
    tried: bool = False
    was: str = ""  # what was chosen for this row in this answer, if that was not right
    who: str = ""
    staged: bool = False  # whether its picture is a scene

    def told(self, chosen: str, tried: bool = False, was: str = "") -> "SheetRow":
        """The row as a form tells of it; most are the row itself, as a child chooses one of several."""
        if self.chosen == chosen and self.tried == tried and self.was == was:
            return self
        return replace(self, chosen=chosen, tried=tried, was=was)


Rows = tuple[SheetRow, ...]


@dataclass(frozen=True)
class Moved:
    """The rows after one of them was moved by its own button; `id` and `way` are "" where none was."""

    rows: Rows
    id: str = ""
    way: str = ""  # what was done: put, back or next
