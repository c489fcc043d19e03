"""Branches: choices of a story that lead to the same words, or to a few words only (promise L21)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import escape

from kiosk.content.page import Block
from kiosk.content.problem import ContentProblem
from kiosk.content.readability import words
from kiosk.lessons.scenario import Node, Scenario, read_scenario
from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.wording import lower_words, place
from kiosk.linter.sameness.works import Work, inside

FEWEST_WORDS = 25


def check_branches(works: Sequence[Work]) -> Iterator[Finding]:
    """Find choices without a consequence of their own."""
    for work in works:
        for block in work.blocks:
            if block.name == "scenario":
                yield from _check_scenario(work.lesson_path, block)
            else:
                yield from _check_moves(work.lesson_path, block)


def _check_scenario(path: Path, block: Block) -> Iterator[Finding]:
    scenario, _ = read_scenario(block, escape, lambda line, message: ContentProblem(path, line, message))
    if scenario is None:  # another rule reports the reason
        return
    for node in scenario.nodes.values():
        lines = _lines_of_choices(block, node)
        met: dict[str, str] = {}
        for choice in node.choices:
            if choice.to in met:
                message = (
                    f"this choice leads to the same words as the one in {place(path, lines[met[choice.to]])}, "
                    "with nothing different on the way"
                )
                yield warning(path, lines[choice.id], "L21", message)
            met.setdefault(choice.to, choice.id)
        yield from _check_thin_part(path, scenario, node, lines)


def _lines_of_choices(block: Block, node: Node) -> dict[str, int]:
    below = list(enumerate(block.text.split("\n"), block.line + 1))[node.line - block.line :]
    lines = [number for number, text in below if text.strip()]
    return {choice.id: line for choice, line in zip(node.choices, lines, strict=False)}


def _check_thin_part(path: Path, scenario: Scenario, node: Node, lines: dict[str, int]) -> Iterator[Finding]:
    """A part of which all ways but the best are told in a few words, as nobody would stay on them."""
    ways = {choice.id: _own_words(scenario, choice.to, node, choice.id) for choice in node.choices}
    # The best is the way that the others come back to; if none does, the way with the most words.
    best = min(ways, key=lambda id: (ways[id] > 0, -ways[id]), default="")
    others = {id: count for id, count in ways.items() if id != best}
    if len(ways) > 1 and all(0 < count < FEWEST_WORDS for count in others.values()):
        counted = ", ".join(f"{count} in {place(path, lines[id])}" for id, count in others.items())
        message = f"each way but the best is told in fewer than {FEWEST_WORDS} words: {counted}"
        yield warning(path, node.line, "L21", message)


def _own_words(scenario: Scenario, start: str, node: Node, choice_id: str) -> int:
    """The words on the way of one choice before it meets the way of another."""
    elsewhere: set[str] = set()
    for choice in node.choices:
        if choice.id != choice_id:
            elsewhere |= _parts_reached(scenario, choice.to)
    own = _parts_reached(scenario, start) - elsewhere
    return sum(len(words(scenario.nodes[id].text.striptags())) for id in own)


def _parts_reached(scenario: Scenario, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting += scenario.nodes[id].targets
    return found


def _check_moves(path: Path, block: Block) -> Iterator[Finding]:
    """Moves of one block that are answered in the same words."""
    source = inside(block, path)
    told: dict[tuple[str, ...], str] = {}
    for moves in source.data.values() if source else ():
        for move in moves if isinstance(moves, list) else ():
            said = tuple(lower_words(str(move.get("then", "")))) if isinstance(move, dict) else ()
            if said and said in told:
                name, where = move.get("id", "one"), place(path, block.line)
                message = f'"{name}" is answered in the same words as "{told[said]}" in {where}'
                yield warning(path, block.line, "L21", message)
            elif said:
                told[said] = str(move.get("id", "one"))
