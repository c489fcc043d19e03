"""One worker for many schools: each has a thread, so that none waits for another's whole round (promise M3)."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from kiosk.config import Config, SettingError
from kiosk.content.problem import ContentError
from kiosk.host.log_lines import name_schools, working_for
from kiosk.many_schools import SharedContent, refuse_equal_keys
from kiosk.report.intake.urgent import Mailed, mail_urgent
from kiosk.site import Hosts
from kiosk.start import check_ready, closing_databases, open_site
from kiosk.storage.db import now_utc
from kiosk.storage.outages import DatabaseNotSafe, kind_of
from kiosk.storage.schema import SchemaNotCurrent
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import TICK_SECONDS, run_worker, wait_for_databases

AT_ONCE = 2  # schools whose rounds run at the same moment: of more, this machine's children would notice
LONGEST_TURN_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 60.0  # at a school with which something is wrong that waiting alone does not end
# What these say is for the person who runs the machine, and has nothing of a person in it.
PLAIN_ERRORS = (SettingError, SchemaNotCurrent, DatabaseNotSafe, ContentError)

log = logging.getLogger(__name__)


class Turns:
    """Rounds of a few schools at once; whoever waited through a whole turn of another goes on beside it."""

    def __init__(self, at_once: int = AT_ONCE, longest_seconds: float = LONGEST_TURN_SECONDS) -> None:
        self._places, self._longest = threading.Semaphore(at_once), longest_seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A round of one school."""
        has_place = self._places.acquire(timeout=self._longest)
        try:
            yield
        finally:
            if has_place:
                self._places.release()


def run_workers(
    schools: Mapping[str, Config], memories: Mapping[str, WorkerMemory], stop: threading.Event
) -> None:
    """Run rounds for every school, each with its memory, until `stop` is set; what is wrong in one ends no other's.

    Rounds begin one after the other, spread over the time between two of one school. Raises SettingError where two
    schools have one key.
    """
    name_schools()
    refuse_equal_keys(schools)
    content, turns = SharedContent(), Turns()
    threads = [
        threading.Thread(
            target=_work,
            args=(host, config, memories[host], content, turns, stop, TICK_SECONDS * number / len(schools)),
            name=host,
        )
        for number, (host, config) in enumerate(schools.items())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _work(
    host: str,
    config: Config,
    memory: WorkerMemory,
    content: SharedContent,
    turns: Turns,
    stop: threading.Event,
    begins_after: float,
) -> None:
    stop.wait(begins_after)
    with working_for(host):
        while not stop.is_set():
            try:
                _work_until_stopped(config, memory, content, turns, stop)
            except PLAIN_ERRORS as error:
                log.error("the worker cannot work: %s", " ".join(str(error).split()))
            except Exception as error:  # an address or a word could stand in its message
                log.error("the worker cannot work: %s", kind_of(error))
            stop.wait(LOOK_AGAIN_SECONDS)


def _work_until_stopped(
    config: Config, memory: WorkerMemory, content: SharedContent, turns: Turns, stop: threading.Event
) -> None:
    with closing_databases(config) as databases:
        site, mailed = cache(lambda: open_site(config, databases, content.of(config))), Mailed()
        wait_for_databases(
            lambda: check_ready(config, databases), stop, lambda: mail_urgent(site(), now_utc(), mailed)
        )
        if not stop.is_set():
            run_worker(Hosts(site()), stop, memory, turns.turn)
