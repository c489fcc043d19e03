"""One page with every picture of pictures.yml, for writers to choose from; it needs nothing but itself."""

from pathlib import Path

from markupsafe import Markup, escape

from kiosk.content.language import ENGLISH
from kiosk.web.pictures import Pictures

_PAGE = Markup(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))  # nosec B704: our own file
_PICTURE = Markup("<li>{drawing}<code>{id}</code>{name}</li>")


def picture_page(pictures: Pictures) -> str:
    """The page as HTML, the pictures in the order of the list."""
    shown = [
        _PICTURE.format(drawing=pictures.svg(id), id=id, name=pictures.name(id, ENGLISH)) for id in pictures
    ]
    title = escape(f"The {len(shown)} pictures of pictures.yml")
    return str(_PAGE.format(title=title, pictures=Markup("\n").join(shown)))
