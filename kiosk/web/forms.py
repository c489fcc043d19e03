"""What has to be corrected in a form: the same shape for every form that staff fill in."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kiosk.wording.messages import Message, say

WHOLE = "main"  # a mistake of the whole form: the summary links to the start of the page


@dataclass(frozen=True)
class FormErrors:
    """The first mistake of each field, in the order in which they were found; false if there is none.

    `prefix` is what stands before a field's name in the ids of the page, if it has several forms.
    """

    prefix: str = ""
    _found: dict[str, Message] = field(default_factory=dict)

    def add(self, name: str, text: str, /, **values: str | int) -> None:
        """Note a mistake of a field, or of the WHOLE form."""
        self._found.setdefault(name, Message(text, values))

    def add_all(self, found: Iterable[tuple[str, Message]]) -> None:
        """Note several mistakes, each with the name of its field."""
        for name, message in found:
            self._found.setdefault(name, message)

    def for_field(self, name: str) -> str:
        """What to do about a field, in the language of the page; empty if it is right."""
        message = self._found.get(name)
        return say(message) if message else ""

    def summary(self) -> list[tuple[str, str]]:
        """Every mistake with a link to its field, for the top of the page."""
        return [(self._field_id(name), self.for_field(name)) for name in self._found]

    def _field_id(self, name: str) -> str:
        return f"#{name}" if name == WHOLE else f"#{self.prefix}{name}"

    def __bool__(self) -> bool:
        return bool(self._found)


def day_of(typed: str) -> date | None:
    """The day that a field holds, as a browser sends it: 2026-12-04; None where it holds none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def id_of(typed: str) -> uuid.UUID | None:
    """The id that a field or an address holds; None where it holds none."""
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def number_of(typed: str, most_digits: int) -> int:
    """The number that a field or an address holds in plain digits; 0 where it holds none, or one that is too long."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= most_digits else 0
