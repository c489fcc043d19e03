"""Draws a head with its face: the middle is 0,0, the mouth is at 16; an animal has a profile too."""

from dataclasses import dataclass

from kiosk.lessons.scenes.cast import Cast, FaceParts, Person, Point

_EYE, _BROW = (11.5, -1.0), -12.0  # a pair of eyes, and how high brows are above them
_SIDE_MOUTH = 0.7  # the size of a mouth seen from the side
_GLANCE = 2.0  # how far eyes look to where the head turns


@dataclass(frozen=True)
class Head:
    """A head as one picture shows it: whose, with which face, turned how far, in profile or not."""

    cast: Cast
    person: Person
    face: str
    turn: int
    profile: bool
    mirrored: bool  # the whole figure is
    blinks: bool  # the eyes can shut

    def draw(self) -> str:
        """The head and all that is on it."""
        return self._draw_person() if self.person.is_person else self._draw_animal()

    def _draw_person(self) -> str:
        person, hair = self.person, self.cast.part(f"hair-{self.person.hair}-front")
        covers = person.hair == "hijab"  # it lies over the face's edge, all other hair under glasses
        return "".join(
            [
                self.cast.part("head"),
                _move(self.cast.part("nose"), (self.turn, 0)),
                "" if covers else hair,
                self.cast.part("has-freckles") if "freckles" in person.has else "",
                self._glasses(),
                self._draw_face(),
                hair if covers else "",
                self._hearing_aid(),
            ]
        )

    def _draw_animal(self) -> str:
        kind = self.person.kind
        if self.profile:
            eye = self.cast.kinds[kind].side_eye
            glasses = _move(self.cast.part("side-glasses"), eye) if "glasses" in self.person.has else ""
            return self.cast.part(f"side-{kind}") + glasses + self._draw_profile()
        nose = _move(self.cast.part(f"nose-{kind}"), (self.turn, 0))
        return self.cast.part(f"head-{kind}") + self._glasses() + nose + self._draw_face() + self._teeth()

    def _draw_face(self) -> str:
        parts, (across, up) = self._parts(), _EYE
        glance = _GLANCE if self.turn else 0
        pieces = []
        for way, brow in zip((-1, 1), parts.brows, strict=True):
            x = way * across + self.turn * 0.9
            pieces.append(_move(self._eye(parts), (x + glance, up)))
            pieces.append(_move(self.cast.part(f"brow-{brow}"), (x, up + _BROW), flip=way < 0))
        low = self.cast.kinds[self.person.kind].mouth
        pieces.append(_move(self.cast.part(f"mouth-{parts.mouth}"), (self.turn, 16 + low)))
        if parts.tear:
            pieces.append(_move(self.cast.part("tear"), (across + 5 + self.turn, 8)))
        return "".join(pieces)

    def _draw_profile(self) -> str:
        parts, kind = self._parts(), self.cast.kinds[self.person.kind]
        (x, y), mouth = kind.side_eye, self.cast.part(f"mouth-{parts.mouth}")
        return "".join(
            [
                _move(self._eye(parts), (x, y)),
                _move(self.cast.part(f"brow-{parts.brows[1]}"), (x, y + _BROW)),
                _move(mouth, kind.side_mouth, size=_SIDE_MOUTH),
                _move(self.cast.part("tear"), (x + 2, y + 10)) if parts.tear else "",
            ]
        )

    def _parts(self) -> FaceParts:
        return self.cast.faces[self.face]

    def _eye(self, parts: FaceParts) -> str:
        own = f"eye-{parts.eyes}-{self.person.kind}"  # a badger's are light on dark
        drawn = self.cast.part(own) or self.cast.part(f"eye-{parts.eyes}")
        return f'<g class="eye">{drawn}</g>' if self.blinks else drawn

    def _glasses(self) -> str:
        return _move(self.cast.part("has-glasses"), (self.turn, -1)) if "glasses" in self.person.has else ""

    def _hearing_aid(self) -> str:
        if "hearing-aid" not in self.person.has:
            return ""
        # It stays on the same ear, whichever way the figure looks.
        return _move(self.cast.part("has-hearing-aid"), (0, 0), flip=self.mirrored)

    def _teeth(self) -> str:
        shown = self.person.kind == "squirrel" and self._parts().mouth in {"open", "wide", "smile"}
        return _move(self.cast.part("teeth"), (self.turn, 16)) if shown else ""


def _move(inside: str, to: Point, size: float = 1, *, flip: bool = False) -> str:
    x, y = to
    moves = [
        *([f"translate({x:g} {y:g})"] if x or y else []),
        *([f"scale({-size if flip else size:g} {size:g})"] if flip or size != 1 else []),
    ]
    return f'<g transform="{" ".join(moves)}">{inside}</g>' if inside and moves else inside
