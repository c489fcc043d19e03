"""Nobody tells by time what was sent: alone, through nginx and Caddy, beside two busy loops (promise A20)."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median

import pytest

from tests.faults.figures import FULL, reached
from tests.faults.one_beat import DIRECT, KINDS, Sent, door_of, send_all, send_within, told_apart
from tests.faults.school import make_school
from tests.proxies import KINDS as PROXIES
from tests.serving import stop

SENDS, AT_ONCE = 2000, 16
PROBES, PROBES_AT_ONCE = 7200, 4  # each takes two seconds with its pause: an hour
MOST_TOLD_APART = 55
LONGEST_SECONDS = 2.1  # two beats, and the way back

pytestmark = pytest.mark.skipif(not FULL, reason="sends for minutes: make faults")


@contextmanager
def busy_loops(count: int) -> Iterator[None]:
    """So many processes that do nothing but count."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for one in loops:
            stop(one)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("busy", [0, 2], ids=["quiet", "beside two busy loops"])
@pytest.mark.parametrize("way", [DIRECT, *PROXIES])
def test_no_two_kinds_of_what_is_sent_are_told_apart_by_time(way: str, busy: int, tmp_path: Path) -> None:
    with door_of(way, make_school(tmp_path / "data"), tmp_path) as door, busy_loops(busy):
        chance = Random(14)
        sent = send_all(door, chance.choices(KINDS, k=SENDS), AT_ONCE, chance)
    assert most_told_apart(f"one beat, {way}, {busy} busy loops", sent) <= MOST_TOLD_APART


def most_told_apart(what: str, sent: Sequence[Sent]) -> float:
    """How many of a hundred of any two kinds are told apart at most; the figures are printed."""
    (one, other), most = max(told_apart(sent).items(), key=lambda pair: pair[1])
    medians = {
        kind: round(median(took), 3) for kind in KINDS if (took := [s.took for s in sent if s.kind == kind])
    }
    reached(
        what,
        f"most told apart: {one} and {other}, {most:.1f} of 100; medians {medians}; "
        f"over 2.1 s: {sum(s.took > 2.1 for s in sent)} of {len(sent)}, longest {max(s.took for s in sent):.1f} s",
    )
    return most


@pytest.mark.timeout(7200)
def test_after_six_hundred_reports_in_two_seconds_nothing_and_a_report_are_alike_for_an_hour(
    tmp_path: Path,
) -> None:
    chance = Random(20)
    with door_of(DIRECT, make_school(tmp_path / "data"), tmp_path) as door:
        flood = send_within(door, ["report"] * 600, 2, chance)
        sent = send_all(door, chance.choices(("nothing", "report"), k=PROBES), PROBES_AT_ONCE, chance)
    reached("flood before the probes", f"600 answered, the last after {max(s.took for s in flood):.1f} s")
    assert most_told_apart("an hour of probes", sent) <= MOST_TOLD_APART


@pytest.mark.parametrize("way", [DIRECT, *PROXIES])
def test_a_class_of_thirty_that_sends_in_ten_seconds_is_answered_in_two(way: str, tmp_path: Path) -> None:
    chance = Random(30)
    with door_of(way, make_school(tmp_path / "data"), tmp_path) as door:
        sent = send_within(door, chance.choices(KINDS[:-1], k=30), 10, chance)
    longest = max(s.took for s in sent)
    reached(f"a class of thirty, {way}", f"the longest waited {longest:.2f} s")
    assert longest <= LONGEST_SECONDS


@pytest.mark.parametrize("slower", [0.005, 0.05])
def test_the_control_what_takes_a_little_longer_is_told_apart(slower: float) -> None:
    chance = Random(1)
    sent = [
        Sent(kind, 1 + chance.random() / 1000 + slower * (kind == "urgent"), chance.random())
        for kind in (chance.choice(KINDS) for _ in range(1000))
    ]
    apart = told_apart(sent)
    assert min(share for pair, share in apart.items() if "urgent" in pair) > 95
    assert max(share for pair, share in apart.items() if "urgent" not in pair) <= 60
