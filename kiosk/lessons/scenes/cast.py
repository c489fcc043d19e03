"""Who appears in the pictures of lessons (content/cast): people.yml, and the parts that they are drawn from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from kiosk.bands import Band
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import Identifier, Schema, Text, check, read_source, read_text

GROWN_UPS = "grown-ups"  # they may appear in every band
PLACE_FILE = "places.svg"

_SYMBOL = re.compile(r'<symbol id="([\w-]+)">(.*?)</symbol>', re.DOTALL)


class Person(Schema):
    """How somebody looks, in every lesson alike."""

    about: Text = Field(alias="is")
    kind: Literal["person", "fox", "hedgehog", "mole", "squirrel", "badger"] = "person"
    skin: Annotated[int, Field(ge=1, le=6)] = 1
    hair: str = ""
    hue: str = "brown"
    top: Identifier
    colour: Identifier
    trim: str = "white"
    build: Literal["small", "tall", "grown"] = "small"
    has: tuple[Literal["glasses", "hearing-aid", "freckles", "wheelchair"], ...] = ()

    @property
    def older(self) -> bool:
        """Whether they are drawn with a smaller head on larger shoulders."""
        return self.kind == "person" and self.build != "small"


@dataclass(frozen=True)
class Cast:
    """Everybody who can be drawn, by group, and every part of a drawing by its id."""

    groups: Mapping[str, Mapping[str, Person]]
    parts: Mapping[str, str]
    places: tuple[str, ...]

    def find(self, name: str, band: Band) -> Person | None:
        """Somebody of this band, or a grown-up; None for anybody else."""
        return self.groups.get(band, {}).get(name) or self.groups.get(GROWN_UPS, {}).get(name)

    def names(self, band: Band) -> list[str]:
        """Who may appear in a lesson of this band."""
        return [*self.groups.get(band, {}), *self.groups.get(GROWN_UPS, {})]

    def part(self, id: str) -> str:
        """The SVG of a part by its id; empty if there is none, as not every figure has every part."""
        return self.parts.get(id, "")

    def things(self, kind: str) -> list[str]:
        """The names of all parts of one kind, such as every `prop`, or everything that can be held (`holds`)."""
        return [id.removeprefix(f"{kind}-") for id in self.parts if id.startswith(f"{kind}-")]


EMPTY_CAST = Cast({}, {}, ())


def read_cast(content_dir: Path) -> Cast:
    """The cast of a content folder, nobody where it has none; raises ContentError."""
    folder = content_dir / "cast"
    if not folder.is_dir():
        return EMPTY_CAST
    source = read_source(folder / "people.yml")
    groups = check(source, dict[Identifier, dict[Identifier, Person]])
    places = _read_symbols(folder / PLACE_FILE)
    cast = Cast(groups, {**_read_symbols(folder / "parts.svg"), **places}, _names_of_places(places))
    problems = [
        source.problem(f'there is no part "{part}" in the drawings', group, name)
        for group, people in groups.items()
        for name, person in people.items()
        for part in _needed_drawings(person)
        if part not in cast.parts
    ]
    if problems:
        raise ContentError(problems)
    return cast


def _needed_drawings(person: Person) -> list[str]:
    hair = [] if not person.hair or person.kind != "person" else [f"hair-{person.hair}-front"]
    head = "head" if person.kind == "person" else f"head-{person.kind}"
    return [head, f"top-{person.top}", *hair, *(f"has-{one}" for one in person.has)]


def _read_symbols(path: Path) -> dict[str, str]:
    found = {match[1]: match[2] for match in _SYMBOL.finditer(read_text(path))}
    if not found:
        raise ContentError([ContentProblem(path, 1, "holds no <symbol> with a part of a drawing")])
    return found


def _names_of_places(parts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(id for id in parts if not id.startswith("prop-") and not id.endswith("-front"))
