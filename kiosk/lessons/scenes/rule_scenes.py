"""The pictures of a Code's rules, from content/conduct/<id>/scenes.yml: one for every language, and without words.

They stand beside the words that people approve and sign, so that another picture changes no version of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Identifier, check, read_source
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.figure import Look, bust
from kiosk.lessons.scenes.scene import Figure, Scene, SceneFile, draw_scene, scene_faults
from kiosk.wording.facts import Facts, Filling

FILE = "scenes.yml"


@dataclass(frozen=True)
class RuleScene:
    """The picture of one rule, who wonders beside its question, and who says why; no heads where nobody is in it."""

    scene: Scene
    asks: Markup
    says: Markup


RuleScenes = Mapping[tuple[str, str], RuleScene]  # by the ids of Code and rule


def read_rule_scenes(content_dir: Path, facts: Facts, cast: Cast) -> RuleScenes:
    """The pictures of every rule that has one; raises ContentError with all problems of all files."""
    found, problems = scan_rule_scenes(content_dir, facts, cast)
    raise_if_any(problems)
    return found


def scan_rule_scenes(content_dir: Path, facts: Facts, cast: Cast) -> tuple[RuleScenes, list[ContentProblem]]:
    """The pictures that can be drawn, and every problem of those that cannot."""
    found: dict[tuple[str, str], RuleScene] = {}
    problems: list[ContentProblem] = []
    for path in sorted((content_dir / "conduct").glob(f"*/{FILE}")):
        id = path.parent.name
        try:
            source = read_source(path)
            files = check(source, dict[Identifier, SceneFile], Filling(facts))
        except ContentError as error:
            problems += error.problems
            continue
        if id not in set(Band):
            problems.append(
                source.problem(f'"{id}" is no Code of children: those of adults have no pictures')
            )
            continue
        for rule, file in files.items():
            if faults := [*_words_in(file), *scene_faults(file, cast, Band(id))]:
                problems += [source.problem(fault, rule) for fault in faults]
            else:
                found[id, rule] = _draw(rule, file, cast, Band(id))
    return found, problems


def _words_in(file: SceneFile) -> list[str]:
    """Nobody approves these pictures for their words, and they are the same in each language."""
    states = (file, *map(file.after, file.overlays()))
    if any(one.says for state in states for one in state.figures):
        return ["nobody speaks in the picture of a rule: it is the same in every language"]
    return []


def _draw(rule: str, file: SceneFile, cast: Cast, band: Band) -> RuleScene:
    def head(one: Figure, face: str) -> Markup:
        person = cast.find(one.who, band)
        return bust(cast, Look(person, face), band) if person else Markup("")

    people = file.figures
    asks, says = (head(people[0], "thinking"), head(people[-1], "smile")) if people else (Markup(""),) * 2
    return RuleScene(draw_scene(rule, file, cast, band), asks, says)
