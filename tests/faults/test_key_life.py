"""Nobody who is kept out is ever able, nothing goes blind unsaid, and no forged list of readers is believed."""

import multiprocessing
import os
from collections import Counter
from functools import partial
from pathlib import Path
from time import monotonic
from unittest.mock import patch

from sqlalchemy import text

from kiosk.report.intake import transfer
from tests.faults.figures import reached, trials
from tests.faults.key_life_run import NAMES, live

LIVES, LENGTH = trials(3, 200), trials(80, 1_000)
ALONE = os.environ.get("KEY_LIFE")  # the number of one life, to see it again
PROCESSES = 2
CONTROLS = 40  # of which the first few are enough


def test_nobody_kept_out_is_ever_able_nothing_goes_blind_unsaid_and_two_readers_or_the_sheets_end_it(
    migrated: Path,
) -> None:
    numbers = [int(ALONE)] if ALONE else range(LIVES)
    done: Counter[str] = Counter()
    began, worked = monotonic(), 0.0
    with multiprocessing.get_context("forkserver").Pool(PROCESSES) as pool:
        for lived in pool.imap_unordered(partial(live, length=LENGTH, migrated=migrated), numbers):
            done.update(lived.done)
            worked += lived.seconds
    steps, took = len(numbers) * LENGTH, monotonic() - began
    reached(
        "life of keys",
        f"{len(numbers)} lives of {LENGTH} steps, 0 wrong, {steps / took:.0f} steps a second by {PROCESSES} processes, "
        f"{1_000 * worked / steps:.1f} ms of a core for each step "
        f"({PROCESSES * steps / worked:.0f} a second where nothing else runs): {dict(done)}",
    )
    assert ALONE or all(done[name] for name in NAMES)


def test_a_life_can_be_lived_once_more_so_that_what_it_finds_can_be_looked_into(migrated: Path) -> None:
    with multiprocessing.get_context("forkserver").Pool(PROCESSES, maxtasksperchild=1) as pool:
        once, again, other = pool.starmap(
            live, [(7, 40, migrated), (7, 40, migrated), (8, 40, migrated)], chunksize=1
        )
    assert (once.done, once.trace) == (again.done, again.trace)
    assert once.trace != other.trace


def test_what_waited_while_readers_changed_would_be_missed_if_merging_did_not_look_again(
    migrated: Path,
) -> None:
    """The control: a report is sealed for those who can read it when it is told, not when it is merged."""
    with patch.object(transfer, "_LOOK_THROUGH", text("SELECT 1")):
        assert any(map(partial(is_found_wrong, migrated), range(CONTROLS)))


def is_found_wrong(migrated: Path, number: int) -> bool:
    """Whether a life comes upon a report that too few can read and that nobody noted."""
    try:
        live(number, 150, migrated)
    except AssertionError as found:
        return "it is not noted" in str(found)
    return False
