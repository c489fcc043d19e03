"""Scenarios: every way a child may choose leads to an end."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from kiosk.content.page import Block
from kiosk.content.problem import ContentProblem
from kiosk.lessons.scenario import Scenario, read_scenario

GOOD = """\
- n1: "What now?"
  - "Ask \\"Badger\\"" -> n2
  - "Go on" -> n3
- n3: "You can still ask." -> n2
- n2: "Badger helps." end
"""


def read(text: str, start: str = "n1") -> tuple[Scenario | None, list[str]]:
    block = Block("scenario", "c1", {"start": start}, text, 10)
    scenario, problems = read_scenario(
        block, escape, lambda line, message: ContentProblem(Path("a.md"), line, message)
    )
    return scenario, [f"{problem.line}: {problem.message}" for problem in problems]


def test_a_story_has_parts_choices_and_an_end() -> None:
    scenario, problems = read(GOOD)
    assert problems == [] and scenario
    first = scenario.nodes["n1"]
    assert [(choice.id, choice.label, choice.to) for choice in first.choices] == [
        ("a", Markup("Ask &#34;Badger&#34;"), "n2"),
        ("b", Markup("Go on"), "n3"),
    ]
    assert scenario.nodes["n3"].next == "n2"
    assert scenario.nodes["n2"].end
    assert scenario.longest_way == 3


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("- n2:", "- n9:", '11: "n1" leads to "n2", which is not here'),
        ('"Badger helps." end', '"Badger helps."', '15: "n2" is a dead end'),
        ('"Badger helps." end', '"Badger helps." -> n3', "a loop without an end"),
        ("-> n3", "-> n2", '14: no way leads to "n3"'),
        ('"What now?"', '"What now?" end', '11: "n1" has choices'),
        ("- n3:", "- n1:", '14: "n1" appears here twice'),
        ("- n2: ", "* n2: ", "15: write - id:"),
    ],
)
def test_a_story_that_does_not_end_well_is_refused(old: str, new: str, problem: str) -> None:
    text = GOOD.replace(old, new, 1)
    scenario, problems = read(text)
    assert scenario is None
    assert any(found.startswith(problem) or problem in found for found in problems), problems


def test_the_start_must_be_a_part() -> None:
    scenario, problems = read(GOOD, start="n7")
    assert scenario is None
    assert problems[0] == '10: start="n7" is no part of this scenario'


@given(st.text(alphabet='- n12:"\\>end\n ', max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    scenario, problems = read(text)
    assert (scenario is None) == bool(problems)


@given(st.lists(st.lists(st.integers(0, 5), max_size=3), min_size=1, max_size=6))
def test_a_story_is_taken_only_if_every_way_ends(targets: list[list[int]]) -> None:
    lines = []
    for index, choices in enumerate(targets):
        lines.append(f'- n{index}: "Part"' + ("" if choices else " end"))
        lines += [f'  - "Choice {place}" -> n{choice}' for place, choice in enumerate(choices)]
    scenario, problems = read("\n".join(lines), start="n0")
    assert (scenario is None) == bool(problems)
    if scenario:
        assert scenario.longest_way <= len(targets)
        assert all(target in scenario.nodes for node in scenario.nodes.values() for target in node.targets)
