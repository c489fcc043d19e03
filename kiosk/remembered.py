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
    """The pages of one school that were asked for in one minute; the oldest goes where there are too many.

    Found by who asks and by all that the page hangs on, and never given without asking whether anything changed. The
    first page of another minute lets go of all of them: what is deleted meanwhile stays nowhere.
    """

    _minute: datetime | None = None
    _pages: dict[tuple[object, Marks], RememberedPage] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, who: object, minute: datetime, marks: Marks) -> RememberedPage | None:
        """The page that was remembered for somebody in this minute, under these marks."""
        with self._lock:
            return self._pages.get((who, marks)) if minute == self._minute else None

    def put(self, who: object, minute: datetime, marks: Marks, page: RememberedPage) -> None:
        """Remember a page in the place of an earlier one with these marks."""
        with self._lock:
            if minute != self._minute:
                self._pages.clear()
                self._minute = minute
            self._pages.pop((who, marks), None)
            while len(self._pages) >= MOST_PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[who, marks] = page

    def forget(self, who: object) -> None:
        """Let go of the pages of whoever signs out."""
        with self._lock:
            for known in [known for known in self._pages if known[0] == who]:
                del self._pages[known]
