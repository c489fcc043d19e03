"""Checks that the pictures and recordings of a lesson or quiz exist and have alt text."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kiosk.content.language import ENGLISH

IMAGE_TYPES = {".svg", ".png"}


@dataclass(frozen=True)
class Media:
    """What is shown beside the words: a picture of pictures.yml or a drawing of the lesson, and maybe a recording."""

    picture: str = ""  # an id of pictures.yml
    image: str = ""  # a file in the lesson's img folder
    alt: str | None = None  # None: not said; "": decorative
    decorative: bool = False
    audio: str = ""  # a file name in the lesson's audio folder, without .opus

    @property
    def shown(self) -> bool:
        """Whether there is a picture or a drawing."""
        return bool(self.picture or self.image)


def media_faults(media: Media, folder: Path, pictures: Collection[str], *, alt_needed: bool) -> list[str]:
    """What is wrong with pictures and recordings of the lesson in `folder`, as sentences."""
    faults = []
    if media.picture and media.image:
        faults.append("either picture or image, not both")
    if media.picture and media.picture not in pictures:
        faults.append(f'there is no picture "{media.picture}" in pictures.yml')
    if media.image:
        faults += _file_faults(folder / "img", media.image)
    if media.audio and not (folder / "audio" / ENGLISH / f"{media.audio}.opus").is_file():
        faults.append(f"there is no recording audio/{ENGLISH}/{media.audio}.opus in {folder.name}")
    return faults + _alt_faults(media, alt_needed)


def _file_faults(folder: Path, name: str) -> list[str]:
    if Path(name).name != name or Path(name).suffix not in IMAGE_TYPES:
        return [f'"{name}" must be the name of an .svg or .png file']
    if not (folder / name).is_file():
        return [f"there is no drawing {folder.parent.name}/img/{name}"]
    return []


def _alt_faults(media: Media, alt_needed: bool) -> list[str]:
    if media.decorative and media.alt:
        return ["a decorative picture has no alt text"]
    if not media.shown:
        return ["alt text without a picture"] if media.alt else []
    if media.alt == "" and not media.decorative:
        return ['an empty alt needs "decorative" beside it']
    if alt_needed and media.alt is None and not media.decorative:
        return ['"alt" is missing: say what the picture shows']
    return []
