"""One page with every picture of pictures.yml, every figure in every pose and face, every place and every thing of
scenes, for writers to choose from; it needs nothing but itself."""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup, escape

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.lessons.scenes.cast import GROWN_UPS, Cast
from kiosk.lessons.scenes.figure import DAYLIGHT, Look, bust, svg_image, whole_figure
from kiosk.lessons.scenes.paint import fill_colours
from kiosk.lessons.scenes.place import empty_place
from kiosk.lessons.scenes.scene import WIDTHS
from kiosk.web.pictures import Pictures

_PAGE = Markup(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))  # nosec B704: our own file
_PICTURE = Markup("<li>{drawing}<code>{id}</code>{name}</li>")
_PART = Markup('<h2>{title}</h2>\n<ul class="{kind}">\n{shown}\n</ul>')
_THING = "-64 -72 128 96"


def picture_page(pictures: Pictures, cast: Cast) -> str:
    """The page as HTML, everything in the order of its list."""
    parts = [
        _part(
            f"The {len(list(pictures))} pictures of pictures.yml",
            [(pictures.svg(id), id, pictures.name(id, ENGLISH)) for id in pictures],
        ),
        *_figures(cast),
        _part(
            f"The {len(cast.places)} places",
            [
                (empty_place(cast, name, WIDTHS["four"], Band.KS1), name, place.about)
                for name, place in cast.places.items()
            ],
            "places",
        ),
        _part(
            "What can be held", [(_thing(cast, f"holds-{name}"), name, "") for name in cast.things("holds")]
        ),
        _part(
            "What else can be a prop",
            [
                (_thing(cast, f"prop-{name}"), name, "")
                for name in cast.things("prop")
                if name not in cast.things("holds")
            ],
        ),
    ]
    title = escape("Pictures, figures and places")
    return str(_PAGE.format(title=title, parts=Markup("\n").join(parts)))


def _figures(cast: Cast) -> Iterator[Markup]:
    for group, people in cast.groups.items():
        band = Band.KS2 if group == GROWN_UPS else Band(group)
        for name, person in people.items():
            poses = [(whole_figure(cast, Look(person, pose=pose), band), pose, "") for pose in cast.poses]
            faces = [(bust(cast, Look(person, face), band), face, "") for face in cast.faces]
            yield _part(f"{name} ({group}): {person.about}", [*poses, *faces])


def _thing(cast: Cast, part: str) -> Markup:
    return svg_image(fill_colours(cast.part(part), screen=DAYLIGHT), _THING, "")


def _part(title: str, shown: list[tuple[Markup, str, str]], kind: str = "pictures") -> Markup:
    rows = [_PICTURE.format(drawing=drawing, id=id, name=name) for drawing, id, name in shown]
    return _PART.format(title=title, kind=kind, shown=Markup("\n").join(rows))
