"""What a term page is made of: sentences and rows in English, as they stay; and how it names days and terms."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

LONGEST_TERM_DAYS = 200
SEASONS = ((8, "Autumn"), (4, "Summer"), (1, "Spring"))  # by the month in which a term began
LONGEST = 120  # of a line that somebody wrote; the book has all of it
Row = tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The copy for anybody. Every list ends before it would need a second sheet; what is late is never left out."""

    figures: tuple[Row, ...] = ()  # a large number or word, and what it counts
    taught: tuple[Row, ...] = ()
    people: tuple[Row, ...] = ()
    checked: tuple[str, ...] = ()
    not_done: tuple[Row, ...] = ()  # a duty with its own sentence
    not_done_more: tuple[str, ...] = ()  # further ones by title alone
    late: tuple[Row, ...] = ()  # done, but late, put off, or said not to apply here
    late_more: int = 0
    will: tuple[Row, ...] = ()  # what, who, by
    will_more: int = 0
    changed: tuple[str, ...] = ()
    said: str = ""  # the lead's own words

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def term_name(first: date, last: date) -> str:
    """A term by its season and year, or a whole school year."""
    if (last - first).days > LONGEST_TERM_DAYS:
        return f"School year from {first.year}"
    return f"{next(words for month, words in SEASONS if first.month >= month)} {first.year}"


def short(words: str, longest: int = LONGEST) -> str:
    """What somebody wrote, as far as it fits."""
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def first_of(some: Sequence[Any], most: int) -> tuple[Any, ...]:
    """The first few of a list."""
    return tuple(some[:most])
