"""Draws somebody: the middle of the head is 0,0, the chest ends at 116. The order of parts is what lies over what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.lessons.drawing import said_as
from kiosk.lessons.scenes.cast import Cast, Person
from kiosk.lessons.scenes.paint import CLOTH, HAIR, INK, INK_WIDTH, SKINS, fill_colours, quieten_colours

HEAD, SHOULDERS, LOWER = 0.82, 1.12, -13  # an older person, beside a small one
DAYLIGHT = "#e0f0f0"  # what a screen shows
_HANDS = {"mole": "#f19c8f", "badger": "#5b6f78"}
_BUST = "-58 -58 116 116"
# Where three heads stand in one picture: two behind, one in front.
_CROWD, _CROWD_BOX, _CROWD_SIZE = ((-32, -14), (32, -14), (0, 14)), "-74 -62 148 148", 0.72


@dataclass(frozen=True)
class Look:
    """How a figure looks in one picture: who it is, the face, the pose of the arms, and what is held."""

    person: Person
    face: str = "glad"
    pose: str = "down"
    holds: str = ""


def draw_figure(cast: Cast, look: Look, screen: str = DAYLIGHT) -> str:
    """The drawing of somebody, without the tag around it; `screen` is the colour of a screen that is held."""
    person = look.person
    skin, cheek = SKINS[person.skin]
    cloth = CLOTH[person.colour]
    colours = {
        "skin": skin if person.kind == "person" else cloth,
        "cheek": cheek,
        "top": cloth,
        "trim": CLOTH[person.trim],
        "hair": HAIR[person.hue],
        "hairline": "rgb(255 255 255 / 0.35)",
        "accent": CLOTH["coral"],
        "hand": skin if person.kind == "person" else _HANDS.get(person.kind, cloth),
        "eye": "#fff" if person.kind == "badger" else INK,
        "screen": screen,
    }
    return fill_colours(_assemble_figure(cast, person, look), **colours)


def bust(cast: Cast, look: Look, band: Band) -> Markup:
    """One head and shoulders as a picture; it says nothing to a screen reader, as words stand beside it."""
    return svg_image(quieten_colours(draw_figure(cast, look), band), _BUST, "")


def crowd(cast: Cast, looks: Sequence[Look], band: Band) -> Markup:
    """Up to three heads in one picture: what is done is seen by all of them."""
    heads = "".join(
        f'<g transform="translate({x} {y}) scale({_CROWD_SIZE})" stroke-width="3.2">{draw_figure(cast, look)}</g>'
        for look, (x, y) in zip(looks, _CROWD, strict=False)
    )
    return svg_image(quieten_colours(heads, band), _CROWD_BOX, "")


def svg_image(inside: str, box: str, alt: str) -> Markup:
    """A whole drawing: an image called `alt`, or hidden from screen readers where that is empty."""
    line = f'stroke="{INK}" stroke-width="{INK_WIDTH}" stroke-linecap="round" stroke-linejoin="round"'
    # Parts of our own, which hold no script, style or outside address.
    return Markup(  # nosec B704
        f'<svg class="art" viewBox="{box}" {said_as(alt)} focusable="false"><g {line}>{inside}</g></svg>'
    )


def _assemble_figure(cast: Cast, person: Person, look: Look) -> str:
    hair = f"hair-{person.hair}"
    behind = [f"back-{person.kind}", *(["has-wheelchair"] if "wheelchair" in person.has else [])]
    body = [
        "body",
        f"top-{person.top}",
        *([f"holds-{look.holds}", "arms-hold"] if look.holds else [f"arms-{look.pose}"]),
    ]
    # A hijab lies over the face's edge, all other hair under glasses.
    head = [
        "head" if person.kind == "person" else f"head-{person.kind}",
        *([f"{hair}-front"] if person.hair and person.hair != "hijab" else []),
        *(["has-freckles"] if "freckles" in person.has else []),
        *(["lens"] if "glasses" in person.has and person.kind == "person" else []),
        "face-glad-tall" if look.face == "glad" and person.older else f"face-{look.face}",
        *([f"{hair}-front"] if person.hair == "hijab" else []),
        *(f"has-{one}" for one in person.has if one in {"glasses", "hearing-aid"}),
        f"nose-{person.kind}",
    ]
    if not person.older:
        return _join_parts(cast, [*behind, f"{hair}-back", *body, *head])
    return (
        _scale_drawing(_join_parts(cast, behind), SHOULDERS, LOWER)
        + _scale_drawing(_join_parts(cast, [f"{hair}-back"]), HEAD)
        + _scale_drawing(_join_parts(cast, body), SHOULDERS, LOWER)
        + _scale_drawing(_join_parts(cast, head), HEAD)
    )


def _scale_drawing(inside: str, size: float, down: int = 0) -> str:
    # Outlines keep their width when a part of the drawing is made larger or smaller.
    move = f"translate(0 {down}) " if down else ""
    return (
        f'<g transform="{move}scale({size})" stroke-width="{INK_WIDTH / size:.2f}">{inside}</g>'
        if inside
        else ""
    )


def _join_parts(cast: Cast, ids: Iterable[str]) -> str:
    return "".join(cast.part(id) for id in ids)
