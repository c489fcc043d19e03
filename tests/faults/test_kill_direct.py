"""kill -9 of processes that call the verb itself, many times faster than over HTTP (promises D1, D2, A15)."""

import contextlib
import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from kiosk.config import Config
from tests.faults.figures import reached, trials
from tests.faults.kill_counts import count
from tests.faults.kill_school import make_staffed_school
from tests.faults.kill_writer import nonce_of, sent_with, write_for_ever

KILLS = trials(5, 1_800)
ACKNOWLEDGED = trials(300, 180_000)
WRITERS = 2  # more than one, so that they are also killed while they wait for the lock
KILLED_AT_THE_START = 0.2  # of those chosen before they have acknowledged anything
PAUSE_SECONDS = trials(10, 25) / 100  # on average, between two kills


@dataclass
class Writer:
    """A line of processes, each of which begins with what the one before it was at when it was killed."""

    config: Config
    number: int
    acknowledged: list[str] = field(default_factory=list)
    kills: int = 0
    unsure: str = ""

    def start(self) -> None:
        """A new process."""
        fresh = multiprocessing.get_context("forkserver")
        fresh.set_forkserver_preload(["tests.faults.kill_writer"])
        self._heard, said = fresh.Pipe(duplex=False)
        self._process = fresh.Process(
            target=write_for_ever, args=(self.config, self.unsure, self._prefix, said), daemon=True
        )
        self._process.start()
        said.close()
        self._before = len(self.acknowledged)

    def listen(self) -> None:
        """Note what was acknowledged since the last time."""
        while self._heard.poll():
            self.acknowledged.append(self._heard.recv())

    def kill(self) -> None:
        """kill -9; what it had said before counts, and the one after that is known to nobody."""
        self._process.kill()
        self._process.join()
        with contextlib.suppress(EOFError):
            self.listen()
        self._heard.close()
        said = len(self.acknowledged) - self._before - bool(self.unsure)
        self.unsure = nonce_of(self._prefix, said) if said >= 0 else self.unsure
        self.kills += 1

    @property
    def has_said_something(self) -> bool:
        """Whether this process has acknowledged a report."""
        return len(self.acknowledged) > self._before

    _heard: Connection = field(init=False)
    _process: BaseProcess = field(init=False)
    _before: int = field(init=False)

    @property
    def _prefix(self) -> str:
        return f"direct-{self.number}-{self.kills:06}"


def test_no_acknowledged_report_is_lost_or_doubled_by_kill_9_of_whoever_writes(tmp_path: Path) -> None:
    config = make_staffed_school(tmp_path / "data")
    chance, started = Random(20), time.monotonic()
    writers = [Writer(config, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    while (
        sum(writer.kills for writer in writers) < KILLS
        or sum(len(writer.acknowledged) for writer in writers) < ACKNOWLEDGED
    ):
        time.sleep(chance.uniform(0, 2 * PAUSE_SECONDS))
        for writer in writers:
            writer.listen()  # EOFError: one has ended by itself
        killed = chance.choice(writers)
        if not killed.has_said_something and chance.random() > KILLED_AT_THE_START:
            continue  # or a slow machine would kill all of them before they come to write
        killed.kill()
        killed.start()
    for writer in writers:
        writer.kill()
    seconds, kills = time.monotonic() - started, sum(writer.kills for writer in writers)
    counted = count(
        config,
        [sent_with(nonce) for writer in writers for nonce in writer.acknowledged],
        perhaps=[sent_with(writer.unsure) for writer in writers],
    )
    reached("kill -9 of the verb", f"{kills} kills, {counted}, {seconds:.0f} s")
    assert counted.acknowledged >= ACKNOWLEDGED
    assert counted.acknowledged == sum(len(writer.acknowledged) for writer in writers)
    assert counted.nothing_amiss
