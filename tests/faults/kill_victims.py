"""Lines of processes, each of which may be killed at any moment and is followed by another."""

import contextlib
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from kiosk.config import Config
from tests.faults.kill_putting import nonce_of, put_for_ever

PRELOADED = ["tests.faults.kill_putting", "tests.faults.kill_merging", "tests.faults.kill_at_a_step"]


def begin(target: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """A fresh process, and what it says."""
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload(PRELOADED)
    heard, said = fresh.Pipe(duplex=False)
    process = fresh.Process(target=target, args=(*arguments, said), daemon=True)
    process.start()
    said.close()
    return process, heard


class Victim:
    """A line of processes that do one thing for ever, and say each time that they have."""

    def __init__(self, config: Config, does: Callable[..., None]) -> None:
        self.kills, self.heard_of = 0, 0
        self._config, self._does = config, does
        self.start()

    def start(self) -> None:
        """A new process."""
        self._process, self._heard = begin(self._does, self._config, *self._asked())
        self._before = self.heard_of

    def listen(self) -> None:
        """Note what was said since the last time; raises EOFError if the process has ended by itself."""
        while self._heard.poll():
            self._note(self._heard.recv())

    def kill(self) -> None:
        """kill -9; what it had said before counts."""
        self._process.kill()
        self._process.join()
        with contextlib.suppress(EOFError):
            self.listen()
        self._heard.close()
        self.kills += 1

    @property
    def has_said_something(self) -> bool:
        """Whether this process has done what it is there for."""
        return self.heard_of > self._before

    def _note(self, said: str) -> None:
        self.heard_of += 1

    def _asked(self) -> tuple[str, ...]:
        return ()


class Putter(Victim):
    """A line of processes that put, each of which begins with what the one before it was at when it was killed."""

    def __init__(self, config: Config, number: int) -> None:
        self.acknowledged: list[str] = []
        self.unsure = ""
        self._number = number
        super().__init__(config, put_for_ever)

    def kill(self) -> None:
        """kill -9; what it had said before counts, and whether the one after that is kept is known to nobody."""
        prefix = self._prefix
        super().kill()
        said = self.heard_of - self._before - bool(self.unsure)
        self.unsure = nonce_of(prefix, said) if said >= 0 else self.unsure

    def _note(self, said: str) -> None:
        super()._note(said)
        self.acknowledged.append(said)

    def _asked(self) -> tuple[str, ...]:
        return self.unsure, self._prefix

    @property
    def _prefix(self) -> str:
        return f"direct-{self._number}-{self.kills:06}"
