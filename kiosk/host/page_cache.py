"""A cache of pages and parts, keyed by what they show and never by who asks, so that it holds nothing about a
person."""

import threading
from collections.abc import Callable
from typing import TypeVar

MOST_PAGES = 4000  # most are parts of a page, half a kB to 3 kB

CacheKey = tuple[object, ...]
Shown = TypeVar("Shown")


class PageCache:
    """The pages of one school that are the same for everybody; the oldest is dropped when there are too many."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: dict[CacheKey, object] = {}
        self._lock = threading.Lock()

    def get(self, key: CacheKey, make: Callable[[], Shown]) -> Shown:
        """The page or the words with these marks, made now if not there; `marks` name all that it shows."""
        found = self._pages.get(key)
        if found is not None:
            return found  # type: ignore[return-value]  # made by what was asked for under the same marks
        made = make()
        with self._lock:
            while len(self._pages) >= self._most:
                del self._pages[next(iter(self._pages))]
            self._pages[key] = made
        return made
