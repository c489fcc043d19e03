"""Scenarios: a short story in which a child makes choices, and every way ends safely."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from markupsafe import Markup

from kiosk.content.page import Block
from kiosk.content.problem import ContentProblem

_QUOTED = r'"((?:[^"\\]|\\.)+)"'
_NODE = re.compile(rf"- ([a-z0-9-]+): {_QUOTED}(?: (?:-> ([a-z0-9-]+)|(end)))?\s*")
_CHOICE = re.compile(rf"\s+- {_QUOTED} -> ([a-z0-9-]+)\s*")


@dataclass(frozen=True)
class Choice:
    """One thing a child may choose, and the part of the story it leads to."""

    id: str  # a, b, c ... in the order written
    label: Markup
    to: str


@dataclass(frozen=True)
class Node:
    """One part of the story, followed by choices, by the next part, or by the end."""

    id: str
    text: Markup
    choices: tuple[Choice, ...]
    next: str
    end: bool
    line: int

    @property
    def targets(self) -> tuple[str, ...]:
        """Ids of the parts that may follow."""
        return (self.next,) if self.next else tuple(choice.to for choice in self.choices)


@dataclass(frozen=True)
class Scenario:
    """The whole story, each part by its id."""

    id: str
    start: str
    nodes: Mapping[str, Node]
    kind: Literal["scenario"] = "scenario"

    @cached_property
    def longest_way(self) -> int:
        """The number of parts on the longest way."""
        return self._length(self.start)

    def _length(self, id: str) -> int:
        return 1 + max((self._length(target) for target in self.nodes[id].targets), default=0)


def read_scenario(
    block: Block, fill: Callable[[str], Markup], problem: Callable[[int, str], ContentProblem]
) -> tuple[Scenario | None, list[ContentProblem]]:
    """The scenario of a block, or its problems: syntax, dead ends, loops, unreachable parts."""
    nodes, problems = _read_nodes(block, fill, problem)
    start = block.attributes.get("start", "")
    if start not in nodes:
        problems.append(problem(block.line, f'start="{start}" is no part of this scenario'))
    for node in nodes.values():
        problems += [
            problem(node.line, f'"{node.id}" leads to "{target}", which is not here')
            for target in node.targets
            if target not in nodes
        ]
        if not node.targets and not node.end:
            problems.append(problem(node.line, f'"{node.id}" is a dead end; give choices, -> or end'))
        if node.choices and (node.next or node.end):
            problems.append(problem(node.line, f'"{node.id}" has choices, so it has no -> or end of its own'))
    if problems:
        return None, problems
    problems = _way_problems(nodes, start, problem)
    return (None if problems else Scenario(block.id, start, nodes)), problems


def _read_nodes(
    block: Block, fill: Callable[[str], Markup], problem: Callable[[int, str], ContentProblem]
) -> tuple[dict[str, Node], list[ContentProblem]]:
    nodes: dict[str, Node] = {}
    problems = []
    last = ""
    for number, line in enumerate(block.text.split("\n"), block.line + 1):
        if not line.strip():
            continue
        if match := _NODE.fullmatch(line):
            last, text, following, end = match.groups()
            if last in nodes:
                problems.append(problem(number, f'"{last}" appears here twice'))
            nodes[last] = Node(last, fill(_unquote(text)), (), following or "", bool(end), number)
        elif (match := _CHOICE.fullmatch(line)) and last:
            node = nodes[last]
            choice = Choice(chr(ord("a") + len(node.choices)), fill(_unquote(match[1])), match[2])
            nodes[last] = Node(last, node.text, (*node.choices, choice), node.next, node.end, node.line)
        else:
            problems.append(
                problem(number, 'write - id: "words" -> id, or - id: "words" end, or   - "choice" -> id')
            )
    return nodes, problems


def _way_problems(
    nodes: Mapping[str, Node], start: str, problem: Callable[[int, str], ContentProblem]
) -> list[ContentProblem]:
    """Loops, and parts that cannot be reached."""
    problems = []
    reached: set[str] = set()
    finished: set[str] = set()

    def walk(id: str, behind: tuple[str, ...]) -> None:
        reached.add(id)
        for target in nodes[id].targets:
            if target in (*behind, id):
                problems.append(
                    problem(nodes[id].line, f'"{id}" leads back to "{target}": a loop without an end')
                )
            elif target not in finished:
                walk(target, (*behind, id))
        finished.add(id)

    walk(start, ())
    lost = [node for node in nodes.values() if node.id not in reached]
    return problems + [problem(node.line, f'no way leads to "{node.id}"') for node in lost]


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
