"""Group commit: what several threads want to store goes in one commit, as many writers would block one another."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

MOST_TOGETHER = 64
IDLE_SECONDS = 5

Item = TypeVar("Item")


@dataclass(frozen=True)
class _Waiting(Generic[Item]):
    item: Item
    done: "Future[bool]" = field(default_factory=Future)


class Together(Generic[Item]):
    """Commits the items of all threads of one process, as many at once as wait, in a thread of its own."""

    def __init__(self, commit: Callable[[Sequence[Item]], None]) -> None:
        """`commit` makes all that it is given durable or raises; it is never called by two threads at once."""
        self._commit = commit
        self._queue: SimpleQueue[_Waiting[Item]] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = 0

    def do(self, item: Item) -> bool:
        """Return once it is known whether this item is durable."""
        waiting = _Waiting(item)
        with self._lock:
            try:
                self._start()
            except RuntimeError:  # the system gives this process no further thread
                return False
            self._queue.put(waiting)
        return waiting.done.result()

    def _start(self) -> None:
        """Start the thread with the first item, because a server forks its processes after making the app."""
        if self._thread is not None and self._thread.is_alive() and self._process == os.getpid():
            return
        self._queue, self._process = SimpleQueue(), os.getpid()
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        self._thread = thread

    def _run(self) -> None:
        while batch := self._next_batch():
            self._commit_all(batch)

    def _next_batch(self) -> list[_Waiting[Item]]:
        """Every item that waits now; empty if none has come for a while, and then the thread ends."""
        try:
            batch = [self._queue.get(timeout=IDLE_SECONDS)]
        except Empty:
            with self._lock:
                if self._queue.empty():
                    self._thread = None
                    return []
            return self._next_batch()
        while len(batch) < MOST_TOGETHER and not self._queue.empty():
            batch.append(self._queue.get())
        return batch

    def _commit_all(self, batch: list[_Waiting[Item]]) -> None:
        """Commit all together; if that fails, try each alone, so that one does not stop the others."""
        together = len(batch) > 1 and self._is_durable(batch)
        for waiting in batch:
            waiting.done.set_result(together or self._is_durable([waiting]))

    def _is_durable(self, batch: list[_Waiting[Item]]) -> bool:
        try:
            self._commit([waiting.item for waiting in batch])
        except BaseException:  # whatever the error was: nobody may be left waiting, and nobody thanked
            return False
        return True
