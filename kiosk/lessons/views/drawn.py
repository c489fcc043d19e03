"""Drawings round a lesson: who meets or calls the children, what the class kept, and the place of the youngest."""

from collections.abc import Callable

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenes.cast import Cast, read_cast
from kiosk.lessons.scenes.figure import Look, bust, crowd, whole_figure
from kiosk.lessons.scenes.place import empty_place
from kiosk.lessons.scenes.scene import Figure, SceneFile, draw_scene, draw_thing, scene_faults
from kiosk.lessons.views.blueprint import bp
from kiosk.site import current_site

HOME = "burrow"
_HOME_WIDE = 640


@bp.app_template_global("drawn_figure")
def drawn_figure(band: str, who: str, pose: str, face: str = "smile", holds: str = "") -> Markup:
    """Somebody of a band from head to foot; empty if the content has no such cast."""
    marks = ("figure", band, who, pose, face, holds)
    return _kept(marks, lambda cast: _figure(cast, Band(band), who, pose, face, holds))


@bp.app_template_global("drawn_scene")
def drawn_scene(band: str, who: str, place: str, pose: str, face: str = "smile") -> Markup:
    """Somebody of a band in a place; empty if the content has no such cast."""
    marks = ("scene", band, who, place, pose, face)
    return _kept(marks, lambda cast: _scene(cast, Band(band), Figure(who=who, pose=pose, face=face), place))


@bp.app_template_global("drawn_heads")
def drawn_heads(band: str, *who: str, face: str = "smile") -> Markup:
    """Up to three heads of a band in one picture, all with this face; empty if the content has no such cast."""
    return _kept(("heads", band, who, face), lambda cast: _heads(cast, Band(band), who, face))


@bp.app_template_global("drawn_thing")
def drawn_thing(lesson: Lesson) -> Markup:
    """What the class keeps of a lesson; empty where it keeps nothing."""
    thing = lesson.keeps.thing if lesson.keeps else ""
    return _kept(("thing", thing, lesson.band), lambda cast: draw_thing(cast, thing, lesson.band))


@bp.app_template_global("drawn_home")
def drawn_home() -> Markup:
    """The burrow without its furniture, to lie behind a whole page; empty if the content has no such place."""
    return _kept(("home",), _home)


def _kept(marks: tuple[object, ...], draw: Callable[[Cast], Markup]) -> Markup:
    site = current_site()
    return site.page_cache.get(("drawn", *marks), lambda: draw(read_cast(site.config.content_path)))


def _figure(cast: Cast, band: Band, who: str, pose: str, face: str, holds: str) -> Markup:
    person = cast.find(who, band)
    return whole_figure(cast, Look(person, face, pose, holds, blinks=True), band) if person else Markup("")


def _scene(cast: Cast, band: Band, figure: Figure, place: str) -> Markup:
    file = SceneFile(place=place, figures=(figure,), alt="-")
    return Markup("") if scene_faults(file, cast, band) else draw_scene("", file, cast, band).silent


def _heads(cast: Cast, band: Band, who: tuple[str, ...], face: str) -> Markup:
    found = [Look(person, face) for name in who if (person := cast.find(name, band))]
    if not found:
        return Markup("")
    return crowd(cast, found, band) if len(found) > 1 else bust(cast, found[0], band)


def _home(cast: Cast) -> Markup:
    if HOME not in cast.places:
        return Markup("")
    bare = cast.places[HOME].model_copy(update={"things": (), "front": ()})
    return empty_place(Cast(**vars(cast) | {"places": {HOME: bare}}), HOME, _HOME_WIDE, Band.KS1)
