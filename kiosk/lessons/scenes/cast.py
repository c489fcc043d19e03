"""The cast of lessons (content/cast): who there is, how they can stand and look, where, and the parts of drawings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from kiosk.bands import Band
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import Identifier, Schema, Text, check, read_source, read_text
from kiosk.lessons.scenes.paint import CLOTH, HAIR

GROWN_UPS = "grown-ups"  # they may appear in every band
PERSON: Final = "person"

_SIZES = {"little": 0.86, "small": 1.0, "tall": 1.12, "grown": 1.22}
_HEIGHT, _OLDER_HEIGHT = 184, 175
_SYMBOL = re.compile(r'<symbol id="([\w-]+)">(.*?)</symbol>', re.DOTALL)
_DRAWINGS = ("parts.svg", "things.svg", "places.svg")

Point = tuple[float, float]
Colour = Annotated[str, Field(pattern=r"^(#[0-9a-f]{3}|#[0-9a-f]{6})?$")]
Side = Literal["start", "end"]


class Person(Schema):
    """How somebody looks, in every lesson alike."""

    about: Text = Field(alias="is")
    kind: Literal["person", "fox", "hedgehog", "mole", "squirrel", "badger"] = PERSON
    skin: Annotated[int, Field(ge=1, le=6)] = 1
    hair: str = ""
    hue: str = "brown"
    top: Identifier
    colour: Identifier
    trim: str = "white"
    legs: str = "slate-3"
    shoes: str = "brown"
    build: Literal["little", "small", "tall", "grown"] = "small"
    has: tuple[Literal["glasses", "hearing-aid", "freckles", "wheelchair", "skirt"], ...] = ()

    @property
    def size(self) -> float:
        """The size of the whole figure, beside a small one."""
        return _SIZES[self.build]

    @property
    def height(self) -> float:
        """From the floor to the top of the head, without hair that stands up or tufts of ears."""
        return (_OLDER_HEIGHT if self.older else _HEIGHT) * self.size

    @property
    def is_person(self) -> bool:
        """Whether it is a person, and no animal."""
        return self.kind == PERSON

    @property
    def older(self) -> bool:
        """Whether they are drawn with a smaller head on the same shoulders."""
        return self.is_person and self.build in {"tall", "grown"}


class Kind(Schema):
    """What all of one kind share: the colours of an animal, and where eyes and mouth are."""

    belly: Colour = ""
    paws: Colour = ""
    hands: Colour = ""
    tail: Colour = ""
    mouth: float = 0  # how much lower than a person's
    side_eye: Point = (18, -5)
    side_mouth: Point = (12, 3)


class Pose(Schema):
    """At most eight points: elbow and hand of both arms, knee and foot of both legs. A pose looks to the end side."""

    start: tuple[Point, Point]
    end: tuple[Point, Point]
    legs: tuple[tuple[Point, Point], tuple[Point, Point]] = (((-13, 116), (-13, 139)), ((13, 116), (13, 139)))
    turn: int = 0  # how far eyes, nose and mouth stand to the side
    lean: int = 0
    side: bool = False  # an animal shows its profile
    sits: bool = False
    points: bool = False  # the hand at the end side has a finger out
    raised: tuple[Side, ...] = ()  # these arms lie before the head
    holds: Point  # the middle of what is held


class FaceParts(Schema):
    """The brows (one for both eyes, or one for each), the eyes and the mouth of a face."""

    brows: tuple[str, str]
    eyes: str
    mouth: str
    tear: bool = False


class Piece(Schema):
    """One part of a place: a drawing at a share of the width, a row of them, or a surface from edge to edge."""

    part: str = ""  # none: a surface
    at: float = 0.5
    y: float = 0
    size: float = 1
    wide: bool = False  # stretched from edge to edge
    every: float = 0  # again and again, so far apart
    edge: bool = False  # a surface with a line where it begins
    colour: Colour = ""


class Place(Schema):
    """A place in five layers; people stand between the floor and what is in front."""

    about: Text = Field(alias="is")
    night: bool = False
    seat: float = 318  # where those end who sit
    chair: str = ""  # what they sit on
    props: float = 324  # where a prop stands
    table: str = ""  # what is put under a prop
    sky: tuple[Piece, ...]
    far: tuple[Piece, ...] = ()
    things: tuple[Piece, ...] = ()
    floor: tuple[Piece, ...]
    front: tuple[Piece, ...] = ()

    @property
    def behind(self) -> tuple[Piece, ...]:
        """All that lies behind people, the farthest first."""
        return (*self.sky, *self.far, *self.things, *self.floor)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything in it."""
        return (*self.behind, *self.front)


@dataclass(frozen=True)
class Cast:
    """Everybody who can be drawn, by group, where and how, and every part of a drawing by its id."""

    groups: Mapping[str, Mapping[str, Person]]
    kinds: Mapping[str, Kind]
    poses: Mapping[str, Pose]
    faces: Mapping[str, FaceParts]
    places: Mapping[str, Place]
    parts: Mapping[str, str]

    def find(self, name: str, band: Band) -> Person | None:
        """Somebody of this band, or a grown-up; None for anybody else."""
        return self.groups.get(band, {}).get(name) or self.groups.get(GROWN_UPS, {}).get(name)

    def nobody(self, name: str, band: Band) -> str:
        """Says that this is nobody who may appear in a lesson of this band, and who may."""
        names = [*self.groups.get(band, {}), *self.groups.get(GROWN_UPS, {})]
        return f'nobody is called "{name}" in {band}; there are {", ".join(names)}'

    def part(self, id: str) -> str:
        """The SVG of a part by its id; empty if there is none, as not every figure has every part."""
        return self.parts.get(id, "")

    def things(self, kind: str) -> list[str]:
        """The names of all parts of one kind, such as every `prop`, or everything that can be held (`holds`)."""
        return [id.removeprefix(f"{kind}-") for id in self.parts if id.startswith(f"{kind}-")]


EMPTY_CAST = Cast({}, {}, {}, {}, {}, {})


def read_cast(content_dir: Path) -> Cast:
    """The cast of a content folder, nobody where it has none; raises ContentError."""
    folder = content_dir / "cast"
    if not folder.is_dir():
        return EMPTY_CAST
    people, figures, places = (
        read_source(folder / f"{name}.yml") for name in ("people", "figures", "places")
    )
    rig = check(figures, _FiguresFile)
    parts = {id: part for name in _DRAWINGS for id, part in _read_symbols(folder / name).items()}
    cast = Cast(
        check(people, dict[Identifier, dict[Identifier, Person]]),
        rig.kinds,
        rig.poses,
        rig.faces,
        check(places, dict[Identifier, Place]),
        parts,
    )
    named = [
        *(
            (people, (group, name), what)
            for group, everybody in cast.groups.items()
            for name, person in everybody.items()
            for what in _missing_of_person(person, cast)
        ),
        *(
            (figures, ("faces", name), f'part "{part}"')
            for name, face in rig.faces.items()
            for part in _drawings_of_face(face)
            if part not in parts
        ),
        *(
            (places, (name,), f'part "{part}"')
            for name, place in cast.places.items()
            for part in (place.chair, place.table, *(piece.part for piece in place.pieces))
            if part and part not in parts
        ),
    ]
    problems = [
        source.problem(f"there is no {what} in the drawings", *where) for source, where, what in named
    ]
    if problems:
        raise ContentError(problems)
    return cast


class _FiguresFile(Schema):
    """The file of what figures can do."""

    kinds: dict[Identifier, Kind]
    faces: dict[Identifier, FaceParts]
    poses: dict[Identifier, Pose]


def _missing_of_person(person: Person, cast: Cast) -> Iterator[str]:
    if person.kind not in cast.kinds:
        yield f'kind "{person.kind}"'
    yield from (f'part "{part}"' for part in _drawings_of_person(person) if part not in cast.parts)
    worn = (person.colour, person.trim, person.legs, person.shoes)
    yield from (f'colour "{colour}"' for colour in worn if colour not in CLOTH)
    if person.hue not in HAIR:
        yield f'colour of hair "{person.hue}"'


def _drawings_of_person(person: Person) -> list[str]:
    if person.is_person:
        hair = [f"hair-{person.hair}-front"] if person.hair else []
        has = [f"has-{one}" for one in person.has if one != "wheelchair"]
        chair = ["chair-back", "chair-front"] if "wheelchair" in person.has else []
        return ["head", "torso", f"top-{person.top}", *hair, *has, *chair]
    kind = person.kind
    return [f"head-{kind}", f"side-{kind}", f"nose-{kind}", f"tail-{kind}", f"top-{person.top}"]


def _drawings_of_face(face: FaceParts) -> list[str]:
    return [*(f"brow-{brow}" for brow in face.brows), f"eye-{face.eyes}", f"mouth-{face.mouth}"]


def _read_symbols(path: Path) -> dict[str, str]:
    found = {match[1]: match[2] for match in _SYMBOL.finditer(read_text(path))}
    if not found:
        raise ContentError([ContentProblem(path, 1, "holds no <symbol> with a part of a drawing")])
    return found
