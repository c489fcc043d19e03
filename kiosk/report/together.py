"""Group commit: what several threads want to store goes in one commit, as many writers would block one another."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST_TOGETHER = 64

Item = TypeVar("Item")


@dataclass
class _Waiting(Generic[Item]):
    item: Item
    durable: bool | None = None  # not known yet


class Together(Generic[Item]):
    """Commits the items of all threads of one process: whoever has the turn commits what all others wait for too."""

    def __init__(self, commit: Callable[[Sequence[Item]], None]) -> None:
        """`commit` makes all that it is given durable or raises; it is never called by two threads at once."""
        self._commit = commit
        self._waiting: deque[_Waiting[Item]] = deque()
        self._turn = threading.Lock()

    def do(self, item: Item) -> bool:
        """Return once it is known whether this item is durable."""
        mine = _Waiting(item)
        self._waiting.append(mine)
        while mine.durable is None:
            with self._turn:
                if mine.durable is None:
                    self._commit_all(self._next_batch())
        return mine.durable

    def _next_batch(self) -> list[_Waiting[Item]]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]

    def _commit_all(self, batch: list[_Waiting[Item]]) -> None:
        """Commit all together; if that fails, try each alone, so that one does not stop the others."""
        together = len(batch) > 1 and self._is_durable(batch)
        for waiting in batch:
            waiting.durable = together or self._is_durable([waiting])

    def _is_durable(self, batch: list[_Waiting[Item]]) -> bool:
        try:
            self._commit([waiting.item for waiting in batch])
        except BaseException:  # whatever the error was: nobody may be left waiting, and nobody thanked
            return False
        return True
