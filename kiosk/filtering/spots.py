"""Where the filter is tried: kinds of device in places, and groups of people; a school may keep a list of its own."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from kiosk.config import Config
from kiosk.content.source import Identifier, Schema, Text, read_yaml

OWN_LIST = "filter-spots.yml"
SHIPPED = Path("filtering") / "spots.yml"


class Spot(Schema):
    """A kind of device in a place, with who uses it there."""

    id: Annotated[Identifier, Field(max_length=40)]
    device: Text
    place: Text
    used_by: tuple[Identifier, ...]

    @property
    def words(self) -> str:
        """The device and the place in one line."""
        return f"{self.device}, {self.place}"


class Spots(Schema):
    """Every kind of device in every place, and the groups of people by id, in words."""

    form: Literal["filter-spots/1"] = Field(alias="schema")
    people: Mapping[Annotated[Identifier, Field(max_length=20)], Text]
    spots: tuple[Spot, ...]


def spots_of(config: Config) -> Spots:
    """The list of this school, or the one that came with kiosk; raises ContentError for one that cannot be read."""
    own = config.data_dir / OWN_LIST
    path = own if own.is_file() else config.content_path / SHIPPED
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Spots:
    return read_yaml(path, Spots)
