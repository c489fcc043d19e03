"""A way through a scenario: the parts met so far travel in the address, nothing is stored."""

import itertools
from dataclasses import dataclass

from kiosk.lessons.scenario import Node, Scenario


@dataclass(frozen=True)
class Walk:
    """Where somebody stands in a scenario, and the parts that led there."""

    scenario: Scenario
    behind: tuple[str, ...]
    node: Node

    @property
    def way(self) -> str:
        """The way so far, for an address."""
        return ".".join([*self.behind, self.node.id])

    @property
    def way_back(self) -> str:
        """The way to the part before this one; empty at the start."""
        return ".".join(self.behind)

    def way_to(self, node_id: str) -> str:
        """The way on to the next part."""
        return f"{self.way}.{node_id}"

    def way_by(self, choice_id: str) -> str | None:
        """The way on by a choice; None for one that is not on offer here."""
        return next((self.way_to(choice.to) for choice in self.node.choices if choice.id == choice_id), None)


def follow(scenario: Scenario, way: str) -> Walk:
    """Where a way leads; one that this scenario does not have begins again at the start."""
    ids = way.split(".") if way else [scenario.start]
    if ids[0] != scenario.start:
        return follow(scenario, "")
    for here, there in itertools.pairwise(ids):
        if there not in scenario.nodes[here].targets:
            return follow(scenario, "")
    return Walk(scenario, tuple(ids[:-1]), scenario.nodes[ids[-1]])
