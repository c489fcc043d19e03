"""The picture of a teacher who has something to say."""

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.classroom.views.tablets import bp
from kiosk.lessons.scenes.cast import read_cast
from kiosk.lessons.scenes.scene import Figure, SceneFile, draw_scene
from kiosk.site import current_site

WHO, PLACE = "mr-silva", "classroom"


@bp.app_template_global("teacher_speaks")
def teacher_speaks() -> Markup:
    """A teacher with a hand up, beside words that say it; nothing where the content has no such cast."""
    return current_site().ready.get(("a teacher speaks",), _draw)


def _draw() -> Markup:
    cast = read_cast(current_site().config.content_path)
    if PLACE not in cast.places or cast.find(WHO, Band.KS2) is None:
        return Markup("")
    file = SceneFile(place=PLACE, figures=(Figure(who=WHO, face="glad", pose="up"),), shape="four", alt="-")
    return draw_scene("eyes", file, cast, Band.KS2).silent
