"""One writer for each process: it commits waiting reports together, as many writers would block one another."""

import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from sqlalchemy.exc import IntegrityError

from kiosk.db import Database
from kiosk.report.file_times import blur_times, files_of
from kiosk.report.intake import SealedReport, store
from kiosk.report.spool import put_aside

MOST_TOGETHER = 64
IDLE_SECONDS = 5


class NotSaved(Exception):
    """Neither the database nor the spool could store the report, so the child must be told (promise D3)."""


@dataclass(frozen=True)
class _Waiting:
    sealed: SealedReport
    kept: "Future[None]"


class Writer:
    """Stores reports for one process, from any of its threads."""

    def __init__(self, database: Database, spool: Path) -> None:
        self._database = database
        self._spool = spool
        self._files = files_of(database)
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = 0

    def keep(self, sealed: SealedReport) -> None:
        """Return once the report is durable, in the database or in the spool; raises NotSaved."""
        waiting = _Waiting(sealed, Future())
        with self._lock:
            self._start()
            self._queue.put(waiting)
        waiting.kept.result()

    def _start(self) -> None:
        """Start the thread with the first report, because a server forks its workers after making the app."""
        if self._thread is not None and self._thread.is_alive() and self._process == os.getpid():
            return
        self._queue, self._process = SimpleQueue(), os.getpid()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while batch := self._next_batch():
            self._keep_all(batch)

    def _next_batch(self) -> list[_Waiting]:
        """Every report that waits now; empty if none has come for a while, and then the thread ends."""
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

    def _keep_all(self, batch: list[_Waiting]) -> None:
        """Commit all reports together; if that fails, try each alone, so that one does not stop the others."""
        together = len(batch) > 1 and self._commit([waiting.sealed for waiting in batch])
        for waiting in batch:
            try:
                if not together and not self._commit([waiting.sealed]):
                    put_aside(self._spool, waiting.sealed)
                waiting.kept.set_result(None)
            except BaseException:  # whatever the error was: nobody may be left waiting, and nobody thanked
                waiting.kept.set_exception(NotSaved())

    def _commit(self, reports: list[SealedReport]) -> bool:
        """Whether these reports are durable now; a report that was sent twice at once is looked up again."""
        for last_try in (False, True):
            try:
                with self._database.rows(write=True) as connection:
                    for sealed in reports:
                        store(connection, sealed)
            except IntegrityError:
                if last_try:
                    return False
            except Exception:  # whatever the error is, the spool is tried next
                return False
            else:
                blur_times(self._files)
                return True
        return False
