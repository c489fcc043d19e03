"""Processes that merge, or rewrite the intake, almost without a pause, until somebody kills them."""

import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

from kiosk.config import Config, load_config
from kiosk.storage.outages import DATABASE_ERRORS
from tests.faults.merger import Merger, merger_of

PAUSE_SECONDS = 0.05  # as long as nobody else gets a turn where two cores do everything
DONE = "done"


def merge_for_ever(config: Config, said: Connection) -> None:
    """Merge everything, each time that something waits."""
    _for_ever(config, Merger.merge_all, said.send)


def merge_urgent_for_ever(config: Config, said: Connection) -> None:
    """Merge what is urgent, as those who send do it, beside somebody who merges everything."""
    _for_ever(config, Merger.merge_urgent, said.send)


def tidy_for_ever(config: Config, said: Connection) -> None:
    """Rewrite the intake, as the worker does on its beat."""
    _for_ever(config, lambda intake: intake.intake_store.remove_traces(), said.send)


def _for_ever(config: Config, does: Callable[[Merger], bool], say: Callable[[str], None]) -> None:
    with merger_of(config) as intake:
        while True:
            with suppress(*DATABASE_ERRORS):  # the others had it for too long
                if does(intake):
                    say(DONE)
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    _for_ever(load_config(), Merger.merge_all, lambda _: None)
