"""Pages and words kept ready: by what they show, never by who asks, so that nothing of a person is among them."""

import threading
from collections.abc import Callable
from typing import TypeVar

MOST_PAGES = 4000  # most are parts of a page, half a kB to 3 kB

Marks = tuple[object, ...]
Shown = TypeVar("Shown")


class ReadyPages:
    """The pages of one school that are the same for everybody; the oldest goes where there are too many."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: dict[Marks, object] = {}
        self._lock = threading.Lock()

    def get(self, marks: Marks, make: Callable[[], Shown]) -> Shown:
        """The page or the words with these marks, made now if not there; `marks` name all that it shows."""
        found = self._pages.get(marks)
        if found is not None:
            return found  # type: ignore[return-value]  # made by what was asked for under the same marks
        made = make()
        with self._lock:
            while len(self._pages) >= self._most:
                del self._pages[next(iter(self._pages))]
            self._pages[marks] = made
        return made
