"""The shared pictures, each listed under what it means (content/pictures.yml); the build makes the drawings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from kiosk.content.language import ENGLISH
from kiosk.content.source import Identifier, Schema, Text, read_yaml


class Picture(Schema):
    """One meaning and its picture: the OpenMoji file, its names, and whether pupils' keys use it."""

    openmoji: Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{4,6}(-[0-9A-F]{4,6})*$")]
    name: Mapping[str, Text]
    key: bool

    def spoken(self, lang: str) -> str:
        """The picture's name in a language, else in English."""
        return self.name.get(lang) or self.name[ENGLISH]


def read_pictures(content_dir: Path) -> dict[str, Picture]:
    """Every picture by its id; raises ContentError."""
    return read_yaml(content_dir / "pictures.yml", dict[Identifier, Picture])
