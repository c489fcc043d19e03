"""`kiosk bench` measures everything it promises and prints a line for each; how fast is no matter here."""

import re

import pytest

from kiosk.bench.burst import ALL, BARE, Size
from kiosk.bench.costs import REPORT, SEALING, START, Effort
from kiosk.bench.crowd import FORM_OPENED, QUEUE, QUIZ, SENT
from kiosk.bench.lines import bench_lines

SMALL = Size(tablets=2, classes=1, pupils=2, staff=1, seconds=1)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """What a small run prints."""
    return list(bench_lines(Effort(rounds=1, visits=1), SMALL))


@pytest.mark.parametrize("name", ["a bare Flask page", START, "report form, ks2", REPORT, SEALING])
def test_every_cost_is_printed_with_its_ratio_to_a_bare_page(lines: list[str], name: str) -> None:
    assert [line for line in lines if re.fullmatch(rf"  {name} +\d+\.\d\d ms +\d+\.\d times", line)]


def test_what_a_report_may_cost_stands_beside_what_it_does(lines: list[str]) -> None:
    (line,) = (line for line in lines if "may cost" in line)
    figures = {
        name: float(figure) for name, figure in re.findall(r"  (.+?) +(\d+\.\d\d) ms +", "\n".join(lines))
    }
    allowed, measured = re.findall(r"(\d+\.\d\d) ms", line)
    assert float(allowed) == pytest.approx(3 * figures[START] + figures[SEALING], abs=0.03)
    assert float(measured) == figures[REPORT]


@pytest.mark.parametrize(
    ("name", "visits"), [(SENT, 2), (FORM_OPENED, 2), (QUIZ, 2), (QUEUE, 1), (ALL, 7), (BARE, 7)]
)
def test_every_kind_of_visit_of_the_burst_is_answered_and_printed(
    lines: list[str], name: str, visits: int
) -> None:
    shown = rf"  {name} +(\d+) visits   p50 +\d+ ms   p95 +\d+ ms   p99 +\d+ ms   0 failures"
    (found,) = (found for line in lines if (found := re.fullmatch(shown, line)))
    assert int(found[1]) >= visits - 1


def test_the_aim_stands_beside_what_was_measured(lines: list[str]) -> None:
    (line,) = (line for line in lines if "allowed: p95" in line)
    assert re.fullmatch(r"  allowed: p95 500 ms and 0 failures; measured: p95 \d+ ms and 0 failures", line)
