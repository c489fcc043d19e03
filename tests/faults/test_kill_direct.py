"""kill -9 of processes that only put, merge or rewrite, many times faster than over HTTP (promises D1, D2, A15)."""

import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.faults.figures import reached, trials
from tests.faults.kill_counts import count
from tests.faults.kill_merging import merge_for_ever, merge_urgent_for_ever, tidy_for_ever
from tests.faults.kill_putting import sent_with
from tests.faults.kill_school import make_staffed_school
from tests.faults.kill_victims import Putter, Victim

KILLS = trials(8, 1_800)
ACKNOWLEDGED = trials(100, 180_000)
PUTTERS = 2  # more than one, so that they are also killed while they wait for the lock
KILLED_AT_THE_START = 0.2  # of those chosen before they have done anything
PAUSE_SECONDS = trials(10, 25) / 100  # on average, between two kills


def test_no_acknowledged_report_is_lost_or_doubled_by_kill_9_of_whoever_puts_merges_or_tidies(
    tmp_path: Path,
) -> None:
    config = make_staffed_school(tmp_path / "data")
    chance, started = Random(20), time.monotonic()
    putters = [Putter(config, number) for number in range(PUTTERS)]
    mergers = [Victim(config, does) for does in (merge_for_ever, merge_urgent_for_ever)]
    tidier = Victim(config, tidy_for_ever)
    lines = [*putters, *mergers, tidier]
    killed: Counter[str] = Counter()
    while (
        killed.total() < KILLS
        or len(killed) < len(lines)
        or sum(len(putter.acknowledged) for putter in putters) < ACKNOWLEDGED
        or not all(merger.heard_of for merger in mergers)
    ):
        time.sleep(chance.uniform(0, 2 * PAUSE_SECONDS))
        for line in lines:
            line.listen()  # EOFError: one has ended by itself
        place = chance.randrange(len(lines))
        if not lines[place].has_said_something and chance.random() > KILLED_AT_THE_START:
            continue  # or a slow machine would kill all of them before they come to do anything
        lines[place].kill()
        lines[place].start()
        killed[("puts", "puts too", "merges", "merges what is urgent", "tidies")[place]] += 1
    for line in lines:
        line.kill()
    seconds = time.monotonic() - started
    counted = count(
        config,
        [sent_with(nonce) for putter in putters for nonce in putter.acknowledged],
        perhaps=[sent_with(putter.unsure) for putter in putters],
    )
    reached(
        "kill -9 of whoever puts and merges",
        f"{killed.total()} kills, {dict(killed)}, {sum(one.heard_of for one in mergers)} merges, "
        f"{tidier.heard_of} times tidied, {counted}, {seconds:.0f} s",
    )
    assert counted.acknowledged >= ACKNOWLEDGED
    assert counted.acknowledged == sum(len(putter.acknowledged) for putter in putters)
    assert counted.nothing_amiss
