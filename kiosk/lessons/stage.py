"""The pictures of one lesson: its scenes by their ids, and the heads that its cards show, all drawn once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.page import Block
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import Source, check
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.figure import Look, bust, crowd
from kiosk.lessons.scenes.scene import Scene, SceneFile, draw_scene, scene_faults
from kiosk.wording.facts import Filling

Heads = tuple[str, ...]  # such as ("leo thinking",): who, and with which face


@dataclass(frozen=True)
class Stage:
    """What a lesson's pages show besides words and the pictures of pictures.yml."""

    scenes: Mapping[str, Scene] = field(default_factory=dict)
    heads: Mapping[Heads, Markup] = field(default_factory=dict)
    walkers: Mapping[str, Markup] = field(default_factory=dict)  # whole figures on their way, by who and face

    def card(self, question_id: str, card_id: str) -> Markup:
        """The picture on a card of a question, whose words stand beside it."""
        return self.scenes[f"{question_id} {card_id}"].silent

    def head(self, *who: str) -> Markup:
        """One head, or up to three together."""
        return self.heads[who]


def read_scene(
    block: Block, source: Source, cast: Cast, band: Band, filling: Filling
) -> tuple[Scene | None, list[ContentProblem]]:
    """The scene of a block, drawn; or its problems."""
    try:
        file = check(source, SceneFile, filling)
    except ContentError as error:
        return None, list(error.problems)
    if faults := scene_faults(file, cast, band):
        return None, [ContentProblem(source.path, block.line, fault) for fault in faults]
    return draw_scene(block.id, file, cast, band), []


def named_scenes(source: Source) -> Iterator[tuple[int, str]]:
    """Every scene that a thing to do names, with its line."""
    for where, key, value in _walk_keys(source.data):
        if key in {"scene", "sheet"} and isinstance(value, str) and value:
            yield source.line(*where, key), value
        elif key == "panels" and isinstance(value, list):
            yield from ((source.line(*where, key, place), name) for place, name in enumerate(value))


def named_heads(source: Source) -> Iterator[tuple[int, Heads]]:
    """Every head or group of heads that a thing to do shows, with its line."""
    for where, key, value in _walk_keys(source.data):
        if key == "faces" and isinstance(value, list) and value:
            yield source.line(*where, key), tuple(value)
        elif key == "who" and isinstance(value, str) and value:
            said = value if " " in value else f"{value} {_value_beside(source.data, where, 'face') or 'glad'}"
            yield source.line(*where, key), (said,)


def draw_heads(
    named: Iterable[tuple[int, Heads]], cast: Cast, band: Band
) -> tuple[dict[Heads, Markup], list[tuple[int, str]]]:
    """The drawings of heads, and for each that cannot be drawn its line and why."""
    drawn: dict[Heads, Markup] = {}
    faults = []
    for line, heads in named:
        looks = []
        for said in heads:
            name, _space, face = said.partition(" ")
            person = cast.find(name, band)
            if person is None:
                faults.append((line, cast.nobody(name, band)))
            elif face not in cast.faces:
                faults.append(
                    (line, f'"{said}": after the name comes a face, one of {", ".join(cast.faces)}')
                )
            else:
                looks.append(Look(person, face))
        if len(looks) == len(heads):
            drawn[heads] = bust(cast, looks[0], band) if len(looks) == 1 else crowd(cast, looks, band)
    return drawn, faults


def _walk_keys(
    data: Any, where: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield where, key, value
            yield from _walk_keys(value, (*where, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _walk_keys(value, (*where, place))


def _value_beside(data: Any, where: tuple[str | int, ...], key: str) -> str:
    for step in where:
        data = data[step]
    return str(data.get(key, ""))
