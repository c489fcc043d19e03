"""A scene: a place, up to three figures and one thing, drawn once when the lesson is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field

from kiosk.bands import Band
from kiosk.content.source import Identifier, Schema, Text
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.figure import DAYLIGHT, Look, draw_figure, svg_image
from kiosk.lessons.scenes.paint import INK_WIDTH, fill_colours, quieten_colours
from kiosk.wording.facts import Prose

Face = Literal["glad", "thinking", "worried", "hurt", "cross"]
Held = Literal["tablet", "phone", "book", "drawing", "cup"]
Shape = Literal["four", "wide"]

MOST_SPEAKERS = 2
LAMPLIGHT = "#fff6d8"  # what a screen shows at night
_FLOOR, _CHEST, _HEIGHT, _PROP_FLOOR = 248, 116, 270, 244
_BUILDS = {"small": 1.0, "tall": 1.04, "grown": 1.12}
_SPEAKING = 0.84  # the scale of figures where somebody speaks, to leave room above the heads
_SIZES = {"four": {0: 1.0, 1: 1.3, 2: 1.2, 3: 1.0}, "wide": {0: 1.0, 1: 1.3, 2: 1.2, 3: 1.12}}
_BOXES = {"four": (180, 360), "wide": (0, 720)}  # where the picture begins, and how wide it is
_PLACES = {
    "four": {1: (360,), 2: (290, 430), 3: (252, 360, 468)},
    "wide": {1: (360,), 2: (250, 470), 3: (180, 360, 540)},
}
_PROPS = {"start": 0.12, "middle": 0.5, "end": 0.88}


class Figure(Schema):
    """A person in a scene, as the lesson file describes them."""

    who: Identifier
    face: Face = "glad"
    pose: Literal["down", "up"] = "down"
    holds: Held | Literal[""] = ""
    says: Prose | None = None


class SceneFile(Schema):
    """A scene as its block in the lesson file describes it."""

    place: Identifier
    figures: Annotated[tuple[Figure, ...], Field(max_length=3)] = ()
    prop: str = ""
    prop_at: Literal["start", "middle", "end"] = "end"
    shape: Shape = "four"
    alt: Text


@dataclass(frozen=True)
class SpokenWords:
    """Words spoken in a scene, printed over the picture; the speaker is figure number `place` of `among`."""

    who: str
    words: Markup
    place: int  # 1 is the first in reading order
    among: int


@dataclass(frozen=True)
class Scene:
    """A picture of the story and the words spoken in it."""

    id: str
    shape: Shape
    alt: str
    drawing: Markup  # the SVG with its own text alternative
    silent: Markup  # the SVG hidden from screen readers, for use beside a description
    said: tuple[SpokenWords, ...]


def scene_faults(file: SceneFile, cast: Cast, band: Band) -> list[str]:
    """The mistakes in a scene for which it cannot be drawn, as sentences."""
    faults = []
    if file.place not in cast.places:
        faults.append(f'there is no place "{file.place}"; there are {", ".join(cast.places)}')
    for one in file.figures:
        if cast.find(one.who, band) is None:
            faults.append(f'nobody is called "{one.who}" in {band}; there are {", ".join(cast.names(band))}')
    if file.prop and file.prop not in cast.things("prop"):
        faults.append(f'there is no prop "{file.prop}"; there are {", ".join(cast.things("prop"))}')
    if len([one for one in file.figures if one.says]) > MOST_SPEAKERS:
        faults.append(f"at most {MOST_SPEAKERS} speak in a scene")
    return faults


def draw_scene(id: str, file: SceneFile, cast: Cast, band: Band) -> Scene:
    """The picture of a scene without faults."""
    start, width = _BOXES[file.shape]
    screen = LAMPLIGHT if "night" in file.place else DAYLIGHT
    inside = quieten_colours(
        fill_colours(cast.part(file.place), screen=screen)
        + "".join(_draw_figures(file, cast, band, screen))
        + fill_colours(cast.part(f"{file.place}-front"))
        + (_draw_prop(file, cast, start, width, screen) if file.prop else ""),
        band,
    )
    box = f"{start} 0 {width} {_HEIGHT}"
    said = tuple(
        SpokenWords(one.who.replace("-", " ").title(), one.says, place, len(file.figures))
        for place, one in enumerate(file.figures, 1)
        if one.says
    )
    return Scene(id, file.shape, file.alt, svg_image(inside, box, file.alt), svg_image(inside, box, ""), said)


def _draw_figures(file: SceneFile, cast: Cast, band: Band, screen: str) -> Sequence[str]:
    count = len(file.figures)
    share = _SIZES[file.shape][count] * (_SPEAKING if any(one.says for one in file.figures) else 1)
    pieces = []
    for across, one in zip(_PLACES[file.shape].get(count, ()), file.figures, strict=True):
        person = cast.find(one.who, band)
        assert person is not None, "a scene without faults"
        size = _BUILDS[person.build] * share
        down = _FLOOR - _CHEST * size
        inside = draw_figure(cast, Look(person, one.face, one.pose, one.holds), screen)
        place = f"translate({across} {down:.1f}) scale({size:.2f})"
        pieces.append(f'<g transform="{place}" stroke-width="{INK_WIDTH / size:.2f}">{inside}</g>')
    return pieces


def _draw_prop(file: SceneFile, cast: Cast, start: int, width: int, screen: str) -> str:
    across = start + width * _PROPS[file.prop_at]
    drawing = fill_colours(cast.part(f"prop-{file.prop}"), screen=screen)
    return f'<g transform="translate({across:.0f} {_PROP_FLOOR})">{drawing}</g>'
