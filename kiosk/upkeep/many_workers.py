"""One worker for many schools: each has a thread, so that none waits for another's whole round (promise M3)."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kiosk.config import Config, SettingError
from kiosk.content.problem import ContentError
from kiosk.host.log_lines import name_schools, working_for
from kiosk.many_schools import SharedContent, in_one_line, refuse_equal_keys
from kiosk.report.intake.urgent import Mailed, mail_urgent
from kiosk.server.following import FolderWatch
from kiosk.site import Hosts
from kiosk.start import check_ready, closing_databases, open_site
from kiosk.storage.db import now_utc
from kiosk.storage.outages import DatabaseNotSafe, kind_of
from kiosk.storage.schema import SchemaNotCurrent
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import TICK_SECONDS, run_worker, wait_for_databases

AT_ONCE = 2  # schools whose rounds run at the same moment: of more, this machine's children would notice
LONGEST_TURN_SECONDS = 5.0
FOLLOW_SECONDS = 1.0  # between two looks at the files of schools
LOOK_AGAIN_SECONDS = 60.0  # at a school with which something is wrong that waiting alone does not end
# What these say is for the person who runs the machine, and has nothing of a person in it.
PLAIN_ERRORS = (SettingError, SchemaNotCurrent, DatabaseNotSafe, ContentError)

Begin = Callable[[Config, WorkerMemory], AbstractContextManager[object]]

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


class WorkersOfSchools:
    """The threads of schools, which may be other schools from one moment to the next."""

    def __init__(self, begin: Begin) -> None:
        """`begin`: what is entered for a school before its first round and left after its last."""
        self._begin, self._content, self._turns = begin, SharedContent(), Turns()
        self._memories: dict[str, WorkerMemory] = {}
        self._at_work: dict[str, _AtWork] = {}

    def follow(self, schools: Mapping[str, Config]) -> None:
        """Work for exactly these. Rounds of new ones begin one after the other, spread over the time between two.

        Raises SettingError where two schools have one key, or where one cannot be begun.
        """
        refuse_equal_keys(schools)
        self._end([host for host, one in self._at_work.items() if schools.get(host) != one.config])
        new = [host for host in schools if host not in self._at_work]
        for host in new:
            memory = self._memories.setdefault(host, WorkerMemory())
            with in_one_line(host), working_for(host), ExitStack() as held:
                held.enter_context(self._begin(schools[host], memory))
                self._at_work[host] = _AtWork(schools[host], held.pop_all())
        for number, host in enumerate(new):
            self._start(host, TICK_SECONDS * number / len(new))

    def end(self) -> None:
        """Return once every round has ended."""
        self._end([*self._at_work])

    def _start(self, host: str, begins_after: float) -> None:
        one = self._at_work[host]
        given = host, one.config, self._memories[host], self._content, self._turns, one.stop, begins_after
        one.thread = threading.Thread(target=_work, args=given, name=host)
        one.thread.start()

    def _end(self, hosts: list[str]) -> None:
        for host in hosts:
            self._at_work[host].stop.set()
        for one in [self._at_work.pop(host) for host in hosts]:
            if one.thread:
                one.thread.join()
            one.held.close()


@dataclass
class _AtWork:
    config: Config
    held: ExitStack
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


def run_workers(schools: Mapping[str, Config], stop: threading.Event, folder: Path, begin: Begin) -> None:
    """Run rounds for every school, and follow the files of their folder, until `stop` is set.

    What is wrong in one school ends no other's. Raises what `WorkersOfSchools.follow` raises of the first schools.
    """
    name_schools()
    workers, watch = WorkersOfSchools(begin), FolderWatch(folder)
    try:
        workers.follow(schools)
        while not stop.wait(FOLLOW_SECONDS):
            watch.apply(workers.follow)
    finally:
        workers.end()


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
