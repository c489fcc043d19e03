"""What a page costs is given for each home of databases, in their order, beside the same bare page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unittest.mock import patch

import pytest

from tools.bench.costs import BARE_INSERT, Cost, Effort, _beside, _Rounds
from tools.bench.crowd import Visit, Visitor
from tools.bench.lines import _cost
from tools.bench.pages import MeasuredPage
from tools.bench.served import Served

EFFORT = Effort(rounds=2, visits=3, connections=2)
MILLISECONDS = {1: 1.0, 2: 2.0, 3: 5.0}  # of processor for a request, by the port of a server


@dataclass(frozen=True)
class _Counted(Served):
    """A server whose requests cost exactly what they are said to cost."""

    spent: dict[int, float]

    def processor_seconds(self) -> float:
        return self.spent[self.port]


@pytest.fixture
def rounds() -> Iterator[_Rounds]:
    """A bare server and two of kiosk."""
    spent: dict[int, float] = defaultdict(float)

    def visit(crowd: Sequence[Visitor], port: int) -> None:
        spent[port] += sum(len(visitor.visits) for visitor in crowd) * MILLISECONDS[port] / 1000

    with patch("tools.bench.costs.go_together", visit):
        bare, *kiosks = (_Counted(port, 0, spent) for port in MILLISECONDS)
        yield _Rounds(bare, kiosks, EFFORT)


def _pages() -> list[MeasuredPage]:
    return [
        MeasuredPage(name, lambda _place: Visitor([Visit(0, "", "/")]), goal, most=2)
        for name, goal in (("one page", 4.0), ("another", None))
    ]


def _words(cost: Cost) -> str:
    return " ".join(_cost(cost).split())


def test_each_page_has_a_figure_for_each_home_beside_the_bare_page(rounds: _Rounds) -> None:
    one, another = rounds.costs([_pages(), _pages()])
    assert (one.name, one.goal, another.name, another.goal) == ("one page", 4.0, "another", None)
    for cost in (one, another):
        assert cost.milliseconds == pytest.approx([2.0, 5.0])
        assert cost.ratios == pytest.approx([2.0, 5.0])
    assert _words(one) == "one page 2.00 ms 2.0 times | 5.00 ms 5.0 times to reach 4.0"


def test_a_bare_insert_has_one_figure_and_each_home_stands_beside_it(rounds: _Rounds) -> None:
    (cost, _) = rounds.costs([_pages(), _pages()])
    insert = rounds.bare_insert()
    assert _words(insert) == f"{BARE_INSERT} 1.00 ms 1.0 times"
    assert _beside(cost, insert, "beside it", 1.5).ratios == pytest.approx([2.0, 5.0])
    assert _beside(cost, Cost("", [1.0, 2.5], [1, 1]), "beside each", 1.5).ratios == pytest.approx([2, 2])
