"""A scene: a place, up to three figures and one thing, drawn when it is first looked at and kept."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Annotated, Any, Literal

from markupsafe import Markup
from pydantic import Field

from kiosk.bands import Band
from kiosk.content.source import Identifier, Schema, Text
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.figure import DAYLIGHT, SITS, STANDS, Look, Turn, draw_figure, svg_image
from kiosk.lessons.scenes.paint import fill_colours, outline_colours, quieten_colours
from kiosk.lessons.scenes.place import FLOOR, HEIGHT, draw_place, screen_light
from kiosk.wording.facts import Prose

Shape = Literal["four", "wide"]
Share = Annotated[float, Field(ge=0, le=1)]
Outcome = Literal["right", "again"]

MOST_SPEAKERS = 2
WIDTHS = {"four": 480, "wide": 672}
_SPOTS = {0: (), 1: (0.5,), 2: (0.32, 0.68), 3: (0.2, 0.5, 0.8)}  # where figures stand that say nothing of it
_SIZE = 1.15  # of figures; smaller where somebody speaks, as no head may be
_SKY = 122  # above this
_PROP_BOTTOM = 6  # a prop ends so far below its middle
_HELD_BOTTOM = 18  # things that can be held end so far below their middle
_THING = 100, 90  # the size of the picture of a thing alone
_STEP = 10  # speech is placed by tenths of the width


class Change(Schema):
    """What is different about a figure after an answer; all else stays."""

    who: Identifier
    pose: str | None = None
    face: str | None = None
    at: Share | None = None
    turn: Turn | None = None
    holds: str | None = None
    says: Prose | None = None


class Overlay(Schema):
    """A scene after an answer: the same people in the same place, and what the choice did."""

    figures: tuple[Change, ...] = ()
    prop: str | None = None
    prop_at: Share | None = None
    alt: Text


class Figure(Schema):
    """A person in a scene, as the lesson file describes them."""

    who: Identifier
    pose: str = "stand"
    face: str = "smile"
    at: Share | None = None
    turn: Turn = ""
    holds: str = ""
    says: Prose | None = None


class CardScene(Schema):
    """Who does what where, as a picture on a card, whose words say it all."""

    place: Identifier
    figures: Annotated[tuple[Figure, ...], Field(max_length=3)] = ()
    prop: str = ""
    prop_at: Share = 0.88

    def whole(self) -> "SceneFile":
        """The scene of the card, wide, with nothing to say."""
        written = {name: getattr(self, name) for name in CardScene.model_fields}
        return SceneFile.model_construct(**written, shape="wide", alt="")


class SceneFile(CardScene):
    """A scene as its block in the lesson file describes it; `right` and `again` are what answers change."""

    shape: Shape = "four"
    alt: Text
    right: Overlay | None = None
    again: Overlay | None = None

    def spots(self) -> tuple[float, ...]:
        """Where each figure stands, as a share of the width."""
        usual = _SPOTS[len(self.figures)]
        return tuple(
            one.at if one.at is not None else spot for one, spot in zip(self.figures, usual, strict=True)
        )

    def overlays(self) -> dict[Outcome, Overlay]:
        """The changes that are written, by what brings them."""
        written: dict[Outcome, Overlay | None] = {"right": self.right, "again": self.again}
        return {outcome: overlay for outcome, overlay in written.items() if overlay}

    def after(self, outcome: Outcome) -> "SceneFile":
        """The scene once an answer is given: the same one where no change is written."""
        overlay = self.overlays().get(outcome)
        if overlay is None:
            return self
        changes = {one.who: _written(one) for one in overlay.figures}
        # What was said before the answer is not said again.
        figures = tuple(
            one.model_copy(update={"at": spot, "says": None, **changes.get(one.who, {})})
            for one, spot in zip(self.figures, self.spots(), strict=True)
        )
        return self.model_copy(update={**_written(overlay), "figures": figures})


@dataclass(frozen=True)
class SpokenWords:
    """Words spoken in a scene, printed over the picture; the speaker stands `tenth` tenths across it."""

    who: str
    words: Markup
    tenth: int


@dataclass(frozen=True)
class Scene:
    """A picture of the story and the words spoken in it."""

    id: str
    shape: Shape
    alt: str
    said: tuple[SpokenWords, ...]
    draw: Callable[[Shape], str] = field(compare=False, repr=False)  # what stands inside the SVG
    states: dict[Outcome, "Scene"] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def drawing(self) -> Markup:
        """The SVG with its own text alternative."""
        return svg_image(self._inside, self._box, self.alt)

    @cached_property
    def silent(self) -> Markup:
        """The SVG hidden from screen readers, for use beside a description."""
        return svg_image(self._inside, self._box, "")

    @cached_property
    def outline(self) -> Markup:
        """The SVG in dark lines on white, to be printed and coloured in by hand."""
        return svg_image(outline_colours(self._inside), self._box, self.alt)

    def after(self, outcome: Outcome) -> "Scene":
        """The picture after an answer: people as that changed them, or this picture where nothing is said of it."""
        return self.states.get(outcome, self)

    @cached_property
    def widened(self) -> "Scene":
        """The same in a wide picture, for where there is more width than height."""
        return replace(self, shape="wide")

    def cut(self, box: str) -> Markup:
        """A part of the picture, hidden from screen readers: where there is room for faces alone."""
        return svg_image(self._inside, box, "")

    @cached_property
    def _inside(self) -> str:
        return self.draw(self.shape)

    @property
    def _box(self) -> str:
        return f"0 0 {WIDTHS[self.shape]} {HEIGHT}"


def scene_faults(file: SceneFile, cast: Cast, band: Band) -> list[str]:
    """The mistakes in a scene for which it cannot be drawn, as sentences."""
    overlays = file.overlays().values()
    changes = [one for overlay in overlays for one in overlay.figures]
    held, there = cast.things("holds"), dict.fromkeys(one.who for one in file.figures)
    props = dict.fromkeys([*cast.things("prop"), *held])
    named: list[tuple[str, str | None, Collection[str]]] = [
        ("place", file.place, cast.places),
        *(("prop", prop, props) for prop in (file.prop, *(overlay.prop for overlay in overlays))),
    ]
    looks: list[Figure | Change] = [*file.figures, *changes]
    for one in looks:
        named += [("pose", one.pose, cast.poses), ("face", one.face, cast.faces)]
        named.append(("thing to hold", one.holds, held))
    faults = [
        f'there is no {what} "{name}"; there are {", ".join(known)}'
        for what, name, known in named
        if name and name not in known
    ]
    faults += [cast.nobody(who, band) for who in there if cast.find(who, band) is None]
    faults += [
        f'"{one.who}" is not in the scene that this changes' for one in changes if one.who not in there
    ]
    if len([one for one in file.figures if one.says]) > MOST_SPEAKERS:
        faults.append(f"at most {MOST_SPEAKERS} speak in a scene")
    return faults


def draw_scene(id: str, file: SceneFile, cast: Cast, band: Band) -> Scene:
    """The picture of a scene without faults, with the pictures of what answers change."""
    after = {outcome: file.after(outcome) for outcome in file.overlays()}
    # Figures keep their size as the picture changes.
    speaking = any(one.says for state in (file, *after.values()) for one in state.figures)
    states = {outcome: _picture(id, state, cast, band, speaking=speaking) for outcome, state in after.items()}
    return _picture(id, file, cast, band, speaking=speaking, states=states)


def draw_thing(cast: Cast, thing: str, band: Band) -> Markup:
    """One thing alone as a picture that says nothing to a screen reader; empty if no such thing is drawn."""
    standing = cast.part(f"prop-{thing}")
    drawing = standing or cast.part(f"holds-{thing}")
    if not drawing:
        return Markup("")
    wide, high = _THING
    down = _PROP_BOTTOM if standing else _HELD_BOTTOM
    box = f"{-wide // 2} {down + 2 - high} {wide} {high}"
    return svg_image(quieten_colours(fill_colours(drawing, screen=DAYLIGHT), band), box, "")


def _picture(
    id: str,
    file: SceneFile,
    cast: Cast,
    band: Band,
    *,
    speaking: bool,
    states: dict[Outcome, Scene] | None = None,
) -> Scene:
    said = tuple(
        SpokenWords(one.who.replace("-", " ").title(), one.says, _tenth(at))
        for one, at in zip(file.figures, file.spots(), strict=True)
        if one.says
    )
    draw = partial(_draw_inside, file, cast, band, speaking=speaking)
    return Scene(id, file.shape, file.alt, said, draw, states or {})


def _draw_inside(written: SceneFile, cast: Cast, band: Band, shape: Shape, *, speaking: bool) -> str:
    file = written.model_copy(update={"shape": shape})
    behind, front = draw_place(cast, file.place, WIDTHS[file.shape])
    figures = "".join(_draw_figures(file, cast, band, speaking=speaking))
    return quieten_colours(behind + figures + front + _draw_prop(file, cast), band)


def _draw_figures(file: SceneFile, cast: Cast, band: Band, *, speaking: bool) -> Iterator[str]:
    screen, place = screen_light(cast, file.place), cast.places[file.place]
    people = [person for one in file.figures if (person := cast.find(one.who, band))]
    size = min(_SIZE, *((FLOOR - _SKY) / person.height for person in people)) if speaking else _SIZE
    for at, one, person in zip(file.spots(), file.figures, people, strict=True):
        own, x = size * person.size, f"{at * WIDTHS[file.shape]:.0f}"
        down = FLOOR - STANDS * own
        if cast.poses[one.pose].sits and "wheelchair" not in person.has:
            down = place.seat - SITS * own
            if place.chair:
                chair = cast.part(place.chair)
                yield f'<g transform="translate({x} {FLOOR}) scale({own:.3g})">{chair}</g>'
        blinks = one is file.figures[0]  # nobody else, so that a picture stays still
        inside = draw_figure(cast, Look(person, one.face, one.pose, one.holds, one.turn, blinks), screen)
        yield f'<g transform="translate({x} {down:.1f}) scale({own:.3g})">{inside}</g>'


def _draw_prop(file: SceneFile, cast: Cast) -> str:
    if not file.prop:
        return ""
    place, x = cast.places[file.place], file.prop_at * WIDTHS[file.shape]
    table = fill_colours(cast.part(place.table))
    own = cast.part(f"prop-{file.prop}")
    y = place.props - (0 if own else _HELD_BOTTOM * _SIZE)
    drawing = fill_colours(own or cast.part(f"holds-{file.prop}"), screen=screen_light(cast, file.place))
    prop = f'<g transform="translate({x:.0f} {y:.0f}) scale({_SIZE})">{drawing}</g>'
    return (f'<g transform="translate({x:.0f} {FLOOR + 6})">{table}</g>' if table else "") + prop


def _written(change: Change | Overlay) -> dict[str, Any]:
    return {name: value for name in type(change).model_fields if (value := getattr(change, name)) is not None}


def _tenth(share: float) -> int:
    return min(max(round(share * _STEP), 1), _STEP - 1)
