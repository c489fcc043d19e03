"""Draws somebody: the middle of the head is 0,0, feet stand on 143, those who sit end at 127.

What lies over what: tail or chair, legs, body, worn, arm, held, hand, head, face.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.lessons.drawing import said_as
from kiosk.lessons.scenes.cast import Cast, Person, Point, Pose
from kiosk.lessons.scenes.head import Head
from kiosk.lessons.scenes.limbs import ANKLE, draw_foot, draw_hand, draw_limb
from kiosk.lessons.scenes.paint import CLOTH, HAIR, INK, INK_WIDTH, SKINS, fill_colours, quieten_colours

Turn = Literal["", "start", "end"]
Cut = Literal["feet", "chest", "neck"]  # all below is left out, as the picture ends there
STANDS, SITS = 143, 127  # how far below the middle of the head the floor is
DAYLIGHT = "#e0f0f0"  # what a screen shows
_TURNED = 7
_PROFILE_HEAD = 4  # how far forward a head seen from the side is
_OLDER_HEAD = "translate(0 4) scale(0.88)"
_HIP, _SHOULDER, _WIDTHS = 92, {True: 48, False: 44}, {True: (12, 14), False: (13, 15)}
_WHOLE = "-92 -76 184 224"
_BUSTS = {"person": "-49 -54 98 98", "squirrel": "-60 -69 120 120"}  # else:
_BUST = "-54 -58 108 108"
# Where three heads stand in one picture: two behind, one in front.
_CROWD, _CROWD_BOX, _CROWD_SIZE = ((-32, -14), (32, -14), (0, 14)), "-74 -66 148 148", 0.72


@dataclass(frozen=True)
class Look:
    """How a figure looks in one picture: who it is, the face, the pose, what is held, and to which side it turns."""

    person: Person
    face: str = "smile"
    pose: str = "stand"
    holds: str = ""
    turn: Turn = ""
    blinks: bool = False  # the eyes are a part of their own, which shuts now and then


def draw_figure(cast: Cast, look: Look, screen: str = DAYLIGHT, down_to: Cut = "feet") -> str:
    """The drawing of somebody, without the tag around it; `screen` is the colour of a screen that is held."""
    drawn = fill_colours(_Rig(cast, look, down_to).draw(), **_colours(cast, look.person, screen))
    drawn = drawn.replace(f' stroke="{INK}"', "")  # that of all lines
    return f'<g transform="scale(-1 1)">{drawn}</g>' if look.turn == "start" else drawn


def whole_figure(cast: Cast, look: Look, band: Band) -> Markup:
    """Somebody from head to foot as a picture; it says nothing to a screen reader, as words stand beside it."""
    return svg_image(quieten_colours(draw_figure(cast, look), band), _WHOLE, "")


def bust(cast: Cast, look: Look, band: Band) -> Markup:
    """One head and shoulders as a picture; it says nothing to a screen reader, as words stand beside it."""
    inside = quieten_colours(draw_figure(cast, look, down_to="neck"), band)
    return svg_image(inside, _BUSTS.get(look.person.kind, _BUST), "")


def crowd(cast: Cast, looks: Sequence[Look], band: Band) -> Markup:
    """Up to three heads in one picture: what is done is seen by all of them."""
    heads = "".join(
        f'<g transform="translate({x} {y}) scale({_CROWD_SIZE})" stroke-width="3.2">'
        f"{draw_figure(cast, look, down_to='chest')}</g>"
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


@dataclass(frozen=True)
class _Rig:
    """The parts of one figure that looks to the end side."""

    cast: Cast
    look: Look
    down_to: Cut

    @property
    def person(self) -> Person:
        return self.look.person

    @property
    def pose(self) -> Pose:
        return self.cast.poses[self.look.pose]

    @property
    def profile(self) -> bool:
        return self.pose.side

    def draw(self) -> str:
        far = self._arms(["start"]) if self.profile else ""
        whole = self.down_to == "feet"
        chair = whole and "wheelchair" in self.person.has
        body = [
            self._tail(),
            self._in_head(self.cast.part(f"hair-{self.person.hair}-back")),
            self.cast.part("chair-back") if chair else "",
            far,
            self._legs() if whole and not chair else "",
            self._torso(),
            self.cast.part("chair-front") if chair else "",
            *self._arms_and_head(),
        ]
        lean = self.pose.lean if whole and not chair else 0
        drawn = "".join(body)
        return f'<g transform="rotate({lean} 0 139)">{drawn}</g>' if lean else drawn

    def _tail(self) -> str:
        tail = self.cast.part(f"tail-{self.person.kind}")
        tail = (self.profile and self.cast.part(f"tail-{self.person.kind}-side")) or tail
        # It is behind whoever looks somewhere, and not under a hand that waves.
        away = bool(self.look.turn or self.pose.turn) or self.pose.raised == ("end",)
        return f'<g transform="scale(-1 1)">{tail}</g>' if tail and away else tail

    def _legs(self) -> str:
        width = _WIDTHS[self.person.is_person][1]
        hips: tuple[Point, Point] = ((-11, _HIP), (11, _HIP))
        limbs, feet = [], []
        for way, hip, (knee, foot) in zip((-1, 1), hips, self.pose.legs, strict=True):
            to = 0 if self.pose.sits else 1 if self.profile else way
            end = foot if self.pose.sits else (foot[0], foot[1] - ANKLE)
            limbs.append(draw_limb((hip, knee, end), width, "var(--legs)"))
            feet.append(draw_foot(foot, "var(--shoes)", to))
        skirt = self.cast.part("has-skirt") if "skirt" in self.person.has and not self.pose.sits else ""
        return "".join([*limbs, *feet, skirt])

    def _torso(self) -> str:
        torso = self.cast.part("torso" if self.person.is_person else "torso-animal")
        side = f"top-{self.person.top}-side" if self.profile else ""
        return torso + (self.cast.part(side) or self.cast.part(f"top-{self.person.top}"))

    def _arms_and_head(self) -> list[str]:
        head = self._in_head(
            Head(
                self.cast,
                self.person,
                self.look.face,
                self.pose.turn or (_TURNED if self.look.turn else 0),
                self.profile and not self.person.is_person,
                self.look.turn == "start",
                self.look.blinks,
            ).draw()
        )
        if self.profile:
            return [head, self._arms(["end"])]
        if self.down_to == "neck":
            return [head]
        low = [side for side in ("start", "end") if side not in self.pose.raised]
        return [self._arms(low), head, self._arms(self.pose.raised)]

    def _arms(self, sides: Sequence[str]) -> str:
        person = self.person.is_person
        shoulder, width = _SHOULDER[person], _WIDTHS[person][0]
        limbs, hands = [], []
        for side in sides:
            elbow, hand = self.pose.start if side == "start" else self.pose.end
            joint = (0, shoulder + 2) if self.profile else (-18 if side == "start" else 18, shoulder)
            limbs.append(draw_limb((joint, elbow, hand), width, "var(--top)"))
            hands.append(draw_hand(hand, "var(--hand)", points=self.pose.points and side == "end"))
        drawn = "".join([*limbs, self._held() if "end" in sides else "", *hands])
        return f'<g class="waves">{drawn}</g>' if self.look.pose == "wave" and "end" in sides else drawn

    def _held(self) -> str:
        if not self.look.holds:
            return ""
        x, y = self.pose.holds
        return f'<g transform="translate({x:g} {y:g})">{self.cast.part(f"holds-{self.look.holds}")}</g>'

    def _in_head(self, inside: str) -> str:
        moves = [
            *([f"translate({_PROFILE_HEAD} 0)"] if self.profile else []),
            *([_OLDER_HEAD] if self.person.older else []),
        ]
        return f'<g transform="{" ".join(moves)}">{inside}</g>' if inside and moves else inside


def _colours(cast: Cast, person: Person, screen: str) -> dict[str, str]:
    cloth, kind = CLOTH[person.colour], cast.kinds[person.kind]
    shared = {
        "top": cloth,
        "trim": CLOTH[person.trim],
        "accent": CLOTH["coral"],
        "screen": screen,
    }
    if not person.is_person:
        own = {"fur": cloth, "belly": kind.belly, "tail": kind.tail or cloth, "lid": INK, "brow": INK}
        if person.kind == "badger":  # dark about the eyes
            own |= {"lid": "#fff", "brow": "#d7e0e2"}
        return shared | own | {"legs": cloth, "shoes": kind.paws, "hand": kind.hands or cloth}
    skin, cheek = SKINS[person.skin]
    return shared | {
        "skin": skin, "cheek": cheek, "hand": skin, "lid": INK, "brow": INK,
        "hair": HAIR[person.hue], "hairline": "rgb(255 255 255 / 0.35)",
        "legs": CLOTH[person.legs], "shoes": CLOTH[person.shoes],
    }  # fmt: skip
