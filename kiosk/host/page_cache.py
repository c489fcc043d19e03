"""A cache of pages and parts, keyed by what they show and never by who asks, so that it holds nothing about a
person."""

import threading
from collections.abc import Callable
from typing import TypeVar

from kiosk.host.log_lines import school_of_thread

MOST_PAGES = 4000  # most are parts of a page, half a kB to 3 kB
MOST_SHARED = 20_000  # parts that many schools hold together

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
        made = _shared(make())
        with self._lock:
            while len(self._pages) >= self._most:
                del self._pages[next(iter(self._pages))]
            self._pages[key] = made
        return made


_known: dict[str, str] = {}  # parts by what they say
_known_lock = threading.Lock()


def _shared(made: Shown) -> Shown:
    """The very same words where another of many schools has them ready: found by what they say, never by who asked."""
    if not isinstance(made, str) or not school_of_thread():
        return made
    with _known_lock:
        found = _known.get(made)
        if found is not None and type(found) is type(made):
            return found
        while len(_known) >= MOST_SHARED:
            del _known[next(iter(_known))]
        _known[made] = made
    return made
