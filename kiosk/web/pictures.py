"""The pictures of every page, read once from the built folder and put directly into the HTML."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from markupsafe import Markup

from kiosk.config import SettingError
from kiosk.content.pictures import Picture

STYLES = ("colour", "duo")

# Decorative for a screen reader, because there are always words beside a picture.
_HEAD = '<svg class="pic" viewBox="0 0 72 72" aria-hidden="true" focusable="false">'


class Pictures:
    """Drawings and names by picture id."""

    def __init__(self, listed: Mapping[str, Picture], drawings: Mapping[tuple[str, str], Markup]) -> None:
        self._listed = listed
        self._drawings = drawings
        self.keys = tuple(name for name, picture in listed.items() if picture.key)

    def __contains__(self, name: object) -> bool:
        return name in self._listed

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def svg(self, name: str, style: str = "colour") -> Markup:
        """The drawing in `colour` or as a `duo` of blues; KeyError for one that is not there."""
        self._listed_picture(name)
        return self._drawings[name, style]

    def name(self, name: str, lang: str) -> str:
        """The picture's name in a language, else in English; KeyError if it is not listed."""
        return self._listed_picture(name).spoken(lang)

    def _listed_picture(self, name: str) -> Picture:
        try:
            return self._listed[name]
        except KeyError:
            raise KeyError(f"There is no picture '{name}' in pictures.yml") from None


def load_pictures(built_dir: Path, listed: Mapping[str, Picture]) -> Pictures:
    """All pictures of pictures.yml; raises SettingError with one line if they are not built yet."""
    drawings = {(name, style): _read_drawing(built_dir, name, style) for name in listed for style in STYLES}
    return Pictures(listed, drawings)


def _read_drawing(built_dir: Path, name: str, style: str) -> Markup:
    path = built_dir / "pictures" / style / f"{name}.svg"
    try:
        svg = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingError(f"no picture {path}; run `make demo` or `python -m kiosk.build`") from None
    # Made by our own build from a pinned package; the build lets no script and no style through.
    return Markup(_HEAD + svg.partition(">")[2])  # nosec B704
