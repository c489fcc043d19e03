"""Pages of one person, remembered for as long as they would be made the same way again."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MOST_PAGES = 128  # of about 40 kB: a page or two of each who is at work

Marks = tuple[object, ...]


@dataclass
class RememberedPage:
    """A page, and up to where the changes were looked through that could make it another."""

    page: str
    seen: Any


@dataclass
class RememberedPages:
    """The pages of one school that were asked for lately; the oldest goes where there are too many.

    Found by who asks and by all that the page hangs on, and never given without asking whether anything changed.
    Whose marks have a time is let go with the first page of another time: what is deleted meanwhile stays nowhere.
    """

    _pages: dict[Marks, RememberedPage] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, marks: Marks) -> RememberedPage | None:
        """The page that was remembered under these marks."""
        return self._pages.get(marks)

    def put(self, marks: Marks, page: RememberedPage) -> None:
        """Remember a page in the place of an earlier one with these marks."""
        with self._lock:
            self._pages.pop(marks, None)
            self._drop([known for known in self._pages if _minute(known) != _minute(marks)])
            while len(self._pages) >= MOST_PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[marks] = page

    def forget(self, who: object) -> None:
        """Let go of the pages of whoever signs out: those whose first mark this is."""
        with self._lock:
            self._drop([known for known in self._pages if known[0] == who])

    def _drop(self, some: list[Marks]) -> None:
        for marks in some:
            del self._pages[marks]


def _minute(marks: Marks) -> object:
    return next((one for one in marks if isinstance(one, datetime)), None)
