"""A process that kills itself right before a chosen statement of SQLite: no moment is left to chance."""

import os
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from sqlalchemy import event

from kiosk.config import Config
from tests.faults.kill_putting import put, ring_of
from tests.faults.merger import Merger, merger_of


@dataclass
class Fuse:
    """Asked before each statement of each store, COMMIT included; burnt through, it kills."""

    at: int = 0  # which statement; 0: none
    of: str = ""  # only those that begin like this count
    count: int = 0

    def ask(self, sql: str) -> None:
        """Go on, or die here."""
        if sql.startswith(self.of):
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)

    def lay(self, intake: Merger) -> None:
        """Be asked by every connection from now on."""

        def connected(connection: sqlite3.Connection, record: object) -> None:
            connection.set_trace_callback(self.ask)

        for database in (intake.intake, intake.reports):
            event.listen(database.engine, "connect", connected)


def put_and_die(config: Config, nonces: list[str], fuse: Fuse, said: Connection) -> None:
    """Put one after another and say each; at last how many statements there were, if it comes to that."""

    def does(intake: Merger) -> None:
        ring = ring_of(intake)
        for nonce in nonces:
            put(intake, ring, nonce)
            said.send(nonce)

    _does_and_dies(config, does, fuse, said)


def merge_and_die(config: Config, fuse: Fuse, said: Connection) -> None:
    """Merge everything once."""
    _does_and_dies(config, lambda intake: intake.merge_all(), fuse, said)


def tidy_and_die(config: Config, fuse: Fuse, said: Connection) -> None:
    """Rewrite the intake once."""
    _does_and_dies(config, lambda intake: intake.intake_store.remove_traces(), fuse, said)


def _does_and_dies(config: Config, does: Callable[[Merger], object], fuse: Fuse, said: Connection) -> None:
    with merger_of(config) as intake:
        fuse.lay(intake)
        does(intake)
        said.send(fuse.count)
