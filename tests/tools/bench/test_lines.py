"""`make bench` measures everything it promises and prints a line for each; how fast is no matter here."""

import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tools.bench.bare import INSERT_PATH, bare_app
from tools.bench.burst import ALL, PLAIN, Size
from tools.bench.costs import BARE_INSERT, BARE_PAGE, QUEUE_BESIDE, SEALING, Effort
from tools.bench.crowd import FORM_OPENED, QUEUE, QUIZ, SENT
from tools.bench.led import LedSize
from tools.bench.lines import bench_lines
from tools.bench.pages import (
    ANSWER,
    ANSWER_BESIDE,
    BADGE_OF_BUSY,
    BADGE_OF_FEW,
    BADGE_OF_MANY,
    LONG_QUEUE,
    REPORT,
    SHORT_QUEUE,
    START,
)
from tools.bench.queue import Filling

pytestmark = pytest.mark.timeout(600)  # two schools are filled, on PostgreSQL too
FILLINGS: dict[str, Any] = {
    "badges": (Filling(5), Filling(7)),
    "short_queue": Filling(6),
    "long_queue": Filling(7, open=2, closed=3),
}
HOMES = ("SQLite", "PostgreSQL", *(["PgBouncer"] if shutil.which("pgbouncer") else []))
FIGURE = r" +\d+\.\d\d ms +\d+\.\d times"
FIGURES = r" \|".join([FIGURE] * len(HOMES))
SMALL = Size(tablets=2, classes=1, pupils=2, staff=1, seconds=1)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """What a small run prints."""
    led = LedSize(classes=1, tablets=2, steps=1, seconds=4, reports=1)
    return list(bench_lines(Effort(rounds=1, visits=1, connections=8, **FILLINGS), SMALL, led))


def test_what_a_commit_waits_for_stands_first(lines: list[str]) -> None:
    assert re.match(r"One page put on the disk: \d+\.\d{3} ms, \d+\.\d{3} ms of processor", lines[0])


def test_every_home_of_databases_is_measured_side_by_side(lines: list[str]) -> None:
    assert [line for line in lines if line.endswith(f"as a browser asks, on {' | '.join(HOMES)}")]
    for work in ("Burst", "Led"):
        assert [name for name in HOMES for line in lines if line.startswith(f"{work} on {name}: ")] == [
            *HOMES
        ]


@pytest.mark.parametrize("name", [BARE_PAGE, SEALING, BARE_INSERT])
def test_what_asks_no_database_of_kiosk_is_printed_once(lines: list[str], name: str) -> None:
    assert [line for line in lines if re.fullmatch(f"  {name}{FIGURE}", line)]


@pytest.mark.parametrize("name", [ANSWER, BADGE_OF_FEW, BADGE_OF_MANY, BADGE_OF_BUSY, LONG_QUEUE])
def test_every_cost_is_printed_with_its_ratio_to_a_bare_page_in_each_home(
    lines: list[str], name: str
) -> None:
    assert [line for line in lines if re.fullmatch(f"  {name}{FIGURES}", line)]


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        (START, "0.6"),
        (REPORT, "4.5"),
        ("lesson step", "1.2"),
        ("question", "1.2"),
        ("question with a scene", "2.2"),
        (ANSWER_BESIDE, "1.5"),
        ("report form, ks2", "1.4"),
        ("class grid", "4.0"),
        ("parents' Code", "1.5"),
        (SHORT_QUEUE, "12.0"),
        (QUEUE_BESIDE, "3.0"),
    ],
)
def test_what_a_page_should_cost_stands_beside_what_it_does(lines: list[str], name: str, goal: str) -> None:
    shown = f"  {name}{FIGURES}   to reach {re.escape(goal)}"
    assert [line for line in lines if re.fullmatch(shown, line)]


def test_the_bare_page_is_as_long_as_it_says(tmp_path: Path) -> None:
    assert 9_500 <= len(bare_app(tmp_path).test_client().get("/").data) <= 10_500


def test_the_bare_page_that_something_is_sent_to_keeps_one_row_each_time(tmp_path: Path) -> None:
    browser = bare_app(tmp_path).test_client()
    for choice in "ab":
        assert browser.post(INSERT_PATH, data={"choice": choice}).data == browser.get("/").data
    kept = sqlite3.connect(tmp_path / "bare.sqlite")
    assert kept.execute("SELECT choice FROM kept ORDER BY id").fetchall() == [("a",), ("b",)]
    kept.close()


@pytest.mark.parametrize(
    ("name", "visits"), [(SENT, 2), (FORM_OPENED, 2), (QUIZ, 2), (QUEUE, 1), (ALL, 5), (PLAIN, 7)]
)
def test_every_kind_of_visit_of_the_burst_is_answered_and_printed(
    lines: list[str], name: str, visits: int
) -> None:
    shown = rf"  {name} +(\d+) visits   p50 +\d+ ms   p95 +\d+ ms   p99 +\d+ ms   0 failures"
    found = [found for line in lines if (found := re.fullmatch(shown, line))]
    assert len(found) == len(HOMES)
    assert all(int(each[1]) >= visits - 1 for each in found)


def test_the_aim_stands_beside_what_was_measured(lines: list[str]) -> None:
    shown = [line for line in lines if "allowed: p95" in line]
    assert len(shown) == 2 * len(HOMES)
    for sent, line in zip(shown[::2], shown[1::2], strict=True):
        assert re.fullmatch(r"  allowed: p95 2100 ms; measured: p95 \d+ ms", sent)
        assert re.fullmatch(
            r"  allowed: p95 500 ms and 0 failures; measured: p95 \d+ ms and 0 failures", line
        )


def test_classes_that_are_led_are_printed_beside_what_is_allowed(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert re.search(r"all in, from the teacher's first tap +\d+\.\d s   allowed 60 s", text)
    assert re.search(r'on the step, from "Next step"  p50 +\d+ ms   p95 +\d+ ms   allowed 2000 ms', text)
    assert re.search(r"  \d+ requests   p95 +\d+ ms   allowed 500 ms   0 failures", text)
    assert re.search(r"for each tablet and minute +\d+ ms", text)
