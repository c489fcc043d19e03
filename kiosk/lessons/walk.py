"""A way through a scenario: the parts so far are carried in the address, and nothing is stored."""

import itertools
from dataclasses import dataclass

from kiosk.lessons.scenario import Node, Scenario


@dataclass(frozen=True)
class Walk:
    """How far a child has come in a scenario: the present part, and the parts that led there."""

    scenario: Scenario
    behind: tuple[str, ...]
    node: Node

    @property
    def way(self) -> str:
        """The ids of the parts so far, as the address carries them."""
        return ".".join([*self.behind, self.node.id])

    @property
    def way_back(self) -> str:
        """The way back to the previous part; empty at the start."""
        return ".".join(self.behind)

    def way_to(self, node_id: str) -> str:
        """The way on to the next part."""
        return f"{self.way}.{node_id}"

    def way_by(self, choice_id: str) -> str | None:
        """The way on after a choice; None for a choice that is not offered here."""
        return next((self.way_to(choice.to) for choice in self.node.choices if choice.id == choice_id), None)


def walk_along(scenario: Scenario, way: str) -> Walk:
    """The walk that a way in an address stands for; an invalid way leads to the start."""
    ids = way.split(".") if way else [scenario.start]
    if ids[0] != scenario.start:
        return walk_along(scenario, "")
    for here, there in itertools.pairwise(ids):
        if there not in scenario.nodes[here].targets:
            return walk_along(scenario, "")
    return Walk(scenario, tuple(ids[:-1]), scenario.nodes[ids[-1]])
